//! Finds the file that defines what a path names.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::Evidence;
use crate::tree::{FileId, ModuleId, ROOT, Reference, ReferenceKind, Tree};

/// What a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Module(ModuleId),
    /// An item that this file defines.
    Item(FileId),
    /// A macro that is exported from the root.
    ExportedMacro,
}

/// For each file the files that it imports from, with the first line that does.
pub(crate) fn imports(tree: &Tree) -> BTreeMap<FileId, BTreeMap<FileId, Evidence>> {
    let mut imports: BTreeMap<FileId, BTreeMap<FileId, Evidence>> = BTreeMap::new();
    let resolver = Resolver { tree };
    for reference in &tree.references {
        let from = tree.file_of(reference.module);
        let files = resolver.files(reference);
        if files.contains(&from) {
            continue;
        }
        for to in files {
            let evidence = Evidence { line: reference.path.line, path: reference.path.names.join("::") };
            let known = imports.entry(from).or_default().entry(to).or_insert_with(|| evidence.clone());
            if evidence.line < known.line {
                *known = evidence;
            }
        }
    }
    imports
}

struct Resolver<'a> {
    tree: &'a Tree,
}

/// The look-ups that are under way, so that imports in a ring end.
type UnderWay = Vec<(ModuleId, String, bool)>;

impl Resolver<'_> {
    /// The files that a reference counts for: several only for a macro that more than one file defines, as under
    /// different features.
    fn files(&self, reference: &Reference) -> BTreeSet<FileId> {
        let names = &reference.path.names;
        let named = self.resolve(reference.module, names, &mut Vec::new());
        match (reference.kind, named) {
            (_, Some(Named::Item(file))) => BTreeSet::from([file]),
            (ReferenceKind::Glob | ReferenceKind::Quoted, Some(Named::Module(module))) => {
                BTreeSet::from([self.tree.file_of(module)])
            }
            (_, Some(Named::ExportedMacro)) | (ReferenceKind::MacroCall, None | Some(Named::Module(_))) => {
                names.last().and_then(|name| self.tree.macros.get(name)).cloned().unwrap_or_default()
            }
            _ => BTreeSet::new(),
        }
    }

    /// What `names` names from within `module`; `None` when it is of another crate.
    fn resolve(&self, module: ModuleId, names: &[String], under_way: &mut UnderWay) -> Option<Named> {
        let mut module = module;
        let mut rest = names;
        let mut is_anchored = false;
        while let Some((first, others)) = rest.split_first() {
            module = match first.as_str() {
                "crate" => ROOT,
                "self" => module,
                "super" => self.tree.modules.get(module)?.parent?,
                _ => break,
            };
            (rest, is_anchored) = (others, true);
        }
        let mut named = Named::Module(module);
        while let (Named::Module(module), Some((name, others))) = (named, rest.split_first()) {
            named = match self.look_up(module, name, !others.is_empty(), under_way) {
                Some(found) => found,
                None if is_anchored && module == ROOT && self.tree.macros.contains_key(name) => Named::ExportedMacro,
                // A macro made it.
                None if is_anchored => Named::Item(self.tree.file_of(module)),
                None => return None,
            };
            (rest, is_anchored) = (others, true);
        }
        Some(named)
    }

    /// What `name` is in `module`. Modules come first where the path goes on, items where it ends.
    fn look_up(&self, module: ModuleId, name: &str, goes_on: bool, under_way: &mut UnderWay) -> Option<Named> {
        let key = (module, name.to_owned(), goes_on);
        if under_way.contains(&key) {
            return None;
        }
        under_way.push(key);
        let found = self.look_up_once(module, name, goes_on, under_way);
        under_way.pop();
        found
    }

    fn look_up_once(&self, id: ModuleId, name: &str, goes_on: bool, under_way: &mut UnderWay) -> Option<Named> {
        let module = self.tree.modules.get(id)?;
        let child = module.children.get(name).copied().map(Named::Module);
        let item = module.items.contains(name).then_some(Named::Item(module.file));
        let direct = if goes_on { child.or(item) } else { item };
        if direct.is_some() {
            return direct;
        }
        let mut imported = None;
        for alias in module.aliases.iter().filter(|alias| alias.name == name) {
            // What another crate defines counts for the module that re-exports it.
            let named = self.resolve(id, &alias.names, under_way).unwrap_or(Named::Item(module.file));
            if imported.is_none() || matches!(named, Named::Module(_)) == goes_on {
                imported = Some(named);
            }
        }
        if imported.is_some() || child.is_some() {
            return imported.or(child);
        }
        module.globs.iter().find_map(|glob| match self.resolve(id, glob, under_way)? {
            Named::Module(from) => self.look_up(from, name, goes_on, under_way),
            Named::Item(_) | Named::ExportedMacro => None,
        })
    }
}
