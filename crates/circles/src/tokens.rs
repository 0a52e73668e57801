//! Paths in tokens that are not parsed further: calls and definitions of macros, arguments of attributes.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::tree::NamePath;

/// The paths of more than one name in `tokens`. Of a macro's definition (`$crate` paths) only those from the crate's
/// root are known: the others depend on the place of the call.
pub(crate) fn paths_in(tokens: TokenStream) -> Vec<NamePath> {
    let mut found = Vec::new();
    read(tokens, &[], &mut found);
    found
}

/// Reads `tokens`, each path of which goes on from `before`.
fn read(tokens: TokenStream, before: &[String], found: &mut Vec<NamePath>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            TokenTree::Ident(_) if !follows_separator(&tokens, at) => at = path(&tokens, at, before, found),
            TokenTree::Group(group) => {
                read(group.stream(), &[], found);
                at += 1;
            }
            TokenTree::Literal(literal) => {
                found.extend(quoted_path(&literal.to_string(), token.span().start().line));
                at += 1;
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => at += 1,
        }
    }
}

/// Reads the path that begins at `at`; returns the place after it.
fn path(tokens: &[TokenTree], mut at: usize, before: &[String], found: &mut Vec<NamePath>) -> usize {
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
            read(group.stream(), &names, found);
            return at + 1;
        }
    }
    if names.len() > 1 {
        found.push(NamePath { names, line });
    }
    at
}

fn is_colon(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == ':')
}

fn is_separator(tokens: &[TokenTree], at: usize) -> bool {
    is_colon(tokens.get(at)) && is_colon(tokens.get(at + 1))
}

/// Whether the name at `at` goes on a path that does not begin with a name, such as `<T>::name` or `::name`.
fn follows_separator(tokens: &[TokenTree], at: usize) -> bool {
    at >= 2 && is_separator(tokens, at - 2)
}

/// The path in a string literal, as `serde(with = "crate::time")` has it.
fn quoted_path(literal: &str, line: usize) -> Option<NamePath> {
    let text = literal.strip_prefix('"')?.strip_suffix('"')?;
    let names: Vec<String> = text.split("::").map(str::to_owned).collect();
    let is_name =
        |name: &String| !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    let is_of_crate = names.first().is_some_and(|first| matches!(first.as_str(), "crate" | "super" | "self"));
    (names.len() > 1 && is_of_crate && names.iter().all(is_name)).then_some(NamePath { names, line })
}
