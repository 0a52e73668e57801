//! Reading a document as a tree, or as a list of its defects.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::fields::Origin;
use super::read::{Reading, read_text, read_value};
use super::size::size;
use super::write::as_value;
use crate::flow::defect::{Defect, Report};
use crate::flow::tree::Tree;

/// A document that is no tree: what is wrong with its form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .report.errors.first().map_or_else(String::new, first))]
pub struct Malformed {
    /// Everything that is wrong with its form.
    pub report: Report,
}

fn first(defect: &Defect) -> String {
    format!("{} at \"{}\": {}", defect.code.as_str(), defect.pointer, defect.message)
}

/// Reads a document that is kept: rules of texts that were tightened since it came do not count. Its ways may be wrong:
/// [`check`](crate::flow::check::check) tells.
///
/// # Errors
/// [`Malformed`] with every defect of its form.
pub fn parse(text: &str) -> Result<Tree, Malformed> {
    tree(read_text(text, Origin::Stored))
}

/// Reads a document that is brought to be kept as a draft: its form must be right in every way, its size too.
///
/// # Errors
/// [`Malformed`] with every defect of its form.
pub fn import(text: &str) -> Result<Tree, Malformed> {
    let tree = tree(read_text(text, Origin::New))?;
    let mut defects = Vec::new();
    size(&tree, &mut defects);
    if defects.is_empty() { Ok(tree) } else { Err(Malformed { report: Report::of(&as_value(&tree), defects) }) }
}

/// Reads a document that comes in as JSON within something else.
///
/// # Errors
/// [`Malformed`] with every defect of its form.
pub fn from_value(value: &Value) -> Result<Tree, Malformed> {
    tree(read_value(value, Origin::New))
}

/// Reads a document that is kept within something else.
fn from_stored(value: &Value) -> Result<Tree, Malformed> {
    tree(read_value(value, Origin::Stored))
}

fn tree(reading: Reading<'_>) -> Result<Tree, Malformed> {
    let Reading { document, tree, defects, .. } = reading;
    tree.ok_or_else(|| Malformed { report: Report::of(&document, defects) })
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_stored(&Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
