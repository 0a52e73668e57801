//! Takes the room that an answer needs.

use actix_web::HttpResponse;
use actix_web::body::{BodySize, BoxBody, MessageBody};

use super::body::HeldBody;
use super::budget::{AnswerBudget, AnswerPermit, Holder};
use crate::context::RequestContext;
use crate::problem::{Code, Problem};
use crate::route::Verb;

/// Answers up to this size, in bytes, are not counted: the protocol layer copies them into the connection's buffer.
const UNCOUNTED: u64 = 16_384;

impl Holder {
    /// The caller and the address of a request, as far as they are known.
    pub(crate) fn of(context: &RequestContext) -> Self {
        Self::new(context.caller().map(|(user, _)| user), context.address())
    }
}

impl AnswerBudget {
    /// Lets a request begin that changes something: what it answers cannot be refused afterwards.
    ///
    /// # Errors
    /// `too_many_unread_answers` while the caller holds more than its share.
    pub(crate) fn admit(&self, context: &RequestContext) -> Result<(), Problem> {
        self.take(Holder::of(context), 0).map(drop).ok_or_else(too_many_unread)
    }

    /// Room for `bytes` of an answer, until the permit is dropped.
    ///
    /// # Errors
    /// `too_many_unread_answers` when they are more than the caller's share.
    pub(crate) fn reserve(&self, context: &RequestContext, bytes: u64) -> Result<AnswerPermit, Problem> {
        self.take(Holder::of(context), bytes).ok_or_else(too_many_unread)
    }

    /// Counts an answer until it is sent. Streams count themselves.
    ///
    /// # Errors
    /// `too_many_unread_answers` when it is more than the caller's share, and the request changed nothing.
    pub(crate) fn hold(
        &self,
        answer: HttpResponse,
        context: &RequestContext,
        verb: Verb,
    ) -> Result<HttpResponse, Problem> {
        let BodySize::Sized(bytes @ UNCOUNTED..) = answer.body().size() else { return Ok(answer) };
        let permit = if verb == Verb::Get {
            self.reserve(context, bytes)?
        } else {
            self.take_anyway(Holder::of(context), bytes)
        };
        let (answer, body) = answer.into_parts();
        let body = match body.try_into_bytes() {
            Ok(bytes) => BoxBody::new(HeldBody::new(bytes, permit)),
            Err(body) => body,
        };
        Ok(answer.set_body(body))
    }
}

fn too_many_unread() -> Problem {
    let detail = "Earlier answers to this user or address are not read yet; read them or close their connections, then \
                  try again";
    Problem::unavailable(Code::TooManyUnreadAnswers, detail)
}
