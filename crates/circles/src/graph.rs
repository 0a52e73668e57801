//! Circles among files.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::path::{Path, PathBuf};

use crate::tree::FileId;

/// The place where one file imports from another.
#[derive(Debug, Clone)]
pub(crate) struct Evidence {
    pub(crate) line: usize,
    pub(crate) path: String,
}

/// One file's import from the next file of a circle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The importing file.
    pub file: PathBuf,
    /// The line of the import.
    pub line: usize,
    /// The path as it is written there.
    pub path: String,
    /// The file that defines what is imported.
    pub from: PathBuf,
}

/// Files that import each other: each from the next, the last from the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circle {
    /// The imports; the last one closes the circle.
    pub imports: Vec<Import>,
    /// How many files import each other in all, this circle's among them.
    pub connected: usize,
}

impl fmt::Display for Circle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "a circle of {} files, {} connected:", self.imports.len(), self.connected)?;
        for (at, Import { file, line, path, from }) in self.imports.iter().enumerate() {
            let closes = if at + 1 == self.imports.len() { ", which closes it" } else { "" };
            writeln!(f, "  {}:{line} uses {path} of {}{closes}", file.display(), from.display())?;
        }
        Ok(())
    }
}

type Imports = BTreeMap<FileId, BTreeMap<FileId, Evidence>>;

/// The most circles that are shown of files that are all connected.
const SHOWN: usize = 10;

/// The shortest circles of each set of connected files.
pub(crate) fn circles(files: &[PathBuf], imports: &Imports) -> Vec<Circle> {
    let mut found: Vec<(BTreeSet<FileId>, Circle)> = Vec::new();
    let reach: BTreeMap<FileId, BTreeSet<FileId>> =
        imports.keys().map(|from| (*from, reachable(imports, *from))).collect();
    let connected = |a: FileId| {
        let there = reach.get(&a).into_iter().flatten();
        there.filter(|b| reach.get(b).is_some_and(|back| back.contains(&a))).count()
    };
    for (from, to) in imports.iter().flat_map(|(from, all)| all.keys().map(|to| (*from, *to))) {
        let Some(way) = shortest_way(imports, to, from) else { continue };
        let members: BTreeSet<FileId> = way.iter().copied().collect();
        if found.iter().all(|(other, _)| *other != members) {
            let mut imports_on_it: Vec<Import> =
                way.windows(2).filter_map(|pair| import(files, imports, pair)).collect();
            imports_on_it.extend(import(files, imports, &[from, to]));
            turn(&mut imports_on_it);
            found.push((members, Circle { imports: imports_on_it, connected: connected(from) }));
        }
    }
    found.sort_by_key(|(members, _)| members.len());
    let mut shown: BTreeMap<usize, usize> = BTreeMap::new();
    found.retain(|(_, circle)| {
        let count = shown.entry(circle.connected).or_default();
        *count += 1;
        *count <= SHOWN
    });
    found.into_iter().map(|(_, circle)| circle).collect()
}

/// Turns the circle so that the import that goes up the most, as from a child to its parent, is the last.
fn turn(imports: &mut [Import]) {
    let depth = |file: &Path| {
        let is_parent = file.file_stem().is_some_and(|stem| stem == "mod" || stem == "lib" || stem == "main");
        file.components().count().saturating_sub(usize::from(is_parent))
    };
    let rise = |import: &Import| depth(&import.file).saturating_sub(depth(&import.from));
    // Of equal ones the last is taken, which leaves the circle as it is.
    if let Some((last, _)) = imports.iter().enumerate().max_by_key(|(_, import)| rise(import)) {
        imports.rotate_left(last + 1);
    }
}

fn import(files: &[PathBuf], imports: &Imports, pair: &[FileId]) -> Option<Import> {
    let [from, to] = pair else { return None };
    let evidence = imports.get(from)?.get(to)?;
    let (file, from) = (files.get(*from)?.clone(), files.get(*to)?.clone());
    Some(Import { file, line: evidence.line, path: evidence.path.clone(), from })
}

/// The files that `from` imports from, directly or through others.
fn reachable(imports: &Imports, from: FileId) -> BTreeSet<FileId> {
    let mut seen = BTreeSet::new();
    let mut next = vec![from];
    while let Some(file) = next.pop() {
        for to in imports.get(&file).into_iter().flat_map(BTreeMap::keys) {
            if seen.insert(*to) {
                next.push(*to);
            }
        }
    }
    seen
}

/// The shortest way of imports from one file to another, both included.
fn shortest_way(imports: &Imports, from: FileId, to: FileId) -> Option<Vec<FileId>> {
    let mut came_from: BTreeMap<FileId, FileId> = BTreeMap::new();
    let mut next = VecDeque::from([from]);
    while let Some(file) = next.pop_front() {
        if file == to {
            let mut way = vec![to];
            while let Some(before) = way.last().and_then(|last| came_from.get(last)) {
                way.push(*before);
            }
            way.reverse();
            return Some(way);
        }
        for other in imports.get(&file).into_iter().flat_map(BTreeMap::keys) {
            if *other != from && !came_from.contains_key(other) {
                came_from.insert(*other, file);
                next.push_back(*other);
            }
        }
    }
    None
}
