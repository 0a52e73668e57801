//! The scorer: BM25 over the fields of each flow.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use super::read::FIELDS;
use super::words::words;
use crate::flow::authored::VersionNumber;
use crate::flow::tree::Language;
use crate::ids::FlowId;
use crate::text::Name;

/// The most different words of a query that count: the first ones.
pub const MAX_QUERY_WORDS: usize = 64;

/// How much a word counts by the field that it stands in.
pub(super) const WEIGHTS: [f64; FIELDS] = [4.0, 4.0, 2.0, 1.0];
/// How soon more of the same word stops counting more.
pub(super) const K1: f64 = 1.2;
/// How much a long field is held against its words.
pub(super) const B: f64 = 0.75;

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

/// The flows that have a term, in their order, with what it adds to their score.
type Postings = Vec<(usize, f64)>;

/// The published flows of an account, ready to be searched. It holds for one set of versions: build it anew when one
/// is published or archived.
#[derive(Debug, Clone, Default)]
pub struct SuggestIndex {
    pub(super) flows: Vec<(FlowId, VersionNumber, Name)>,
    pub(super) languages: BTreeSet<Language>,
    /// For each term of a language, where it is.
    pub(super) postings: HashMap<Language, HashMap<Box<str>, Postings>>,
    pub(super) places: usize,
}

impl SuggestIndex {
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

    /// How many places of words it holds: what keeping it costs.
    #[must_use]
    pub const fn places(&self) -> usize {
        self.places
    }

    /// The flows that fit `query` best, at most `limit`: by score descending, then name, then id.
    #[must_use]
    pub fn suggest(&self, query: &str, limit: usize) -> Vec<Suggestion> {
        let terms = self.terms(query);
        let mut scores = vec![0.0_f64; self.flows.len()];
        // Always in the same order, so that the sums come out the same to the last bit.
        for flows in terms.keys().filter_map(|term| self.flows_with(term)) {
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

    fn flows_with(&self, (language, term): &(Language, String)) -> Option<&Postings> {
        self.postings.get(language)?.get(term.as_str())
    }

    fn matched(&self, terms: &BTreeMap<(Language, String), BTreeSet<(usize, String)>>, at: usize) -> Vec<String> {
        let has = |flows: &Postings| flows.binary_search_by_key(&at, |(flow, _)| *flow).is_ok();
        let hit = terms.iter().filter(|(term, _)| self.flows_with(term).is_some_and(has));
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
