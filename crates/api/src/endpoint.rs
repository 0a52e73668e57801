//! The steps of a matched request, in the documented order: authentication, access, body, handler. Extractors are not
//! used: they are polled together, so a bad body could be reported before a bad token.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;

use actix_web::guard::{GuardContext, fn_guard};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, Route, web};
use firstline_domain::account::{AccountManager, FlowAuthor, FlowReader, L1Actor, SignedIn};
use futures_util::FutureExt;
use serde_json::Value;
use tokio::time::Instant;

use crate::auth::Caller;
use crate::authenticate::authenticate;
use crate::context::RequestContext;
use crate::input::Body;
use crate::problem::{Code, Problem};
use crate::route::{RouteSpec, Verb};
use crate::state::State;

/// A request to a public route.
pub(crate) struct PublicCall {
    pub(crate) state: Data<State>,
    pub(crate) request: HttpRequest,
}

/// An authorized request with its body: parsed JSON, null on routes without a body, or another type that the handler
/// reads.
pub(crate) struct Call<A, B = Value> {
    pub(crate) state: Data<State>,
    pub(crate) context: Rc<RequestContext>,
    pub(crate) request: HttpRequest,
    pub(crate) actor: A,
    pub(crate) body: B,
}

/// A request of a user with first-line access.
pub(crate) type L1Call = Call<L1Actor>;

/// A request of a user who may manage the account's users.
pub(crate) type ManagerCall = Call<AccountManager>;

/// A request of a user who may read flows.
pub(crate) type ReaderCall = Call<FlowReader>;

/// A request of a user who may author flows.
pub(crate) type AuthorCall<B = Value> = Call<FlowAuthor, B>;

/// A request of any signed-in user.
pub(crate) type SignedInCall = Call<SignedIn>;

/// A public route.
pub(crate) fn public<H, F>(spec: &'static RouteSpec, handler: H) -> Route
where
    H: Fn(PublicCall) -> F + Clone + 'static,
    F: Future<Output = Result<HttpResponse, Problem>> + 'static,
{
    route_of(spec, move |state, _context, request, _payload| {
        let deadline = Instant::now() + state.shared.limits().request_timeout;
        before(deadline, handler(PublicCall { state, request }))
    })
}

/// A route for callers that satisfy the access rule of `A`.
pub(crate) fn only<A, B, H, F>(spec: &'static RouteSpec, handler: H) -> Route
where
    A: Caller,
    B: Body,
    H: Fn(Call<A, B>) -> F + Clone + 'static,
    F: Future<Output = Result<HttpResponse, Problem>> + 'static,
{
    debug_assert!(spec.access == A::ACCESS, "{} and its handler differ in their access rule", spec.template);
    route_of(spec, move |state, context, request, payload| {
        let handler = handler.clone();
        async move {
            let limits = *state.shared.limits();
            let mut deadline = Instant::now() + limits.request_timeout;
            let actor = before(deadline, authenticate::<A>(&state, request.headers(), &context)).await?;
            let read_from = Instant::now();
            let body = B::read(request.headers(), payload, &limits, spec.body).await?;
            // The arrival of the body has a deadline of its own.
            deadline += read_from.elapsed();
            if spec.verb != Verb::Get {
                state.shared.answers().admit(&context)?;
            }
            // A change that starts late would be cancelled before the store can report its outcome.
            if spec.writes && deadline < Instant::now() + limits.request_timeout / 2 {
                return Err(late());
            }
            let answer = handler(Call { state, context, request, actor, body });
            if spec.writes {
                let unknown = |_| Err(Problem::outcome_unknown());
                return tokio::time::timeout_at(deadline, answer).await.unwrap_or_else(unknown);
            }
            before(deadline, answer).await
        }
    })
}

fn route_of<R, F>(spec: &'static RouteSpec, run: R) -> Route
where
    R: Fn(Data<State>, Rc<RequestContext>, HttpRequest, Payload) -> F + Clone + 'static,
    F: Future<Output = Result<HttpResponse, Problem>> + 'static,
{
    let verb = spec.verb;
    let guard = fn_guard(move |context: &GuardContext<'_>| verb.takes(&context.head().method));
    web::route().guard(guard).to(move |request: HttpRequest, payload: Payload| {
        let run = run.clone();
        async move {
            let context = RequestContext::of(&request);
            context.set_route(spec.template);
            let answer = match request.app_data::<Data<State>>().cloned() {
                Some(state) => {
                    let answer = AssertUnwindSafe(run(state.clone(), Rc::clone(&context), request, payload));
                    let answer = answer.catch_unwind().await.unwrap_or_else(|_| {
                        // The panic's message may hold customer text. The panic hook has logged the place.
                        tracing::error!("handler panicked");
                        Err(Problem::internal())
                    });
                    answer.and_then(|answer| state.shared.answers().hold(answer, &context, verb))
                }
                None => Err(Problem::internal()),
            };
            answer.unwrap_or_else(|problem| problem.respond(context.request_id()))
        }
    })
}

/// Cancels `work` with a problem at the deadline. `work` changes nothing.
async fn before<T>(deadline: Instant, work: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    match tokio::time::timeout_at(deadline, work).await {
        Ok(done) => done,
        Err(_) => Err(late()),
    }
}

/// 503 for an answer that was not ready in time. Nothing was changed.
fn late() -> Problem {
    Problem::unavailable(Code::RequestTimeout, "The answer was not ready in time; try again")
}

/// Response for a method that the path does not support.
pub(crate) fn other_methods(template: &'static str, allow: String) -> Route {
    web::route().to(move |request: HttpRequest| {
        let allow = allow.clone();
        async move {
            let context = RequestContext::of(&request);
            context.set_route(template);
            Problem::method_not_allowed(allow).respond(context.request_id())
        }
    })
}

/// Response for an unknown path.
pub(crate) async fn no_route(request: HttpRequest) -> HttpResponse {
    Problem::route_not_found().respond(RequestContext::of(&request).request_id())
}
