//! Reads the files of a target into a tree of modules.

use std::path::{Component, Path, PathBuf};

use proc_macro2::TokenStream;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, Item, Lit, Meta, UseTree};

use crate::cfg::is_test_only;
use crate::source::{ReadError, Sources};
use crate::tokens::paths_in;
use crate::tree::{Alias, FileId, ModuleId, NamePath, Reference, ReferenceKind, Tree};

/// Reads the target whose first file is `root`.
pub(crate) fn tree(sources: &Sources, root: &Path) -> Result<Tree, ReadError> {
    let mut tree = Tree::default();
    let file = tree.add_file(root.to_owned());
    let module = tree.add_module("", None, file);
    let folder = root.parent().unwrap_or(Path::new("")).to_owned();
    read_file(sources, &mut tree, file, module, folder)?;
    Ok(tree)
}

/// Reads one file and those of the modules that it declares. `folder` has the files of its modules.
fn read_file(
    sources: &Sources,
    tree: &mut Tree,
    file: FileId,
    module: ModuleId,
    folder: PathBuf,
) -> Result<(), ReadError> {
    let path = tree.files.get(file).cloned().unwrap_or_default();
    let text = sources.text(&path).unwrap_or_default();
    let parsed = syn::parse_file(text).map_err(|error| {
        let reason = format!("line {}: {error}", error.span().start().line);
        ReadError { path: path.clone(), reason }
    })?;
    let mut reader = Reader { tree, file, module, folder, declared: Vec::new() };
    reader.visit_file(&parsed);
    for declared in std::mem::take(&mut reader.declared) {
        let (file, folder) = locate(sources, &path, &declared)?;
        let file = tree.add_file(file);
        let child = tree.add_module(&declared.name, Some(declared.parent), file);
        read_file(sources, tree, file, child, folder)?;
    }
    Ok(())
}

/// Finds the file of a declared module, and the folder of its own modules.
fn locate(sources: &Sources, of: &Path, declared: &Declared) -> Result<(PathBuf, PathBuf), ReadError> {
    let missing = || ReadError { path: of.to_owned(), reason: format!("there is no file for mod {}", declared.name) };
    if let Some(given) = &declared.path {
        let file = joined(of.parent().unwrap_or(Path::new("")), given);
        let folder = file.parent().unwrap_or(Path::new("")).to_owned();
        return sources.text(&file).map(|_| (file, folder)).ok_or_else(missing);
    }
    let folder = declared.folder.join(&declared.name);
    let places = [folder.with_extension("rs"), folder.join("mod.rs")];
    let file = places.into_iter().find(|place| sources.text(place).is_some()).ok_or_else(missing)?;
    Ok((file, folder))
}

/// `path` from within `folder`, without its `..`.
fn joined(folder: &Path, path: &str) -> PathBuf {
    let mut joined = folder.to_owned();
    for part in Path::new(path).components() {
        if part == Component::ParentDir {
            joined.pop();
        } else {
            joined.push(part);
        }
    }
    joined
}

/// A module that has a file of its own.
struct Declared {
    name: String,
    parent: ModuleId,
    /// The file, if an attribute names it.
    path: Option<String>,
    /// The folder to look for the file in.
    folder: PathBuf,
}

/// Reads a file item by item.
struct Reader<'a> {
    tree: &'a mut Tree,
    file: FileId,
    /// The module that is being read.
    module: ModuleId,
    folder: PathBuf,
    declared: Vec<Declared>,
}

