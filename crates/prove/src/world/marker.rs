//! What tells the texts of an account from all others.

use crate::rng::Rng;

/// A word that nothing else contains, drawn from `rng`.
pub(crate) fn marker(rng: &mut Rng) -> String {
    format!("zq{:016x}qz", rng.next())
}
