//! Putting an index together, piece by piece: of thousands of flows it takes longer than a thread should be kept.

use std::borrow::Borrow;
use std::collections::HashMap;

use super::index::{B, K1, SuggestIndex, WEIGHTS};
use super::read::{FIELDS, FlowWords, Suggestable};

/// An index that is being put together.
#[derive(Debug)]
pub struct Joining<F> {
    flows: Vec<F>,
    /// How many of them are in the index.
    done: usize,
    total: f64,
    averages: [f64; FIELDS],
    index: SuggestIndex,
}

impl<F: Borrow<FlowWords>> Joining<F> {
    /// Begins with what was read of the flows, each once.
    #[must_use]
    pub fn of(flows: Vec<F>) -> Self {
        let total = float(flows.len());
        let mut averages = [0.0; FIELDS];
        for flow in flows.iter().map(Borrow::borrow) {
            averages.iter_mut().zip(&flow.lengths).for_each(|(average, length)| *average += length / total);
        }
        let averages = averages.map(|average: f64| average.max(1.0));
        Self { flows, done: 0, total, averages, index: SuggestIndex::default() }
    }

    /// Puts the next flows in, at most so many; true when more are left.
    pub fn go_on(&mut self, at_most: usize) -> bool {
        let from = self.done;
        for (at, flow) in self.flows.iter().map(Borrow::borrow).enumerate().skip(from).take(at_most) {
            put(&mut self.index, at, flow, &self.averages);
            self.done = at + 1;
        }
        self.done < self.flows.len()
    }

    /// The index, of the flows that were put in.
    #[must_use]
    pub fn finish(mut self) -> SuggestIndex {
        for flows in self.index.postings.values_mut().flat_map(HashMap::values_mut) {
            let have = float(flows.len());
            let rarity = (1.0 + (self.total - have + 0.5) / (have + 0.5)).ln();
            for (_, frequency) in flows {
                *frequency = rarity * *frequency * (K1 + 1.0) / (*frequency + K1);
            }
        }
        self.index
    }
}

impl SuggestIndex {
    /// Reads the flows. The order in which they come does not matter.
    #[must_use]
    pub fn build<'a>(flows: impl IntoIterator<Item = Suggestable<'a>>) -> Self {
        let read: Vec<FlowWords> = flows.into_iter().map(FlowWords::read).collect();
        Self::of(&read)
    }

    /// Puts together what was read of the flows, each once. [`Joining`] does it piece by piece.
    #[must_use]
    pub fn of(flows: &[FlowWords]) -> Self {
        let mut joining = Joining::of(flows.iter().collect());
        while joining.go_on(usize::MAX) {}
        joining.finish()
    }
}

/// Puts in a flow, with how often it has each term; how much that counts is known when all are in.
fn put(index: &mut SuggestIndex, at: usize, flow: &FlowWords, averages: &[f64; FIELDS]) {
    index.flows.push((flow.flow_id, flow.version, flow.name.clone()));
    index.languages.insert(flow.language);
    index.places += flow.terms.len();
    let of_language = index.postings.entry(flow.language).or_default();
    for (term, fields) in &flow.terms {
        let parts = fields.iter().zip(&flow.lengths).zip(averages.iter().zip(&WEIGHTS));
        let weighted = parts
            .map(|((count, length), (average, weight))| weight * f64::from(*count) / (1.0 - B + B * length / average));
        let place = (at, weighted.sum());
        match of_language.get_mut(term) {
            Some(flows) => flows.push(place),
            None => {
                of_language.insert(term.clone(), vec![place]);
            }
        }
    }
}

/// A count as a number with a point; counts beyond 32 bits do not occur.
fn float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}
