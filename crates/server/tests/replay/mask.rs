//! Placeholders for what differs from run to run. A value keeps its placeholder through a script, so the recording
//! shows which ids and times are the same.

use std::collections::BTreeMap;

use uuid::Uuid;

/// Members whose numbers depend on the time that passes.
const CLOCKED: [&str; 2] = ["\"behind_seconds\":", "\"median_seconds\":"];

#[derive(Default)]
pub struct Mask {
    names: BTreeMap<String, String>,
    counts: BTreeMap<&'static str, usize>,
}

impl Mask {
    /// Gives an id a name of its own.
    pub fn name(&mut self, id: &str, name: &str) {
        self.names.entry(id.to_owned()).or_insert_with(|| format!("<{name}>"));
    }

    /// `text` with placeholders.
    pub fn apply(&mut self, text: &str) -> String {
        let mut masked = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let (found, shown) = if let Some(id) = id_at(rest) {
                (id, self.placeholder("id", id))
            } else if let Some(time) = time_at(rest) {
                (time, self.placeholder("time", time))
            } else if let Some(cursor) = cursor_at(rest) {
                (cursor, format!("cursor={}", self.placeholder("cursor", cursor)))
            } else if let Some(number) = CLOCKED.iter().find_map(|member| number_behind(rest, member)) {
                let member = &number[..=number.find(':').unwrap()];
                (number, format!("{member}<seconds>"))
            } else {
                (&rest[..first.len_utf8()], first.to_string())
            };
            masked.push_str(&shown);
            rest = &rest[found.len()..];
        }
        masked
    }

    fn placeholder(&mut self, kind: &'static str, value: &str) -> String {
        if let Some(name) = self.names.get(value) {
            return name.clone();
        }
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        let name = format!("<{kind}-{count}>");
        self.names.insert(value.to_owned(), name.clone());
        name
    }
}

fn id_at(text: &str) -> Option<&str> {
    let id = text.get(..36)?;
    (id.as_bytes()[8] == b'-' && id.parse::<Uuid>().is_ok()).then_some(id)
}

/// A time as the service writes it: `2026-01-31T09:30:00.000000Z`.
fn time_at(text: &str) -> Option<&str> {
    let time = text.get(..27)?;
    let fits = |(byte, form): (u8, u8)| if form == b'0' { byte.is_ascii_digit() } else { byte == form };
    time.bytes().zip(*b"0000-00-00T00:00:00.000000Z").all(fits).then_some(time)
}

/// A cursor of a `Link`, with the parameter's name.
fn cursor_at(text: &str) -> Option<&str> {
    let behind = text.strip_prefix("cursor=")?;
    let long = behind.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"-_%".contains(byte)).count();
    (long > 0).then(|| &text[.."cursor=".len() + long])
}

fn number_behind<'a>(text: &'a str, member: &str) -> Option<&'a str> {
    let behind = text.strip_prefix(member)?;
    let long = behind.bytes().take_while(|byte| byte.is_ascii_digit() || b".-+eE".contains(byte)).count();
    (long > 0).then(|| &text[..member.len() + long])
}
