//! Paths in tokens that are not parsed further: calls and definitions of macros, arguments of attributes.

use proc_macro2::{Delimiter, Literal, TokenStream, TokenTree};

use crate::tree::{NamePath, ReferenceKind};

/// A path with the kind of its place.
pub(crate) type Found = (NamePath, ReferenceKind);

/// The arguments of serde's attributes that hold a path or a type in a string.
const SERDE_PATHS: [&str; 10] = [
    "default",
    "deserialize_with",
    "from",
    "getter",
    "into",
    "remote",
    "serialize_with",
    "skip_serializing_if",
    "try_from",
    "with",
];

/// The paths of more than one name in `tokens`, the macros that they call, and the paths in strings. `of_serde` tells
/// that `tokens` are the arguments of a serde attribute.
pub(crate) fn paths_in(tokens: TokenStream, of_serde: bool) -> Vec<Found> {
    let mut found = Vec::new();
    read(tokens, of_serde, &[], &mut found);
    found
}

/// Reads `tokens`, each path of which goes on from `before`.
fn read(tokens: TokenStream, of_serde: bool, before: &[String], found: &mut Vec<Found>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            TokenTree::Ident(_) if !follows_separator(&tokens, at) => at = path(&tokens, at, before, found),
            TokenTree::Group(group) => {
                let of_serde = of_serde || at > 0 && is_name(tokens.get(at - 1), &["serde"]);
                read(group.stream(), of_serde, &[], found);
                at += 1;
            }
            TokenTree::Literal(literal) => {
                let is_path = of_serde && at > 1 && is_punct(tokens.get(at - 1), '=');
                let named =
                    if is_path && is_name(tokens.get(at - 2), &SERDE_PATHS) { serde_paths } else { rooted_path };
                found.extend(named(literal));
                at += 1;
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => at += 1,
        }
    }
}

/// Reads the path that begins at `at`; returns the place after it.
fn path(tokens: &[TokenTree], mut at: usize, before: &[String], found: &mut Vec<Found>) -> usize {
    let mut names = before.to_vec();
    let mut line = 0;
    while let Some(TokenTree::Ident(name)) = tokens.get(at) {
        names.push(name.to_string());
        line = name.span().start().line;
        at += 1;
        if !is_separator(tokens, at) {
            break;
        }
        at += 2;
        if let Some(TokenTree::Group(group)) = tokens.get(at)
            && group.delimiter() == Delimiter::Brace
        {
            read(group.stream(), false, &names, found);
            return at + 1;
        }
    }
    if names.len() > 1 {
        found.push((NamePath { names, line }, ReferenceKind::Code));
    } else if is_punct(tokens.get(at), '!') && matches!(tokens.get(at + 1), Some(TokenTree::Group(_))) {
        found.push((NamePath { names, line }, ReferenceKind::MacroCall));
    }
    at
}

fn is_punct(token: Option<&TokenTree>, letter: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == letter)
}

fn is_name(token: Option<&TokenTree>, names: &[&str]) -> bool {
    matches!(token, Some(TokenTree::Ident(name)) if names.iter().any(|known| name == known))
}

fn is_separator(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(tokens.get(at), ':') && is_punct(tokens.get(at + 1), ':')
}

/// Whether the name at `at` goes on a path that does not begin with a name, such as `<T>::name` or `::name`.
fn follows_separator(tokens: &[TokenTree], at: usize) -> bool {
    at >= 2 && is_separator(tokens, at - 2)
}

/// The path in a string of any attribute or macro, which is known as one by its first name: `"crate::time"`.
fn rooted_path(literal: &Literal) -> Vec<Found> {
    let names = quoted_names(literal);
    let is_rooted = names.first().is_some_and(|first| matches!(first.as_str(), "crate" | "super" | "self"));
    let line = literal.span().start().line;
    if names.len() > 1 && is_rooted { vec![(NamePath { names, line }, ReferenceKind::Quoted)] } else { Vec::new() }
}

/// The names of a path that is all of a string.
fn quoted_names(literal: &Literal) -> Vec<String> {
    let text = literal.to_string();
    let Some(text) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) else { return Vec::new() };
    let names: Vec<String> = text.split("::").map(str::to_owned).collect();
    let is_name = |name: &String| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if names.iter().all(is_name) { names } else { Vec::new() }
}

/// The paths in a string of a serde attribute, relative ones too, such as `"time"` and `"Vec<crate::time::Raw>"`.
fn serde_paths(literal: &Literal) -> Vec<Found> {
    let line = literal.span().start().line;
    let names = quoted_names(literal);
    if !names.is_empty() {
        return vec![(NamePath { names, line }, ReferenceKind::Quoted)];
    }
    let text = literal.to_string();
    let Ok(tokens) = text.trim_matches('"').parse() else { return Vec::new() };
    paths_in(tokens, false).into_iter().map(|(path, kind)| (NamePath { line, ..path }, kind)).collect()
}
