//! Reading a document: everything that is wrong with its form at once, and its shape as far as it can be made out.

use serde_json::Value;

use super::fields::{Fields, Origin, text_defect, wrong_type};
use super::json;
use super::write::FORMAT;
use crate::flow::defect::{Defect, DefectCode, MAX_ERRORS_READ, Place, shown};
use crate::flow::outline::{Outline, OutlineAnswer, OutlineNode, Ways};
use crate::flow::tree::{AnswerOption, Language, LocalNodeId, Node, NodeBody, Tree};
use crate::text::Keyword;

/// What reading a document gave.
pub(crate) struct Reading {
    /// The tree, if nothing is wrong with the form.
    pub(crate) tree: Option<Tree>,
    /// The shape, if it is a document of this format.
    pub(crate) outline: Option<Outline>,
    /// What is wrong with the form.
    pub(crate) defects: Vec<Defect>,
}

/// Reads JSON text.
pub(crate) fn read_text(text: &str, origin: Origin) -> Reading {
    match json::parse(text) {
        Err(error) => {
            let message = format!("the text is no JSON: {error}");
            let defects = vec![Place::document().defect(DefectCode::JsonInvalid, message)];
            Reading { tree: None, outline: None, defects }
        }
        Ok((value, repeated)) => {
            let mut reading = read_value(&value, origin);
            if !repeated.is_empty() {
                reading.tree = None;
            }
            reading.defects.extend(repeated.into_iter().map(|pointer| repeated_field(&value, pointer)));
            reading
        }
    }
}

fn repeated_field(document: &Value, pointer: String) -> Defect {
    let node = pointer.strip_prefix("/nodes/").and_then(|rest| rest.split('/').next());
    let node = node.and_then(|index| document.pointer(&format!("/nodes/{index}/id")));
    let message = "the field stands twice in its object: take one of them out".to_owned();
    Defect { code: DefectCode::FieldRepeated, node_id: node.and_then(Value::as_str).map(shown), pointer, message }
}

/// Reads a JSON value. A field that breaks its rule may be read as missing: with any defect there is no tree.
pub(crate) fn read_value(value: &Value, origin: Origin) -> Reading {
    let mut defects = Vec::new();
    let (outline, tree) = document(value, origin, &mut defects);
    let tree = tree.filter(|_| defects.is_empty());
    Reading { tree, outline, defects }
}

fn document(value: &Value, origin: Origin, found: &mut Vec<Defect>) -> (Option<Outline>, Option<Tree>) {
    const ALLOWED: [&str; 7] = ["format", "name", "description", "keywords", "language", "root", "nodes"];
    let fields = Fields::of(value, Place::document(), &ALLOWED, origin, found);
    let Some(mut fields) = fields else { return (None, None) };
    if let Some(format) = fields.string("format")
        && format != FORMAT
    {
        // Whatever else stands there follows other rules.
        fields.found.clear();
        let message = format!("`{}` is no format that is known here: it must be \"{FORMAT}\"", shown(format));
        fields.found.push(fields.place.at("format").defect(DefectCode::FormatUnknown, message));
        return (None, None);
    }
    let (name, description) = (fields.text("name"), fields.optional_text("description"));
    let (keywords, language) = (keywords(&mut fields), language(&mut fields));
    let (root_text, root) = fields.id("root");
    let list = fields.list("nodes");
    let (mut shapes, mut nodes) = (Vec::new(), Vec::new());
    for (index, value) in list.unwrap_or_default().iter().enumerate() {
        let (shape, node) = node(value, index, origin, found);
        // What is left out would make ways seem to lead nowhere.
        if is_full(found) {
            return (None, None);
        }
        shapes.push(shape);
        nodes.push(node);
    }
    let outline = list.map(|_| Outline { root: root_text.map(str::to_owned), nodes: shapes });
    let tree = || {
        Some(Tree {
            name: name?,
            description,
            keywords,
            language,
            root: root?,
            nodes: nodes.into_iter().collect::<Option<_>>()?,
        })
    };
    (outline, tree())
}

/// Whether enough is wrong that nothing else need be read.
fn is_full(found: &[Defect]) -> bool {
    found.len() >= MAX_ERRORS_READ
}

fn keywords(fields: &mut Fields<'_, '_>) -> Vec<Keyword> {
    let list = if fields.has("keywords") { fields.list("keywords") } else { None };
    let mut keywords = Vec::new();
    for (index, value) in list.unwrap_or_default().iter().enumerate() {
        let place = fields.place.at("keywords").at(index);
        match value.as_str().map(|text| fields.origin.text::<Keyword>(text.to_owned())) {
            Some(Ok(keyword)) => keywords.push(keyword),
            Some(Err(defect)) => fields.found.push(text_defect(&place, "keywords", defect)),
            None => fields.found.push(wrong_type(&place, "a string", value)),
        }
        if is_full(fields.found) {
            break;
        }
    }
    keywords
}

