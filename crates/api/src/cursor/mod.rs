//! Cursors as clients carry them: base64url, opaque, with a checksum against damage.
//!
//! A cursor is no secret and no permission: it names a place in a list that the caller may read anyway, and it is refused for
//! another account, filter or list. Layout: what the list needs, of fixed length, then the checksum (6 bytes).

pub(crate) mod events;
pub(crate) mod flows;
pub(crate) mod queue;
pub(crate) mod users;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

const CHECKSUM: usize = 6;

/// `payload` as text, for the list named `list`.
fn seal(list: &str, mut payload: Vec<u8>) -> String {
    let sum = checksum(list, &payload);
    payload.extend_from_slice(&sum);
    URL_SAFE_NO_PAD.encode(payload)
}

/// The payload of a cursor's text; `None` when it is damaged in any way or another list's.
fn open<const LENGTH: usize>(list: &str, text: &str) -> Option<[u8; LENGTH]> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (payload, sum) = bytes.split_at_checked(LENGTH)?;
    if sum != checksum(list, payload) {
        return None;
    }
    payload.try_into().ok()
}

fn checksum(list: &str, payload: &[u8]) -> [u8; CHECKSUM] {
    let digest = Sha256::new_with_prefix("firstline ").chain_update(list).chain_update(" cursor").chain_update(payload);
    digest.finalize().first_chunk().copied().unwrap_or_default()
}
