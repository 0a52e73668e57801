//! How large a document may be.

use super::write::canonical;
use crate::flow::defect::{Defect, DefectCode, MAX_DOCUMENT_BYTES, MAX_KEYWORDS, Place};
use crate::flow::tree::Tree;

/// Whether the document as a whole has the size that it may have: form, so that no draft is without it either.
pub(crate) fn size(tree: &Tree, found: &mut Vec<Defect>) {
    let bytes = canonical(tree).len();
    if bytes > MAX_DOCUMENT_BYTES {
        let message = format!(
            "the document has {bytes} bytes: at most {MAX_DOCUMENT_BYTES} are allowed, so shorten texts or split it"
        );
        found.push(Place::document().defect(DefectCode::DocumentTooLarge, message));
    }
    if tree.keywords.len() > MAX_KEYWORDS {
        let message =
            format!("{} keywords: at most {MAX_KEYWORDS} are allowed, so keep the telling ones", tree.keywords.len());
        found.push(Place::document().at("keywords").defect(DefectCode::TooManyKeywords, message));
    }
}
