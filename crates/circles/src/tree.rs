//! The modules of one target.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The number of a file in [`Tree::files`].
pub(crate) type FileId = usize;

/// The number of a module in [`Tree::modules`].
pub(crate) type ModuleId = usize;

/// The module of the target's first file.
pub(crate) const ROOT: ModuleId = 0;

/// A path in the source: the names between its `::`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamePath {
    pub(crate) names: Vec<String>,
    /// The line of its last name.
    pub(crate) line: usize,
}

/// One name that a `use` brings into a module.
#[derive(Debug)]
pub(crate) struct Alias {
    pub(crate) name: String,
    pub(crate) names: Vec<String>,
}

/// A module, inline or with a file of its own.
#[derive(Debug, Default)]
pub(crate) struct Module {
    pub(crate) file: FileId,
    pub(crate) parent: Option<ModuleId>,
    pub(crate) children: BTreeMap<String, ModuleId>,
    /// The items that it defines, by name.
    pub(crate) items: BTreeSet<String>,
    pub(crate) aliases: Vec<Alias>,
    /// The paths before `::*` in its imports.
    pub(crate) globs: Vec<Vec<String>>,
}

/// A path that a module names in an import or in code.
#[derive(Debug)]
pub(crate) struct Reference {
    pub(crate) module: ModuleId,
    pub(crate) path: NamePath,
    pub(crate) kind: ReferenceKind,
}

/// Where a path stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReferenceKind {
    /// In a `use`.
    Import,
    /// Before `::*` in a `use`.
    Glob,
    /// In code.
    Code,
    /// A macro that is called by its bare name.
    MacroCall,
    /// In a string of an attribute. It may name a module, whose items the attribute uses.
    Quoted,
}

/// All modules of one target.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) files: Vec<PathBuf>,
    pub(crate) modules: Vec<Module>,
    pub(crate) references: Vec<Reference>,
    /// The files that define a macro, by its name.
    pub(crate) macros: BTreeMap<String, BTreeSet<FileId>>,
}

impl Tree {
    /// Adds a file.
    pub(crate) fn add_file(&mut self, path: PathBuf) -> FileId {
        self.files.push(path);
        self.files.len() - 1
    }

    /// Adds the module `name` of `parent`, or the root.
    pub(crate) fn add_module(&mut self, name: &str, parent: Option<ModuleId>, file: FileId) -> ModuleId {
        let id = self.modules.len();
        self.modules.push(Module { file, parent, ..Module::default() });
        if let Some(parent) = parent.and_then(|parent| self.modules.get_mut(parent)) {
            parent.children.insert(name.to_owned(), id);
        }
        id
    }

    /// The file of a module.
    pub(crate) fn file_of(&self, module: ModuleId) -> FileId {
        self.modules.get(module).map_or(0, |module| module.file)
    }
}
