//! An array that is written row by row while it is sent.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::vec::IntoIter;

use actix_web::HttpResponse;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::web::Bytes;

use super::body::slice;
use super::budget::AnswerPermit;
use crate::respond::{ArrayText, Unwritten};

/// Writes one row.
type Write<T> = fn(&mut ArrayText, &mut Vec<u8>, &T) -> Result<(), Unwritten>;

/// The body: rows that are not written yet, with their permit.
struct Rows<T> {
    left: IntoIter<T>,
    write: Write<T>,
    /// What is written and not handed over yet.
    ready: Bytes,
    array: ArrayText,
    _permit: AnswerPermit,
}

/// The answer with an array of `rows`, of which `permit` is for the bytes. The JSON of the array is never there whole.
pub(crate) fn streamed_rows<T: Unpin + 'static>(rows: Vec<T>, write: Write<T>, permit: AnswerPermit) -> HttpResponse {
    let body = Rows {
        left: rows.into_iter(),
        write,
        ready: Bytes::from_static(ArrayText::BEGIN),
        array: ArrayText::default(),
        _permit: permit,
    };
    let mut answer = HttpResponse::Ok().finish().set_body(BoxBody::new(body));
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

impl<T> Rows<T> {
    fn written(&mut self) -> Result<Option<Bytes>, Unwritten> {
        let Some(row) = self.left.next() else { return Ok(None) };
        let mut out = Vec::new();
        (self.write)(&mut self.array, &mut out, &row)?;
        if self.left.len() == 0 {
            ArrayText::end(&mut out);
        }
        Ok(Some(out.into()))
    }
}

impl<T: Unpin> MessageBody for Rows<T> {
    type Error = Unwritten;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Unwritten>>> {
        loop {
            if let Some(piece) = slice(&mut self.ready) {
                return Poll::Ready(Some(Ok(piece)));
            }
            match self.written() {
                Ok(Some(row)) => self.ready = row,
                Ok(None) => return Poll::Ready(None),
                // The connection ends without the end of the body, so that no client takes a part for the whole.
                Err(unwritten) => return Poll::Ready(Some(Err(unwritten))),
            }
        }
    }
}
