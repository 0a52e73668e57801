//! What a proof found.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

/// Counts and findings, collected as a proof goes on; from any of its threads.
pub(crate) struct Report(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    /// The most findings that are shown; all are counted.
    shown: usize,
    /// The kind of finding after which nothing more need be looked for.
    enough: Option<&'static str>,
    counts: BTreeMap<&'static str, u64>,
    findings: Vec<String>,
}

impl Report {
    /// An empty one, which shows so many findings as they come.
    pub(crate) fn showing(shown: usize) -> Self {
        Self(Mutex::new(Inner { shown, ..Inner::default() }))
    }

    /// An empty one for a proof that is to find a bug: one finding of this kind is enough.
    pub(crate) fn looking_for(kind: &'static str) -> Self {
        Self(Mutex::new(Inner { shown: 1, enough: Some(kind), ..Inner::default() }))
    }

    /// Whether it is a planted bug that is looked for.
    pub(crate) fn looks_for_a_bug(&self) -> bool {
        self.inner().enough.is_some()
    }

    /// Whether what was looked for is found, so that a proof may end where it is.
    pub(crate) fn is_enough(&self) -> bool {
        let inner = self.inner();
        inner.enough.is_some_and(|kind| inner.findings.iter().any(|finding| is_of(finding, kind)))
    }

    /// Adds to a count of the final line.
    pub(crate) fn count(&self, what: &'static str, more: u64) {
        *self.inner().counts.entry(what).or_default() += more;
    }

    /// Something that the promise excludes. One is enough for the proof to fail. `kind` is a short word that the list of
    /// planted bugs can ask for; no kind is empty.
    pub(crate) fn finding(&self, kind: &str, what: impl std::fmt::Display) {
        let mut inner = self.inner();
        if inner.findings.len() < inner.shown {
            eprintln!("    finding: {kind}: {}", shortened(&what.to_string()));
        }
        inner.findings.push(format!("{kind}: {what}"));
    }

    /// Adds a finding unless `holds`.
    pub(crate) fn check(&self, holds: bool, kind: &str, what: impl FnOnce() -> String) {
        self.count("checks", 1);
        if !holds {
            self.finding(kind, what());
        }
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_of(finding: &str, kind: &str) -> bool {
    finding.split_once(':').is_some_and(|(of, _)| of == kind)
}

/// What is enough of a finding for a person.
fn shortened(text: &str) -> String {
    const ENOUGH: usize = 700;
    let cut = text.char_indices().nth(ENOUGH).map(|(at, _)| format!("{}…", &text[..at]));
    cut.unwrap_or_else(|| text.to_owned())
}

/// How a proof ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The promise held.
    Held,
    /// It did not: what was found.
    Broken(Vec<String>),
    /// It could not be carried out to its end: why.
    Error(String),
}

impl Verdict {
    pub(crate) const fn held(&self) -> bool {
        matches!(self, Self::Held)
    }

    /// Whether it is broken by a finding of this kind.
    pub(crate) fn is_broken_by(&self, kind: &str) -> bool {
        matches!(self, Self::Broken(findings) if findings.iter().any(|finding| is_of(finding, kind)))
    }

    const fn as_str(&self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Broken(_) => "broken",
            Self::Error(_) => "error",
        }
    }
}

/// A proof that has run.
pub(crate) struct Done {
    pub(crate) proof: &'static str,
    pub(crate) seed: u64,
    pub(crate) seconds: f64,
    pub(crate) counts: BTreeMap<&'static str, u64>,
    pub(crate) verdict: Verdict,
}

impl Done {
    /// What came of a report, or of the panic that ended the proof before its time.
    pub(crate) fn new(proof: &'static str, seed: u64, seconds: f64, report: Report, ended: Result<(), String>) -> Self {
        let Inner { mut counts, findings, .. } = report.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        counts.insert("findings", findings.len() as u64);
        let verdict = match ended {
            Err(why) => Verdict::Error(why),
            // A proof that has looked at nothing has proven nothing.
            Ok(()) if findings.is_empty() && counts.values().all(|&count| count == 0) => {
                Verdict::Error("nothing was checked".to_owned())
            }
            Ok(()) if findings.is_empty() => Verdict::Held,
            Ok(()) => Verdict::Broken(findings),
        };
        Self { proof, seed, seconds, counts, verdict }
    }

    /// The JSON line.
    pub(crate) fn line(&self) -> Value {
        json!({
            "proof": self.proof, "seed": self.seed, "counts": self.counts,
            "seconds": (self.seconds * 100.0).round() / 100.0, "verdict": self.verdict.as_str(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(report: Report, ended: Result<(), String>) -> Done {
        Done::new("x", 7, 1.0, report, ended)
    }

    #[test]
    fn one_finding_breaks_a_proof_and_names_its_kind() {
        let report = Report::showing(0);
        report.check(true, "leak", || unreachable!());
        report.check(false, "leak", || "a row of B: 7".to_owned());
        let done = done(report, Ok(()));
        assert!(done.verdict.is_broken_by("leak") && !done.verdict.is_broken_by("lea") && !done.verdict.held());
        assert_eq!(done.line()["counts"], json!({ "checks": 2, "findings": 1 }));
        assert_eq!(done.line()["verdict"], "broken");
    }

    #[test]
    fn a_proof_that_checks_nothing_or_ends_early_has_not_held() {
        assert_eq!(done(Report::showing(0), Ok(())).line()["verdict"], "error");
        let report = Report::showing(0);
        report.check(true, "leak", String::new);
        let ended = done(report, Err("no service".to_owned()));
        assert_eq!(ended.line()["verdict"], "error");
        assert!(!ended.verdict.is_broken_by("leak"));
    }

    #[test]
    fn a_proof_without_findings_has_held() {
        let report = Report::showing(0);
        report.check(true, "leak", String::new);
        assert!(done(report, Ok(())).verdict.held());
    }

    #[test]
    fn a_bug_is_found_by_its_own_kind_of_finding_alone() {
        let report = Report::looking_for("leak");
        report.finding("status", "500");
        assert!(!report.is_enough());
        report.finding("leak", "a row of B");
        assert!(report.is_enough());
        let usual = Report::showing(0);
        usual.finding("leak", "a row of B");
        assert!(!usual.is_enough(), "a proof looks for everything");
    }
}
