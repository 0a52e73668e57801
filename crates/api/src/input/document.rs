//! Reading a flow's document: its text as it came, since a value of JSON would have lost what stands in it twice.

use actix_web::http::header::HeaderMap;
use actix_web::web::Payload;
use firstline_domain::flow::check::DefectCode;
use firstline_domain::flow::format::{Malformed, import};
use firstline_domain::flow::tree::Tree;
use firstline_domain::json;

use super::body::{Body, read_text};
use crate::problem::Problem;
use crate::route::BodyRule;
use crate::state::HttpLimits;

/// The document of a flow, or what is wrong with its form.
pub(crate) struct Document(Result<Tree, Malformed>);

impl Document {
    /// The tree.
    pub(crate) fn tree(self) -> Result<Tree, Problem> {
        self.0.map_err(|malformed| Problem::unreadable_flow(malformed.report))
    }
}

impl Body for Document {
    async fn read(headers: &HeaderMap, payload: Payload, limits: &HttpLimits, rule: BodyRule) -> Result<Self, Problem> {
        let bytes = read_text(headers, payload, limits, rule).await?;
        let text = std::str::from_utf8(&bytes).map_err(|error| {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let mut lines = before.split(|byte| *byte == b'\n').rev();
            let column = lines.next().unwrap_or_default().len() + 1;
            Problem::malformed_json(lines.count() + 1, column)
        })?;
        let read = import(text);
        let no_json =
            |malformed: &Malformed| malformed.report.errors.iter().any(|defect| defect.code == DefectCode::JsonInvalid);
        // What is no JSON at all is the same problem on every route.
        if read.as_ref().is_err_and(no_json)
            && let Err(error) = json::parse(text.as_bytes())
        {
            return Err(Problem::malformed_json(error.line(), error.column()));
        }
        Ok(Self(read))
    }
}
