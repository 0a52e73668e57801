//! Reading a document: everything that is wrong with its form at once, and its shape as far as it can be made out.

use std::borrow::Cow;

use serde_json::Value;

use super::fields::{Broken, Fields, Findings, Origin, fields, node_id};
use super::write::FORMAT;
use crate::flow::defect::{Defect, DefectCode, MAX_ERRORS_READ, Place, shown};
use crate::flow::outline::{Outline, OutlineAnswer, OutlineNode, Ways};
use crate::flow::tree::{AnswerOption, Language, LocalNodeId, Node, NodeBody, Tree};
use crate::json::{Counts, Location, Segment, parse_reporting};
use crate::text::without_byte_order_mark;

/// What reading a document gave.
pub(crate) struct Reading<'v> {
    /// The document; null for text that is no JSON.
    pub(crate) document: Cow<'v, Value>,
    /// The tree, if nothing is wrong with the form.
    pub(crate) tree: Option<Tree>,
    /// The shape, if it is a document of this format.
    pub(crate) outline: Option<Outline>,
    /// What is wrong with the form.
    pub(crate) defects: Vec<Defect>,
}

/// Reads JSON text. Of fields that stand twice the first counts.
pub(crate) fn read_text(text: &str, origin: Origin) -> Reading<'static> {
    let mut repeated: Vec<Repeated> = Vec::new();
    let json = without_byte_order_mark(text).as_bytes();
    let value = parse_reporting(json, Counts::First, &mut |at| {
        if repeated.len() < MAX_ERRORS_READ {
            repeated.extend(Repeated::of(at));
        }
    });
    match value {
        Err(error) => {
            let message = format!("the text is no JSON: {error}");
            let defects = vec![Place::document().defect(DefectCode::JsonInvalid, message)];
            Reading { document: Cow::Owned(Value::Null), tree: None, outline: None, defects }
        }
        Ok(value) => {
            let Reading { mut tree, outline, mut defects, .. } = read_value(&value, origin);
            if !repeated.is_empty() {
                tree = None;
            }
            defects.extend(repeated.into_iter().map(|repeated| repeated.defect(&value)));
            Reading { document: Cow::Owned(value), tree, outline, defects }
        }
    }
}

/// A field that stands twice in its object.
struct Repeated {
    pointer: String,
    /// The index of its node.
    node: Option<usize>,
}

impl Repeated {
    /// Only the objects of the format are looked at: what lies within a field that does not exist does not matter.
    fn of(at: &Location<'_>) -> Option<Self> {
        use Segment::{Item, Member};
        let node = match at.segments()[..] {
            [Member(_)] => None,
            [Member("nodes"), Item(node), Member(_)]
            | [Member("nodes"), Item(node), Member("answers"), Item(_), Member(_)] => Some(node),
            _ => return None,
        };
        Some(Self { pointer: at.pointer(), node })
    }

    fn defect(self, document: &Value) -> Defect {
        let (root, message) = (Location::Root, "the field stands twice in its object: take one of them out");
        let node_id = self.node.and_then(|node| node_id(document, &root.member("nodes").item(node)));
        Defect { code: DefectCode::FieldRepeated, node_id, pointer: self.pointer, message: message.to_owned() }
    }
}

/// Reads a JSON value. A field that breaks its rule may be read as missing: with any defect there is no tree.
pub(crate) fn read_value(value: &Value, origin: Origin) -> Reading<'_> {
    let mut findings = Findings { document: value, origin, found: Vec::new() };
    let (outline, tree) = document(value, &mut findings);
    let tree = tree.filter(|_| findings.found.is_empty());
    Reading { document: Cow::Borrowed(value), tree, outline, defects: findings.found }
}

