//! A body that counts as held until it is sent.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;

use super::budget::AnswerPermit;

/// How many bytes of a body the protocol layer gets at once. It asks for more only when most of them are sent; a body
/// given whole would leave the count while all of it still waits in the connection's buffer.
const SLICE: usize = 16_384;

/// Takes the next slice off `bytes`; `None` when nothing is left.
pub(crate) fn slice(bytes: &mut Bytes) -> Option<Bytes> {
    if bytes.is_empty() {
        return None;
    }
    Some(bytes.split_to(bytes.len().min(SLICE)))
}

/// The bytes of an answer with their permit.
pub(super) struct HeldBody {
    bytes: Bytes,
    _permit: AnswerPermit,
}

impl HeldBody {
    pub(super) fn new(bytes: Bytes, permit: AnswerPermit) -> Self {
        Self { bytes, _permit: permit }
    }
}

impl MessageBody for HeldBody {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.bytes.len() as u64)
    }

    fn poll_next(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(slice(&mut self.bytes).map(Ok))
    }
}
