//! What suggestions need to know of one version: read once, as a version never changes.

use std::collections::HashMap;

use super::words::words;
use crate::flow::authored::VersionNumber;
use crate::flow::tree::{Language, NodeBody, Tree};
use crate::ids::FlowId;
use crate::text::{Keyword, Name};

/// Name, keywords, description, prompts and instructions.
pub(super) const FIELDS: usize = 4;

/// A published flow, to be put into an index.
#[derive(Debug, Clone, Copy)]
pub struct Suggestable<'a> {
    /// The flow.
    pub flow_id: FlowId,
    /// Its published version.
    pub version: VersionNumber,
    /// That version's tree.
    pub tree: &'a Tree,
}

/// The words of a version, counted. To read them is most of the work of an index.
#[derive(Debug, Clone, PartialEq)]
pub struct FlowWords {
    pub(super) flow_id: FlowId,
    pub(super) version: VersionNumber,
    pub(super) name: Name,
    pub(super) language: Language,
    /// How often each term stands in each field.
    pub(super) terms: Vec<(Box<str>, [u32; FIELDS])>,
    /// How many words each field has.
    pub(super) lengths: [f64; FIELDS],
}

impl FlowWords {
    /// Reads a version.
    #[must_use]
    pub fn read(flow: Suggestable<'_>) -> Self {
        let Suggestable { flow_id, version, tree } = flow;
        let language = tree.language.unwrap_or_default();
        let (counts, lengths) = count(tree, language);
        let mut terms: Vec<_> = counts.into_iter().map(|(term, fields)| (term.into_boxed_str(), fields)).collect();
        terms.sort_unstable();
        Self { flow_id, version, name: tree.name.clone(), language, terms, lengths }
    }

    /// How many different words there are: what keeping this costs.
    #[must_use]
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether there is no word that tells anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }
}

type Counts = HashMap<String, [u32; FIELDS]>;

/// How often each term stands in each field, and how many words each field has.
fn count(tree: &Tree, language: Language) -> (Counts, [f64; FIELDS]) {
    let keywords = tree.keywords.iter().map(Keyword::as_str);
    let prompts = tree.nodes.iter().filter_map(|node| match &node.body {
        NodeBody::Question { prompt, .. } => Some(prompt.as_str()),
        NodeBody::Instruction { text, .. } => Some(text.as_str()),
        NodeBody::SubFlow { .. } | NodeBody::Resolved { .. } | NodeBody::Escalate { .. } => None,
    });
    let join = |texts: Vec<&str>| texts.join("\n");
    let fields: [String; FIELDS] = [
        tree.name.as_str().to_owned(),
        join(keywords.collect()),
        tree.description.as_ref().map_or("", |description| description.as_str()).to_owned(),
        join(prompts.collect()),
    ];
    let (mut counts, mut lengths) = (Counts::new(), [0.0; FIELDS]);
    for ((field, text), length) in fields.iter().enumerate().zip(&mut lengths) {
        for word in words(text, language) {
            *length += 1.0;
            if let Some(count) = counts.entry(word.term).or_default().get_mut(field) {
                *count += 1;
            }
        }
    }
    (counts, lengths)
}
