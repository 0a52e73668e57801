//! Reads the file.

use std::path::Path;

use super::entries::{Entries, refused};
use super::parse::parse;
use crate::failure::Failure;
use crate::files::read_text;

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
