//! Recordings as text: one block an exchange, with name, request line, status, headers, an empty line, the body.
//!
//! A line of the body begins with `| `; a long line of JSON is broken before its members, and what goes on without a
//! line end begins with `: `.

use std::fmt::{self, Display};

/// The exchanges of a script, each as text.
#[derive(Default)]
pub struct Recording {
    pub blocks: Vec<Block>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub name: String,
    pub text: String,
}

/// Lines of JSON up to this long are not broken.
const LONG: usize = 400;

impl Recording {
    pub fn parse(text: &str) -> Self {
        let blocks = text.split("\n## ").map(|block| block.strip_prefix("## ").unwrap_or(block));
        let block = |text: &str| {
            let (name, rest) = text.split_once('\n').unwrap_or((text, ""));
            Block { name: name.to_owned(), text: rest.trim_end_matches('\n').to_owned() }
        };
        Self { blocks: blocks.map(block).collect() }
    }

    /// What is not as this recording says, exchange by exchange.
    pub fn differences(&self, heard: &Self) -> Vec<String> {
        let find = |all: &Self, name: &str| all.blocks.iter().find(|block| block.name == name).cloned();
        let mut differences = Vec::new();
        for block in &heard.blocks {
            match find(self, &block.name) {
                None => differences.push(format!("{}: is not recorded", block.name)),
                Some(expected) if expected.text != block.text => {
                    differences.push(format!("{}\n{}", block.name, line_by_line(&expected.text, &block.text)));
                }
                Some(_) => {}
            }
        }
        let left = self.blocks.iter().filter(|block| find(heard, &block.name).is_none());
        differences.extend(left.map(|block| format!("{}: is recorded, but no script has it", block.name)));
        differences
    }
}

impl Display for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, block) in self.blocks.iter().enumerate() {
            let gap = if at == 0 { "" } else { "\n" };
            writeln!(f, "{gap}## {}\n{}", block.name, block.text)?;
        }
        Ok(())
    }
}

/// The lines that stand in one text only.
fn line_by_line(expected: &str, heard: &str) -> String {
    let only = |these: &str, those: &str, sign: char| {
        let those: Vec<&str> = those.lines().collect();
        let lines = these.lines().filter(|line| !those.contains(line));
        lines.fold(String::new(), |text, line| format!("{text}  {sign} {line}\n"))
    };
    let found = only(expected, heard, '-') + &only(heard, expected, '+');
    if found.is_empty() { format!("  other order or number of lines:\n{expected}\n  heard:\n{heard}") } else { found }
}

/// A body as the recording shows it.
pub fn shown(body: &str) -> String {
    let lines = body.split('\n').map(|line| {
        let is_json = line.starts_with('{') || line.starts_with('[');
        let parts = if is_json && line.len() > LONG { members(line) } else { vec![line] };
        format!("| {}", parts.join("\n: "))
    });
    lines.collect::<Vec<String>>().join("\n")
}

/// The line cut behind the commas of the two outermost levels.
fn members(line: &str) -> Vec<&str> {
    let (mut parts, mut from, mut depth, mut in_text, mut escaped) = (Vec::new(), 0, 0_i32, false, false);
    let outermost = if line.starts_with("[{") { 2 } else { 1 };
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            b',' if depth <= outermost => {
                parts.push(&line[from..=at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&line[from..]);
    parts
}
