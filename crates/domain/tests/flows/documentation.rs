//! The documentation names every defect, and no other.

use std::collections::BTreeSet;

use firstline_domain::flow::check::DefectCode;

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
