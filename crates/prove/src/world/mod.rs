//! A running service with two accounts of many people, whose every text bears the account's own marker.

mod account;
mod marker;
mod objects;
mod people;
mod running;

pub(crate) use account::Account;
pub(crate) use marker::marker;
pub(crate) use objects::{Objects, random_id};
pub(crate) use people::{Person, Standing};
pub(crate) use running::World;
