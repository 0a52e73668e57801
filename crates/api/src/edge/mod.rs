//! What stands between the network and the routes: whose request it is, which pages may ask, what every answer says to
//! browsers.

pub(crate) mod address;
mod admission;
pub(crate) mod answers;
pub(crate) mod cors;
pub(crate) mod describe;
pub(crate) mod headers;
mod proxies;
pub(crate) mod rates;

pub use address::{ClientAddressRule, ForwardedHeader};
pub(crate) use admission::Edge;
pub use admission::EdgeSettings;
pub use cors::{BadOrigin, Origin};
pub use rates::{Rate, RateSettings};
