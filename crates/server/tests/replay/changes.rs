//! Intended changes: what a recording says, and what is answered in its place from now on.
//!
//! ```text
//! # Why it changes, in a sentence.
//! in sessions / step of a call      script and exchange; `*` stands for all
//! - "old":"text"
//! + "new":"text"
//! ```
//!
//! Lines with `-` together are the old text and lines with `+` the new one; both may stand anywhere in a block. A
//! change that applies nowhere fails the test.

use crate::recording::Recording;

pub struct Changes {
    all: Vec<Change>,
}

#[derive(Default)]
struct Change {
    script: String,
    exchange: String,
    old: Vec<String>,
    new: Vec<String>,
    used: bool,
}

impl Changes {
    pub fn parse(text: &str) -> Self {
        let mut all: Vec<Change> = Vec::new();
        let mut reason = "";
        for line in text.lines() {
            if let Some(place) = line.strip_prefix("in ") {
                assert!(!reason.is_empty(), "changes.txt: {line} has no reason before it");
                let (script, exchange) = place.split_once(" / ").unwrap_or_else(|| panic!("changes.txt: {line}"));
                let (script, exchange) = (script.to_owned(), exchange.to_owned());
                all.push(Change { script, exchange, ..Change::default() });
                reason = "";
            } else if let Some(old) = line.strip_prefix("- ") {
                all.last_mut().unwrap().old.push(old.to_owned());
            } else if let Some(new) = line.strip_prefix("+ ") {
                all.last_mut().unwrap().new.push(new.to_owned());
            } else if let Some(text) = line.strip_prefix("# ") {
                reason = text;
            } else {
                assert!(line.is_empty() || line == "#", "changes.txt: {line}");
                reason = if line.is_empty() { "" } else { reason };
            }
        }
        assert!(all.iter().all(|change| !change.old.is_empty()), "changes.txt: a change has no old text");
        Self { all }
    }

    /// Changes what the recording of `script` says.
    pub fn apply(&mut self, script: &str, recording: &mut Recording) {
        for change in self.all.iter_mut().filter(|change| ["*", script].contains(&change.script.as_str())) {
            let (old, new) = (change.old.join("\n"), change.new.join("\n"));
            for block in &mut recording.blocks {
                let meant = change.exchange == "*" || change.exchange == block.name;
                if meant && block.text.contains(&old) {
                    block.text = block.text.replace(&old, &new);
                    change.used = true;
                }
            }
        }
    }

    /// Changes that applied nowhere.
    pub fn unused(&self) -> Vec<String> {
        let unused = self.all.iter().filter(|change| !change.used);
        unused.map(|change| format!("changes.txt: {} / {} applies nowhere", change.script, change.exchange)).collect()
    }
}

#[test]
fn a_change_is_applied_where_it_is_meant_and_reported_where_it_is_not() {
    let text = "# It is clearer.\nin a / one\n- \"old\":1\n+ \"new\":1\n\n# Never.\nin b / *\n- x\n+ y\n";
    let mut changes = Changes::parse(text);
    let mut recording = Recording::parse("## one\n| {\"old\":1}\n\n## two\n| {\"old\":1}\n");
    changes.apply("a", &mut recording);
    assert_eq!(recording.to_string(), "## one\n| {\"new\":1}\n\n## two\n| {\"old\":1}\n");
    assert_eq!(changes.unused(), ["changes.txt: b / * applies nowhere"]);
}