fn document<'v>(value: &'v Value, findings: &mut Findings<'v>) -> (Option<Outline>, Option<Tree>) {
    const ALLOWED: [&str; 7] = ["format", "name", "description", "keywords", "language", "root", "nodes"];
    let root = Location::Root;
    let Some(mut fields) = fields(value, root, &ALLOWED, findings) else { return (None, None) };
    if let Some(format) = fields.text_of("format")
        && format != FORMAT
    {
        // Whatever else stands there follows other rules.
        fields.dialect().found.clear();
        let message = format!("`{}` is no format that is known here: it must be \"{FORMAT}\"", shown(format));
        fields.refuse::<()>("format", Broken(DefectCode::FormatUnknown, message));
        return (None, None);
    }
    let (name, description) = (fields.text("name"), fields.optional_text("description"));
    let (keywords, language) = (fields.texts("keywords"), language(&mut fields));
    let (entry_text, entry) = fields.id("root");
    let list = fields.list("nodes");
    let (mut shapes, mut nodes) = (Vec::new(), Vec::new());
    fields.each("nodes", list.unwrap_or_default(), |value, at, findings| {
        let (shape, node) = node(value, at, findings);
        shapes.push(shape);
        nodes.push(node);
        !findings.is_full()
    });
    // What is left out would make ways seem to lead nowhere.
    if fields.dialect().is_full() && !nodes.is_empty() {
        return (None, None);
    }
    let outline = list.map(|_| Outline { root: entry_text.map(str::to_owned), nodes: shapes });
    let tree = || {
        Some(Tree {
            name: name?,
            description,
            keywords,
            language,
            root: entry?,
            nodes: nodes.into_iter().collect::<Option<_>>()?,
        })
    };
    (outline, tree())
}

fn language(fields: &mut Fields<'_, '_>) -> Option<Language> {
    let name = if fields.has("language") { fields.text_of("language")? } else { return None };
    Language::parse(name).or_else(|| {
        let known = Language::ALL.map(Language::as_str).join(", ");
        let message = format!("the language must be one of {known}, or be left out");
        fields.refuse("language", Broken(DefectCode::LanguageUnknown, message))
    })
}

fn node<'v>(value: &'v Value, at: Location<'_>, findings: &mut Findings<'v>) -> (OutlineNode, Option<Node>) {
    let id = value.get("id").and_then(Value::as_str);
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
            unknown_kind(value, at, findings);
            return (shape, None);
        }
    };
    let Some(mut fields) = fields(value, at, allowed, findings) else { return (shape, None) };
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

fn unknown_kind<'v>(value: &'v Value, at: Location<'_>, findings: &mut Findings<'v>) {
    let every_field = ["id", "kind", "prompt", "help", "answers", "text", "done", "next", "flow", "reason_category"];
    let room = MAX_ERRORS_READ.saturating_sub(findings.found.len());
    let Some(mut fields) = Fields::of(value, at, findings) else { return };
    fields.required("id");
    fields.refuse_unknown(&every_field, room.saturating_sub(usize::from(!fields.has("id"))));
    if let Some(kind) = fields.text_of("kind") {
        let message = format!(
            "`{}` is no kind of node: it must be question, instruction, sub_flow, resolved or escalate",
            shown(kind)
        );
        fields.refuse::<()>("kind", Broken(DefectCode::KindUnknown, message));
    }
}

fn question(fields: &mut Fields<'_, '_>) -> (Ways, Option<NodeBody>) {
    let (prompt, help) = (fields.text("prompt"), fields.optional_text("help"));
    let Some(list) = fields.list("answers") else { return (Ways::Unknown, None) };
    let (mut shapes, mut answers) = (Vec::new(), Vec::new());
    fields.each("answers", list, |value, at, findings| {
        let (shape, answer) = answer(value, at, findings);
        shapes.push(shape);
        answers.push(answer);
        !findings.is_full()
    });
    let body = || {
        let answers = answers.into_iter().collect::<Option<_>>()?;
        Some(NodeBody::Question { prompt: prompt?, help, answers })
    };
    (Ways::Question(shapes), body())
}

fn answer<'v>(
    value: &'v Value,
    at: Location<'_>,
    findings: &mut Findings<'v>,
) -> (OutlineAnswer, Option<AnswerOption>) {
    let fields = fields(value, at, &["id", "label", "key", "next"], findings);
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
