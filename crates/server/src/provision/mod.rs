//! Puts accounts, users, flows and proposals in place from a file. Giving the same file again changes nothing.

mod apply;
mod entries;
mod parse;
mod place;
mod read;

pub(crate) use apply::apply;
pub(crate) use entries::Entries;
pub(crate) use parse::parse;
pub(crate) use read::read;
