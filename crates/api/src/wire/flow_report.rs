//! What is wrong with a flow, in answers and in problems.

use firstline_domain::flow::check::{Defect, Report};
use serde::Serialize;

/// A report. Its members stand in a problem beside the problem's own.
#[derive(Serialize)]
pub(crate) struct ReportJson<'a> {
    errors: Vec<DefectJson<'a>>,
    warnings: Vec<DefectJson<'a>>,
    left_out: usize,
}

#[derive(Serialize)]
struct DefectJson<'a> {
    pointer: &'a str,
    detail: &'a str,
    code: &'static str,
    node_id: Option<&'a str>,
}

impl<'a> From<&'a Report> for ReportJson<'a> {
    fn from(report: &'a Report) -> Self {
        let all = |defects: &'a [Defect]| defects.iter().map(DefectJson::from).collect();
        Self { errors: all(&report.errors), warnings: all(&report.warnings), left_out: report.left_out }
    }
}

impl<'a> From<&'a Defect> for DefectJson<'a> {
    fn from(defect: &'a Defect) -> Self {
        Self {
            pointer: &defect.pointer,
            detail: &defect.message,
            code: defect.code.as_str(),
            node_id: defect.node_id.as_deref(),
        }
    }
}