impl Reader<'_> {
    fn refer(&mut self, path: NamePath, kind: ReferenceKind) {
        self.tree.references.push(Reference { module: self.module, path, kind });
    }

    fn refer_in_tokens(&mut self, tokens: TokenStream, of_serde: bool) {
        for (path, kind) in paths_in(tokens, of_serde) {
            self.refer(path, kind);
        }
    }

    fn define(&mut self, name: String) {
        if let Some(module) = self.tree.modules.get_mut(self.module) {
            module.items.insert(name);
        }
    }

    fn import(&mut self, tree: &UseTree, before: &[String]) {
        let mut names = before.to_vec();
        match tree {
            UseTree::Path(path) => {
                names.push(path.ident.to_string());
                self.import(&path.tree, &names);
            }
            UseTree::Name(name) => self.import_name(names, name.ident.to_string(), None, name.span()),
            UseTree::Rename(rename) => {
                self.import_name(names, rename.ident.to_string(), Some(rename.rename.to_string()), rename.span());
            }
            UseTree::Glob(glob) => {
                if let Some(module) = self.tree.modules.get_mut(self.module) {
                    module.globs.push(names.clone());
                }
                self.refer(NamePath { names, line: glob.span().start().line }, ReferenceKind::Glob);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, before);
                }
            }
        }
    }

    fn import_name(&mut self, mut names: Vec<String>, last: String, rename: Option<String>, span: proc_macro2::Span) {
        if last != "self" {
            names.push(last);
        }
        let name = rename.or_else(|| names.last().cloned()).unwrap_or_default();
        if let Some(module) = self.tree.modules.get_mut(self.module) {
            module.aliases.push(Alias { name, names: names.clone() });
        }
        self.refer(NamePath { names, line: span.start().line }, ReferenceKind::Import);
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let (attributes, name) = parts(item);
        if is_test_only(attributes) {
            return;
        }
        if let Some(name) = name {
            self.define(name);
        }
        visit::visit_item(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let name = item.ident.to_string();
        let Some((_, items)) = &item.content else {
            let path = named_file(&item.attrs);
            self.declared.push(Declared { name, parent: self.module, path, folder: self.folder.clone() });
            return;
        };
        let module = self.tree.add_module(&name, Some(self.module), self.file);
        let outer = std::mem::replace(&mut self.module, module);
        self.folder.push(&name);
        for item in items {
            self.visit_item(item);
        }
        self.folder.pop();
        self.module = outer;
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if item.leading_colon.is_none() {
            self.import(&item.tree, &[]);
        }
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        let Some(name) = &item.ident else { return visit::visit_item_macro(self, item) };
        self.tree.macros.entry(name.to_string()).or_default().insert(self.file);
        // Only paths from the crate's root (`$crate`) are known: the others depend on the place of the call.
        for (path, kind) in paths_in(item.mac.tokens.clone(), false) {
            if path.names.first().is_some_and(|first| first == "crate") {
                self.refer(path, kind);
            }
        }
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        let attributes = match item {
            syn::ImplItem::Const(item) => &item.attrs,
            syn::ImplItem::Fn(item) => &item.attrs,
            syn::ImplItem::Type(item) => &item.attrs,
            syn::ImplItem::Macro(item) => &item.attrs,
            _ => return visit::visit_impl_item(self, item),
        };
        if !is_test_only(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if !is_test_only(&local.attrs) {
            visit::visit_local(self, local);
        }
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        match call.path.get_ident() {
            Some(name) => {
                let path = NamePath { names: vec![name.to_string()], line: name.span().start().line };
                self.refer(path, ReferenceKind::MacroCall);
            }
            None => self.visit_path(&call.path),
        }
        self.refer_in_tokens(call.tokens.clone(), false);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        match &attribute.meta {
            Meta::Path(path) => self.visit_path(path),
            Meta::List(list) => {
                self.visit_path(&list.path);
                self.refer_in_tokens(list.tokens.clone(), list.path.is_ident("serde"));
            }
            Meta::NameValue(_) => {}
        }
    }

    /// Does nothing: the path in `pub(in path)` is no use of it.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() && path.segments.len() > 1 {
            let names = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            let line = path.span().start().line;
            self.refer(NamePath { names, line }, ReferenceKind::Code);
        }
        visit::visit_path(self, path);
    }
}

/// The attributes of an item, and its name if others can import it.
fn parts(item: &Item) -> (&[Attribute], Option<String>) {
    let (attributes, name) = match item {
        Item::Const(item) => (&item.attrs, Some(&item.ident)),
        Item::Enum(item) => (&item.attrs, Some(&item.ident)),
        Item::Fn(item) => (&item.attrs, Some(&item.sig.ident)),
        Item::Static(item) => (&item.attrs, Some(&item.ident)),
        Item::Struct(item) => (&item.attrs, Some(&item.ident)),
        Item::Trait(item) => (&item.attrs, Some(&item.ident)),
        Item::TraitAlias(item) => (&item.attrs, Some(&item.ident)),
        Item::Type(item) => (&item.attrs, Some(&item.ident)),
        Item::Union(item) => (&item.attrs, Some(&item.ident)),
        Item::Macro(item) => (&item.attrs, item.ident.as_ref()),
        Item::ExternCrate(item) => (&item.attrs, None),
        Item::ForeignMod(item) => (&item.attrs, None),
        Item::Impl(item) => (&item.attrs, None),
        Item::Mod(item) => (&item.attrs, None),
        Item::Use(item) => (&item.attrs, None),
        _ => return (&[], None),
    };
    (attributes, name.map(ToString::to_string))
}

/// The file that `#[path = "…"]` names.
fn named_file(attributes: &[Attribute]) -> Option<String> {
    let path = attributes.iter().find(|attribute| attribute.path().is_ident("path"))?;
    let Meta::NameValue(pair) = &path.meta else { return None };
    let Expr::Lit(literal) = &pair.value else { return None };
    let Lit::Str(text) = &literal.lit else { return None };
    Some(text.value())
}
