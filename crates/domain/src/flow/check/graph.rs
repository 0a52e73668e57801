//! The nodes and ways of an outline as numbers, for what has to be searched. Every search is linear and iterative.

use std::collections::HashMap;

use crate::flow::outline::{Outline, Ways};

/// The graph of an outline. Ways to nodes that are not there are left out, and their node is *open*: nobody knows what
/// would follow.
pub(super) struct Graph {
    /// The node that an id means: the first with it.
    pub(super) index: HashMap<String, usize>,
    /// Where each node leads.
    pub(super) next: Vec<Vec<usize>>,
    /// Whether a way of the node leads to a node that is not there.
    pub(super) open: Vec<bool>,
    /// Whether the node is an end.
    pub(super) end: Vec<bool>,
    /// The node that a walk begins with, if it is there.
    pub(super) root: Option<usize>,
}

impl Graph {
    pub(super) fn of(outline: &Outline) -> Self {
        let mut index = HashMap::with_capacity(outline.nodes.len());
        for (at, node) in outline.nodes.iter().enumerate() {
            if let Some(id) = &node.id {
                index.entry(id.clone()).or_insert(at);
            }
        }
        let (mut next, mut open, mut end) = (Vec::new(), Vec::new(), Vec::new());
        for node in &outline.nodes {
            let targets = node.ways.targets();
            let there: Vec<usize> =
                targets.iter().filter_map(|(_, target)| target.and_then(|id| index.get(id)).copied()).collect();
            // A question without answers is a defect of its own, not one of every node before it.
            let is_end = matches!(node.ways, Ways::End);
            open.push(there.len() < targets.len() || (targets.is_empty() && !is_end));
            end.push(is_end);
            next.push(there);
        }
        let root = outline.root.as_ref().and_then(|root| index.get(root)).copied();
        Self { index, next, open, end, root }
    }

    /// For each node whether a way leads to it from the root.
    pub(super) fn reached(&self) -> Vec<bool> {
        flood(self.next.len(), self.root.into_iter(), |at| self.next.get(at).map_or(&[], Vec::as_slice))
    }

    /// As [`reached`](Self::reached), with further ways from one node to another.
    pub(super) fn reached_with(&self, ways: &[(usize, usize)]) -> Vec<bool> {
        let mut next = self.next.clone();
        for (from, to) in ways {
            if let Some(targets) = next.get_mut(*from) {
                targets.push(*to);
            }
        }
        flood(next.len(), self.root.into_iter(), |at| next.get(at).map_or(&[], Vec::as_slice))
    }

    /// For each node whether a way leads from it to an end, or to a node that is not there.
    pub(super) fn ending(&self) -> Vec<bool> {
        let mut back = vec![Vec::new(); self.next.len()];
        for (from, targets) in self.next.iter().enumerate() {
            for to in targets {
                if let Some(sources) = back.get_mut(*to) {
                    sources.push(from);
                }
            }
        }
        let ends = self.end.iter().zip(&self.open).enumerate();
        let ends = ends.filter(|(_, (end, open))| **end || **open).map(|(at, _)| at);
        flood(back.len(), ends, |at| back.get(at).map_or(&[], Vec::as_slice))
    }

    /// For each node the length of the shortest way to it from the root, where leaving node `n` takes `steps(n)`.
    /// Nodes further than `most` are found, and not followed.
    pub(super) fn distances(&self, most: u32, steps: impl Fn(usize) -> u32) -> Vec<Option<u32>> {
        let mut distances = vec![None; self.next.len()];
        let mut waiting: Vec<Vec<usize>> = vec![self.root.into_iter().collect()];
        let mut distance = 0;
        while let Some(here) = waiting.get_mut(distance as usize) {
            let Some(at) = here.pop() else {
                distance += 1;
                continue;
            };
            let Some(known @ None) = distances.get_mut(at) else { continue };
            *known = Some(distance);
            if distance > most {
                continue;
            }
            let there = (distance + steps(at)) as usize;
            if waiting.len() <= there {
                waiting.resize(there + 1, Vec::new());
            }
            if let (Some(bucket), Some(targets)) = (waiting.get_mut(there), self.next.get(at)) {
                bucket.extend(targets);
            }
        }
        distances
    }
}

/// Which of `count` nodes can be come to from `starts`.
fn flood<'a>(count: usize, starts: impl Iterator<Item = usize>, next: impl Fn(usize) -> &'a [usize]) -> Vec<bool> {
    let mut seen = vec![false; count];
    let mut waiting: Vec<usize> = starts.collect();
    while let Some(at) = waiting.pop() {
        if let Some(new @ false) = seen.get_mut(at) {
            *new = true;
            waiting.extend(next(at));
        }
    }
    seen
}
