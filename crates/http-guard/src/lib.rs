#![doc = include_str!("../README.md")]

#[macro_use]
mod faults;

mod address;
mod alarm;
mod connection;
mod deadlines;
mod expect;
mod framing;
mod hooks;
mod limiter;
mod requests;
mod serve;
mod settings;
mod stream;
mod timeout_response;
mod timer;

pub use address::AddressKey;
pub use connection::Connection;
pub use framing::{HeadDefect, MAX_HEAD_BYTES, MAX_HEADER_NAME_BYTES, MAX_HEADERS, MAX_URL_BYTES};
pub use hooks::Hooks;
pub use serve::serve;
pub use settings::ServeSettings;
pub use timer::CloseReason;
