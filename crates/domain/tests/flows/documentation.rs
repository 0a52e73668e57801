//! The documentation names every defect, and no other; its example is as it says.

use std::collections::BTreeSet;

use firstline_domain::flow::check::{DefectCode, NotLookedUp, check_text};
use firstline_domain::flow::format::canonical;

#[test]
fn every_code_is_documented_under_its_severity_and_no_other_is() {
    let page = include_str!("../../../../docs/FLOWS.md");
    let (errors, warnings) = page.split_once("\nWarnings:\n").unwrap();
    let (_, errors) = errors.split_once("\nErrors of form:\n").unwrap();
    let (warnings, _) = warnings.split_once("\n## ").unwrap();
    let named = |part: &str| -> BTreeSet<String> {
        let rows = part.lines().filter(|line| line.starts_with("| `"));
        let first = rows.map(|row| row.split('|').nth(1).unwrap().replace(['`', ' '], ""));
        first.flat_map(|codes| codes.split(',').map(str::to_owned).collect::<Vec<_>>()).collect()
    };
    let codes = |severity| -> BTreeSet<String> {
        let fitting = DefectCode::ALL.iter().filter(|code| code.severity() == severity);
        fitting.map(|code| code.as_str().to_owned()).collect()
    };
    assert_eq!(named(errors), codes(firstline_domain::flow::check::Severity::Error));
    assert_eq!(named(warnings), codes(firstline_domain::flow::check::Severity::Warning));
}

#[test]
fn the_example_is_in_canonical_form_and_has_no_defect() {
    let page = include_str!("../../../../docs/FLOWS.md");
    let (_, example) = page.split_once("\n```json\n").unwrap();
    let (example, _) = example.split_once("```\n").unwrap();
    let checked = check_text(example, &NotLookedUp);
    assert!(checked.report.is_clean(), "{:#?}", checked.report);
    assert_eq!(canonical(&checked.tree.unwrap()), example);
}
