//! A tree as a diagram that Mermaid draws, for people who read a flow rather than write it.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::flow::tree::{NodeBody, Tree};

/// The most characters of a text in the diagram.
const MOST_CHARS: usize = 120;

/// The tree as a Mermaid flowchart. Nodes are numbered, so that no id can be a word of Mermaid's own; texts are cut and
/// escaped, so that no text can be either. A way to a node that is not there is drawn to a mark.
#[must_use]
pub fn mermaid(tree: &Tree) -> String {
    let mut index = HashMap::new();
    for (at, node) in tree.nodes.iter().enumerate() {
        index.entry(&node.id).or_insert(at);
    }
    let target = |id| index.get(id).map_or_else(|| "missing".to_owned(), |at| format!("n{at}"));
    let mut out = String::from("flowchart TD\n");
    // Writing to a String cannot fail.
    let _ = writeln!(out, "    start([\"{}\"]) --> {}", text(tree.name.as_str()), target(&tree.root));
    for (at, node) in tree.nodes.iter().enumerate() {
        let _ = match &node.body {
            NodeBody::Question { prompt, .. } => writeln!(out, "    n{at}{{\"{}\"}}", text(prompt.as_str())),
            NodeBody::Instruction { text: todo, .. } => writeln!(out, "    n{at}[\"{}\"]", text(todo.as_str())),
            NodeBody::SubFlow { flow, .. } => {
                writeln!(out, "    n{at}[[\"{} #40;{flow}#41;\"]]", text(node.id.as_str()))
            }
            NodeBody::Resolved { text: how } => writeln!(out, "    n{at}([\"Resolved: {}\"])", text(how.as_str())),
            NodeBody::Escalate { reason_category, .. } => {
                writeln!(out, "    n{at}[/\"Escalate: {}\"/]", text(reason_category.as_str()))
            }
        };
        let _ = match &node.body {
            NodeBody::Question { answers, .. } => answers.iter().try_for_each(|answer| {
                let label = text(answer.label.as_str());
                writeln!(out, "    n{at} -->|\"{} {label}\"| {}", answer.key, target(&answer.next))
            }),
            NodeBody::Instruction { next, .. } | NodeBody::SubFlow { next, .. } => {
                writeln!(out, "    n{at} --> {}", target(next))
            }
            NodeBody::Resolved { .. } | NodeBody::Escalate { .. } => Ok(()),
        };
    }
    out
}

/// A text between quotes: Mermaid reads `#quot;` and numbers as characters, and nothing else is left that it reads.
fn text(text: &str) -> String {
    let mut out = String::new();
    for c in text.trim().chars().take(MOST_CHARS) {
        match c {
            '\n' => out.push_str("<br/>"),
            c if c.is_control() => out.push(' '),
            '"' | '#' | '<' | '>' | '&' | '`' | '|' | ';' | '\\' | '%' | '{' | '}' | '[' | ']' | '(' | ')' | '*'
            | '_' | '~' => {
                // Writing to a String cannot fail.
                let _ = write!(out, "#{};", u32::from(c));
            }
            c => out.push(c),
        }
    }
    if text.trim().chars().nth(MOST_CHARS).is_some() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_can_end_its_quotes_or_become_markup() {
        let escaped = text("a\"]; click n0 \"javascript:x\" <b>&amp;\r\n`#35;`");
        assert!(!escaped.contains(['"', '`', '&', ']']), "{escaped}");
        assert_eq!(escaped.replace("<br/>", "").find(['<', '>']), None, "{escaped}");
        assert!(escaped.starts_with("a#34;#93;#59; click"), "{escaped}");
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(text(&"x".repeat(121)).chars().count(), 121);
        assert!(text(&"x".repeat(121)).ends_with('…'));
    }
}