fn language(fields: &mut Fields<'_, '_>) -> Option<Language> {
    let name = if fields.has("language") { fields.string("language")? } else { return None };
    let language = Language::parse(name);
    if language.is_none() {
        let known = Language::ALL.map(Language::as_str).join(", ");
        let message = format!("the language must be one of {known}, or be left out");
        fields.found.push(fields.place.at("language").defect(DefectCode::LanguageUnknown, message));
    }
    language
}

fn node(value: &Value, index: usize, origin: Origin, found: &mut Vec<Defect>) -> (OutlineNode, Option<Node>) {
    let id = value.get("id").and_then(Value::as_str);
    let place = Place::node(index, id);
    let mut shape = OutlineNode { id: id.map(str::to_owned), ways: Ways::Unknown };
    let kind = value.get("kind").and_then(Value::as_str);
    let allowed: &[&str] = match kind {
        Some("question") => &["id", "kind", "prompt", "help", "answers"],
        Some("instruction") => &["id", "kind", "text", "help", "done", "next"],
        Some("sub_flow") => &["id", "kind", "flow", "next"],
        Some("resolved") => &["id", "kind", "text"],
        Some("escalate") => &["id", "kind", "reason_category", "text"],
        // Of what kind the other fields are is not known: they are not looked at.
        _ => {
            unknown_kind(value, place, origin, found);
            return (shape, None);
        }
    };
    let Some(mut fields) = Fields::of(value, place, allowed, origin, found) else { return (shape, None) };
    let (_, id) = fields.id::<LocalNodeId>("id");
    let (ways, body) = match kind {
        Some("question") => question(&mut fields),
        Some("instruction") => instruction(&mut fields),
        Some("sub_flow") => sub_flow(&mut fields),
        Some("resolved") => (Ways::End, fields.text("text").map(|text| NodeBody::Resolved { text })),
        _ => {
            let (reason_category, text) = (fields.text("reason_category"), fields.optional_text("text"));
            (Ways::End, reason_category.map(|reason_category| NodeBody::Escalate { reason_category, text }))
        }
    };
    shape.ways = ways;
    (shape, id.zip(body).map(|(id, body)| Node { id, body }))
}

fn unknown_kind(value: &Value, place: Place, origin: Origin, found: &mut Vec<Defect>) {
    if let Some(members) = value.as_object()
        && !members.contains_key("id")
    {
        found.push(place.at("id").defect(DefectCode::FieldMissing, "`id` is missing: add it"));
    }
    let every_field = ["id", "kind", "prompt", "help", "answers", "text", "done", "next", "flow", "reason_category"];
    let Some(mut fields) = Fields::of(value, place, &every_field, origin, found) else { return };
    if let Some(kind) = fields.string("kind") {
        let message = format!(
            "`{}` is no kind of node: it must be question, instruction, sub_flow, resolved or escalate",
            shown(kind)
        );
        fields.found.push(fields.place.at("kind").defect(DefectCode::KindUnknown, message));
    }
}

fn question(fields: &mut Fields<'_, '_>) -> (Ways, Option<NodeBody>) {
    let (prompt, help) = (fields.text("prompt"), fields.optional_text("help"));
    let Some(list) = fields.list("answers") else { return (Ways::Unknown, None) };
    let (mut shapes, mut answers) = (Vec::new(), Vec::new());
    for (index, value) in list.iter().enumerate() {
        let place = fields.place.at("answers").at(index);
        let (shape, answer) = answer(value, place, fields.origin, fields.found);
        shapes.push(shape);
        answers.push(answer);
        if is_full(fields.found) {
            break;
        }
    }
    let body = || {
        let answers = answers.into_iter().collect::<Option<_>>()?;
        Some(NodeBody::Question { prompt: prompt?, help, answers })
    };
    (Ways::Question(shapes), body())
}

fn answer(
    value: &Value,
    place: Place,
    origin: Origin,
    found: &mut Vec<Defect>,
) -> (OutlineAnswer, Option<AnswerOption>) {
    let fields = Fields::of(value, place, &["id", "label", "key", "next"], origin, found);
    let Some(mut fields) = fields else { return (OutlineAnswer::default(), None) };
    let (_, id) = fields.id("id");
    let (label, key) = (fields.text("label"), fields.key("key"));
    let (target, next) = fields.next();
    let shape = OutlineAnswer { id, label, key, next: target.map(str::to_owned) };
    let whole =
        || Some(AnswerOption { id: shape.id.clone()?, label: shape.label.clone()?, key: shape.key?, next: next? });
    let answer = whole();
    (shape, answer)
}

fn instruction(fields: &mut Fields<'_, '_>) -> (Ways, Option<NodeBody>) {
    let (text, help, done) = (fields.text("text"), fields.optional_text("help"), fields.text("done"));
    let (target, next) = fields.next();
    let body = || Some(NodeBody::Instruction { text: text?, help, done: done?, next: next? });
    (Ways::Onward(target.map(str::to_owned)), body())
}

fn sub_flow(fields: &mut Fields<'_, '_>) -> (Ways, Option<NodeBody>) {
    let flow = fields.flow_id("flow");
    let (target, next) = fields.next();
    let body = flow.zip(next).map(|(flow, next)| NodeBody::SubFlow { flow, next });
    (Ways::Call { flow, next: target.map(str::to_owned) }, body)
}
