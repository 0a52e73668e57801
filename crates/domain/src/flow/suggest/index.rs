//! The scorer: BM25 over the fields of each flow.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use super::words::words;
use crate::flow::authored::VersionNumber;
use crate::flow::tree::{Language, NodeBody, Tree};
use crate::ids::FlowId;
use crate::text::{Keyword, Name};

/// The most different words of a query that count: the first ones.
pub const MAX_QUERY_WORDS: usize = 64;

/// How much a word counts by the field that it stands in.
const WEIGHTS: [f64; FIELDS] = [4.0, 4.0, 2.0, 1.0];
/// Name, keywords, description, prompts and instructions.
const FIELDS: usize = 4;
/// How soon more of the same word stops counting more.
const K1: f64 = 1.2;
/// How much a long field is held against its words.
const B: f64 = 0.75;

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

/// A flow that may be what the customer's problem needs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggestion {
    /// The flow.
    pub flow_id: FlowId,
    /// The version that was looked at.
    pub version: VersionNumber,
    /// What people call it.
    pub name: Name,
    /// How well it fits: above 0, comparable within one answer only.
    pub score: f64,
    /// The words of the query that it was found by, in their order.
    pub matched: Vec<String>,
}

/// The published flows of an account, ready to be searched. It holds for one set of versions: build it anew when one
/// is published or archived.
#[derive(Debug, Clone, Default)]
pub struct SuggestIndex {
    flows: Vec<(FlowId, VersionNumber, Name)>,
    languages: BTreeSet<Language>,
    /// For each term of a language, the flows that have it, with what it adds to their score.
    postings: HashMap<(Language, String), Vec<(usize, f64)>>,
}

type Counts = HashMap<(Language, String), [u32; FIELDS]>;

impl SuggestIndex {
    /// Reads the flows. The order in which they come does not matter.
    #[must_use]
    pub fn build<'a>(flows: impl IntoIterator<Item = Suggestable<'a>>) -> Self {
        let mut index = Self::default();
        let mut read: Vec<(Counts, [f64; FIELDS])> = Vec::new();
        for Suggestable { flow_id, version, tree } in flows {
            let language = tree.language.unwrap_or_default();
            index.flows.push((flow_id, version, tree.name.clone()));
            index.languages.insert(language);
            read.push(count(tree, language));
        }
        let total = float(read.len());
        let average = |field: usize| {
            let sum: f64 = read.iter().filter_map(|(_, lengths)| lengths.get(field)).sum();
            (sum / total.max(1.0)).max(1.0)
        };
        let averages: [f64; FIELDS] = std::array::from_fn(average);
        let mut frequencies: HashMap<(Language, String), Vec<(usize, f64)>> = HashMap::new();
        for (at, (counts, lengths)) in read.into_iter().enumerate() {
            for (term, fields) in counts {
                let parts = fields.iter().zip(&lengths).zip(averages.iter().zip(&WEIGHTS));
                let weighted = parts.map(|((count, length), (average, weight))| {
                    weight * f64::from(*count) / (1.0 - B + B * length / average)
                });
                frequencies.entry(term).or_default().push((at, weighted.sum()));
            }
        }
        for flows in frequencies.values_mut() {
            let have = float(flows.len());
            let rarity = (1.0 + (total - have + 0.5) / (have + 0.5)).ln();
            for (_, frequency) in flows {
                *frequency = rarity * *frequency * (K1 + 1.0) / (*frequency + K1);
            }
        }
        index.postings = frequencies;
        index
    }

    /// How many flows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.flows.len()
    }

    /// Whether there is no flow.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.flows.is_empty()
    }

    /// The flows that fit `query` best, at most `limit`: by score descending, then name, then id.
    #[must_use]
    pub fn suggest(&self, query: &str, limit: usize) -> Vec<Suggestion> {
        let terms = self.terms(query);
        let mut scores = vec![0.0_f64; self.flows.len()];
        // Always in the same order, so that the sums come out the same to the last bit.
        for flows in terms.keys().filter_map(|term| self.postings.get(term)) {
            for (at, adds) in flows {
                if let Some(score) = scores.get_mut(*at) {
                    *score += adds;
                }
            }
        }
        let mut found: Vec<(f64, &(FlowId, VersionNumber, Name), usize)> = Vec::new();
        for ((at, score), flow) in scores.into_iter().enumerate().zip(&self.flows) {
            if score > 0.0 {
                found.push((score, flow, at));
            }
        }
        found.sort_unstable_by(|(score, a, _), (other, b, _)| {
            let by_name = || a.2.as_str().cmp(b.2.as_str()).then_with(|| a.0.cmp(&b.0));
            other.total_cmp(score).then_with(by_name)
        });
        found.truncate(limit);
        let suggestion = |(score, flow, at): (f64, &(FlowId, VersionNumber, Name), usize)| Suggestion {
            flow_id: flow.0,
            version: flow.1,
            name: flow.2.clone(),
            score,
            matched: self.matched(&terms, at),
        };
        found.into_iter().map(suggestion).collect()
    }

    /// The terms of a query in every language that a flow has, each with the words that said it and their places.
    fn terms(&self, query: &str) -> BTreeMap<(Language, String), BTreeSet<(usize, String)>> {
        let mut terms: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for language in &self.languages {
            let mut seen = BTreeSet::new();
            for (place, word) in words(query, *language).into_iter().enumerate() {
                if seen.len() == MAX_QUERY_WORDS && !seen.contains(&word.term) {
                    break;
                }
                seen.insert(word.term.clone());
                terms.entry((*language, word.term)).or_default().insert((place, word.said));
            }
        }
        terms
    }

    fn matched(&self, terms: &BTreeMap<(Language, String), BTreeSet<(usize, String)>>, at: usize) -> Vec<String> {
        let has = |flows: &Vec<(usize, f64)>| flows.binary_search_by_key(&at, |(flow, _)| *flow).is_ok();
        let hit = terms.iter().filter(|(term, _)| self.postings.get(*term).is_some_and(has));
        let by_place: BTreeSet<&(usize, String)> = hit.flat_map(|(_, words)| words).collect();
        let mut matched: Vec<String> = Vec::new();
        for (_, word) in by_place {
            if !matched.contains(word) {
                matched.push(word.clone());
            }
        }
        matched
    }
}

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
            if let Some(count) = counts.entry((language, word.term)).or_default().get_mut(field) {
                *count += 1;
            }
        }
    }
    (counts, lengths)
}

/// A count as a number with a point; counts beyond 32 bits do not occur.
fn float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}
