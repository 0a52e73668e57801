//! The document of a flow: one JSON format, read with every defect named, written in one canonical way, drawn as a
//! diagram. `docs/FLOWS.md` describes it, `docs/flow.schema.json` is its JSON Schema.

mod document;
mod fields;
mod mermaid;
mod read;
mod size;
mod write;

pub use document::{Malformed, from_value, import, parse};
pub(crate) use fields::Origin;
pub use mermaid::mermaid;
pub(crate) use read::{Reading, read_text, read_value};
pub(crate) use size::size;
pub use write::{FORMAT, canonical};
pub(crate) use write::{as_value, node as node_value};
