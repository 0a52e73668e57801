//! Exports flows as files: the canonical document, byte for byte, or a diagram.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, ETAG};
use firstline_domain::flow::format::{canonical, mermaid};
use firstline_domain::flow::tree::Tree;

use super::document::FlowDocument;
use super::requests::{ExportFormat, ExportParams, FlowPath, FlowVersionPath};
use crate::endpoint::{AuthorCall, ReaderCall};
use crate::input::read_path_and_query;
use crate::problem::Problem;
use crate::respond::{etag_of_revision, etag_of_version};

/// Exports a published version as a file.
#[utoipa::path(get, path = "/api/v1/flows/{flow_id}/versions/{version}/export", tag = "flows",
    operation_id = "export_flow_version", params(FlowVersionPath, ExportParams),
    responses((status = 200, description = "The canonical document, or a Mermaid flowchart.",
        content((FlowDocument<'_> = "application/json"), (String = "text/plain")),
        headers(("ETag" = String, description = "The version; no condition of a change uses it."),
            ("Content-Disposition" = String, description = "A name for the file.")))))]
pub(crate) async fn export_version(call: ReaderCall) -> Result<HttpResponse, Problem> {
    let (path, ExportParams { format }) = read_path_and_query(&call.request)?;
    let FlowVersionPath { flow_id: id, version: number } = path;
    let version = call.state.services.flows.version(call.actor, id, number).await?;
    Ok(file(&version.tree, &format!("v{number}"), &etag_of_version(number), format.unwrap_or_default()))
}

/// Exports the draft as a file. Its `ETag` is that of the flow: with it the file can be written back on condition.
#[utoipa::path(get, path = "/api/v1/flows/{flow_id}/draft/export", tag = "flows", operation_id = "export_flow_draft",
    params(FlowPath, ExportParams),
    responses((status = 200, description = "The canonical document, or a Mermaid flowchart.",
        content((FlowDocument<'_> = "application/json"), (String = "text/plain")),
        headers(("ETag" = String, description = "The revision of the flow."),
            ("Content-Disposition" = String, description = "A name for the file.")))))]
pub(crate) async fn export_draft(call: AuthorCall) -> Result<HttpResponse, Problem> {
    let (FlowPath { flow_id: id }, ExportParams { format }) = read_path_and_query(&call.request)?;
    let flow = call.state.services.flows.draft(call.actor, id).await?;
    Ok(file(&flow.draft.tree, "draft", &etag_of_revision(flow.revision), format.unwrap_or_default()))
}

/// The most characters of a file's name that are taken from the flow's name.
const MOST_CHARS: usize = 60;

/// The file's name. Its stem has only letters, digits and hyphens, which every system accepts.
fn file_name(tree: &Tree, which: &str, format: ExportFormat) -> String {
    let mut stem = String::new();
    for c in tree.name.as_str().chars() {
        if stem.len() == MOST_CHARS {
            break;
        }
        if c.is_ascii_alphanumeric() {
            stem.push(c.to_ascii_lowercase());
        } else if !stem.is_empty() && !stem.ends_with('-') {
            stem.push('-');
        }
    }
    let stem = Some(stem.trim_end_matches('-')).filter(|stem| !stem.is_empty()).unwrap_or("flow");
    let ending = match format {
        ExportFormat::Json => "json",
        ExportFormat::Mermaid => "mmd",
    };
    format!("{stem}.{which}.{ending}")
}

fn file(tree: &Tree, which: &str, etag: &str, format: ExportFormat) -> HttpResponse {
    let (content_type, text) = match format {
        ExportFormat::Json => ("application/json", canonical(tree)),
        ExportFormat::Mermaid => ("text/plain; charset=utf-8", mermaid(tree)),
    };
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, content_type))
        .insert_header((ETAG, etag))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", file_name(tree, which, format))))
        .body(text)
}

#[cfg(test)]
mod tests {
    use firstline_domain::flow::format::from_value;
    use firstline_domain::text::Name;

    use super::*;
    use crate::resources::flows::document::example_document;

    #[test]
    fn a_files_name_has_nothing_that_a_system_takes_amiss() {
        let tree = from_value(&example_document()).unwrap();
        let named = |name: &str| {
            let tree = Tree { name: Name::new(name).unwrap(), ..tree.clone() };
            file_name(&tree, "v3", ExportFormat::Json)
        };
        assert_eq!(named("Printer offline"), "printer-offline.v3.json");
        assert_eq!(named("  ..//..\\\"\r\n;=C:nul  "), "c-nul.v3.json");
        assert_eq!(named("漢字"), "flow.v3.json");
        let long = named(&"ä long-name ".repeat(16));
        assert!(long.len() <= MOST_CHARS + ".v3.json".len() && !long.contains("-."), "{long}");
        assert_eq!(file_name(&tree, "draft", ExportFormat::Mermaid), "printer-offline.draft.mmd");
    }
}
