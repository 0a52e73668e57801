//! How many requests one user, one account and one address may make. Kept in this process alone: a store that all
//! replicas share would cost every request a trip, and its outage would be ours.

pub(crate) mod limit;
mod limiter;
mod limits;
mod refused;
mod settings;
pub(crate) mod standing;
mod store;

pub(crate) use limits::Rates;
pub(crate) use refused::Party;
pub use settings::{Rate, RateSettings};
