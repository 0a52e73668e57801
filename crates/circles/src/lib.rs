//! Finds circles of files inside a crate: files that import each other, directly or through others.
//!
//! | module | does |
//! |---|---|
//! | `source` | reads the files of a crate and finds the roots of its targets |
//! | `tree` | the modules of one target: their items, imports and paths |
//! | `collect` | reads one file into the tree |
//! | `tokens` | finds paths in the tokens of macros and attributes |
//! | `resolve` | finds the file that defines what a path names |
//! | `graph` | finds the circles among the files |
//!
//! An import counts for the file that defines the item, also through re-exports, and for the module's file where the
//! item is not found (a macro made it, or it is another crate's). An import of a module counts where its items are
//! used. A declaration (`mod`) does not count: a parent may declare, import and re-export its children. A child that
//! then uses an item of its parent's file closes a circle. Code for tests alone does not count.

mod cfg;
mod collect;
mod graph;
mod resolve;
mod source;
mod tokens;
mod tree;

use std::path::{Path, PathBuf};

pub use graph::{Circle, Import};
pub use source::{ReadError, Sources};

/// Finds the circles of the crate in `directory`, the shortest first.
///
/// # Errors
/// [`ReadError`] when a file of the crate cannot be read or parsed.
pub fn circles_in(directory: &Path) -> Result<Vec<Circle>, ReadError> {
    circles_of(&Sources::read(directory)?)
}

/// Finds the circles among `sources`, the shortest first.
///
/// # Errors
/// [`ReadError`] when a file cannot be parsed, or a declared module has none.
pub fn circles_of(sources: &Sources) -> Result<Vec<Circle>, ReadError> {
    let mut found = Vec::new();
    for root in sources.roots() {
        let tree = collect::tree(sources, root)?;
        let files: Vec<PathBuf> = tree.files.clone();
        for circle in graph::circles(&files, &resolve::imports(&tree)) {
            if !found.contains(&circle) {
                found.push(circle);
            }
        }
    }
    found.sort_by_key(|circle: &Circle| circle.imports.len());
    Ok(found)
}
