//! Puts accounts, users, flows and proposals in place from a file. Giving the same file again changes nothing.

mod apply;
mod parse;
mod place;

use std::path::Path;

use firstline_domain::account::{Account, User};
use firstline_domain::flow::{Flow, FlowProposal};

pub(crate) use apply::apply;
pub(crate) use parse::parse;

use crate::failure::Failure;
use crate::files::read_text;

/// What is to be put in place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Entries {
    pub(crate) accounts: Vec<Account>,
    pub(crate) users: Vec<User>,
    pub(crate) flows: Vec<Flow>,
    pub(crate) proposals: Vec<FlowProposal>,
}

/// Reads a file whole; if anything in it is not right, every defect is named and nothing is taken.
///
/// # Errors
/// The defects with their places.
pub(crate) fn read(path: &Path) -> Result<Entries, Failure> {
    let shown = path.display();
    let text = read_text(path).map_err(|error| {
        Failure::caused(format_args!("the file to provision from, {shown}, cannot be read"), &error)
            .remedy("name an existing file with --provision")
    })?;
    parse(&text).map_err(|defects| refused(&format!("the file {shown}"), &defects))
}

fn refused(what: &str, defects: &[String]) -> Failure {
    Failure::new(format!("{what} cannot be provisioned, and nothing of it was:\n     {}", defects.join("\n     ")))
        .remedy("mend these places; docs/OPERATIONS.md has an example")
}
