//! Flows as files: checked, written in their canonical form and drawn, without a database.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use firstline_domain::flow::check::{Checked, Defect, NotLookedUp, Report, check_text};
use firstline_domain::flow::format::{canonical, mermaid};
use firstline_domain::flow::tree::Tree;
use serde::Serialize;
use serde_json::json;

use crate::failure::Failure;
use crate::files::read_text;
use crate::output;

#[derive(Debug, Subcommand)]
pub(super) enum FlowFilesCall {
    /// Check flows in files: tells people every error and warning; ends with exit code 1 if there is an error
    Check {
        /// The documents
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Print one JSON object for programs instead
        #[arg(long)]
        json: bool,
    },
    /// Write flows in their canonical form, in place
    Format {
        /// The documents
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Print a flow as a Mermaid diagram
    Diagram {
        /// The document
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

impl FlowFilesCall {
    /// Carries out the call.
    pub(super) fn run(&self) -> Result<(), Failure> {
        match self {
            Self::Check { files, json } => check(files, *json),
            Self::Format { files } => format_files(files),
            Self::Diagram { file } => diagram(file),
        }
    }
}

/// A file that was checked.
#[derive(Serialize)]
struct CheckedFile {
    file: String,
    /// Whether the text is the canonical one; null when it is no flow.
    canonical: Option<bool>,
    #[serde(flatten)]
    report: Report,
}

fn check(files: &[PathBuf], as_json: bool) -> Result<(), Failure> {
    // All are read first: a wrong name is told before anything else.
    let texts: Vec<(&PathBuf, String)> =
        files.iter().map(|file| read(file).map(|text| (file, text))).collect::<Result<_, _>>()?;
    let checked: Vec<CheckedFile> = texts.into_iter().map(|(file, text)| check_file(file, &text)).collect();
    if as_json {
        output::object(&json!({ "files": checked }))?;
    } else {
        tell(&checked)?;
    }
    match checked.iter().filter(|file| !file.report.is_publishable()).count() {
        0 => Ok(()),
        bad => Err(Failure::new(format!("{bad} of {} flows cannot be published as they are", checked.len()))),
    }
}

fn check_file(file: &Path, text: &str) -> CheckedFile {
    let Checked { tree, report } = check_text(text, &NotLookedUp);
    CheckedFile { file: file.display().to_string(), canonical: tree.map(|tree| canonical(&tree) == text), report }
}

fn tell(files: &[CheckedFile]) -> Result<(), Failure> {
    let mut out = String::new();
    for CheckedFile { file, canonical, report } in files {
        let (errors, warnings) = (report.errors.len(), report.warnings.len());
        // Writing to a String cannot fail.
        let _ = match (errors, warnings) {
            (0, 0) => writeln!(out, "{file}: good"),
            _ => writeln!(out, "{file}: {}, {}", counted(errors, "error"), counted(warnings, "warning")),
        };
        out.push_str(&told_report(report));
        if *canonical == Some(false) {
            out.push_str("  not in its canonical form: `firstline flow format` writes it\n");
        }
    }
    print(&out)
}

/// Every defect of a report, errors first.
pub(super) fn told_report(report: &Report) -> String {
    let errors = report.errors.iter().map(|defect| told("error", defect));
    let warnings = report.warnings.iter().map(|defect| told("warning", defect));
    let more = (report.left_out > 0).then(|| format!("  and {} more\n", report.left_out));
    errors.chain(warnings).chain(more).collect()
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn told(severity: &str, defect: &Defect) -> String {
    let pointer = if defect.pointer.is_empty() { "the document" } else { &defect.pointer };
    let node = defect.node_id.as_ref().map_or_else(String::new, |id| format!(" (node {id})"));
    format!("  {severity} {} at {pointer}{node}\n    {}\n", defect.code.as_str(), defect.message)
}

fn format_files(files: &[PathBuf]) -> Result<(), Failure> {
    let mut written = Vec::new();
    for file in files {
        let text = read(file)?;
        let canonical = canonical(&form(file, &text)?);
        if canonical != text {
            std::fs::write(file, canonical)
                .map_err(|error| Failure::caused(format!("{} cannot be written", file.display()), &error))?;
            written.push(file.display().to_string());
        }
    }
    output::object(&json!({ "files": files.len(), "written": written }))
}

fn diagram(file: &Path) -> Result<(), Failure> {
    let text = read(file)?;
    print(&mermaid(&form(file, &text)?))
}

/// The tree of a document whose form is right, whatever its ways are.
fn form(file: &Path, text: &str) -> Result<Tree, Failure> {
    let broken = || {
        Failure::new(format!("{} is no flow as it stands", file.display()))
            .remedy(format!("`firstline flow check {}` tells what is wrong", file.display()))
    };
    check_text(text, &NotLookedUp).tree.ok_or_else(broken)
}

pub(super) fn read(file: &Path) -> Result<String, Failure> {
    read_text(file).map_err(|error| {
        Failure::caused(format!("{} cannot be read", file.display()), &error)
            .remedy("name a file with a flow in it, as UTF-8")
    })
}

/// Prints text as it is.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    written.map_err(|error| Failure::caused("the answer cannot be written to stdout", &error))
}
