//! Each method of a store is a span with ids in it and nothing that people have written.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use firstline_domain::account::{Identity, User};
use firstline_domain::conformance::walked::{printer_offline, some_walk};
use firstline_domain::flow::authored::VersionNumber;
use firstline_domain::ports::{FlowFilter, UserFilter};
use firstline_domain::session::Target;
use firstline_domain::stats::{FoldSave, VersionStats};
use firstline_domain::text::{Issuer, Subject};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use uuid::Uuid;

use crate::support::{Base, intake, notes, step};

/// Each method of a store's ports, with the fields of its span.
const SPANS: &[(&str, &str)] = &[
    ("account", "account"),
    ("active", "account user"),
    ("authored", "account flow"),
    ("create", "account session"),
    ("event_page", "account session"),
    ("flow", "account flow"),
    ("flow_stats", "account flow"),
    ("flow_version", "account flow version"),
    ("flow_versions", "account flow"),
    ("flows", "account"),
    ("flows_mark", "account"),
    ("idle", ""),
    ("now", ""),
    ("pending_walks", "account flow"),
    ("proposal", "account proposal"),
    ("published", "account"),
    ("put_account", "account"),
    ("put_flow", "account flow"),
    ("put_proposal", "account proposal"),
    ("queue", "account"),
    ("roster", "account user"),
    ("save", "account session"),
    ("save_flow", "account flow"),
    ("save_fold", "account flow version"),
    ("save_user", "account user"),
    ("session", "account session"),
    ("step_marks", "account session"),
    ("ticket", "account ticket"),
    ("unfolded", ""),
    ("user", "user"),
    ("user_by_email", "account"),
    ("user_by_identity", "account"),
    ("user_events", "account user"),
    ("user_of", "account user"),
    ("users", "account"),
    ("walkable", "account flow"),
];

/// Methods that a port implements by others, and no store by itself: `events` reads each `event_page`.
const PROVIDED: &[&str] = &["events"];

/// The methods of all ports, from their sources.
fn methods_of_ports() -> BTreeSet<String> {
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../domain/src/ports")).unwrap();
    let mut methods = BTreeSet::new();
    for file in files {
        let source = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let (ports, _) = source.split_once("#[cfg(test)]").unwrap_or((&source, ""));
        let declared = ports.lines().filter_map(|line| line.trim_start().strip_prefix("async fn "));
        methods.extend(declared.map(|method| method.split(['(', '<']).next().unwrap().to_owned()));
    }
    methods
}

/// A span: its name and its fields with their values.
type Span = (&'static str, Vec<(&'static str, String)>);

/// Keeps each span of a store.
#[derive(Clone, Default)]
struct Recorded(Arc<Mutex<Vec<Span>>>);

struct Fields<'a>(&'a mut Vec<(&'static str, String)>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push((field.name(), format!("{value:?}")));
    }
}

impl<S: Subscriber> Layer<S> for Recorded {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        let metadata = attributes.metadata();
        if let Some(method) = metadata.name().strip_prefix("store.") {
            assert_eq!(*metadata.level(), Level::DEBUG, "{method}");
            let mut fields = Vec::new();
            attributes.record(&mut Fields(&mut fields));
            self.0.lock().unwrap().push((method, fields));
        }
    }
}

/// Calls each method of the ports. Answers the value that each field must have once.
async fn call_all(base: &Base) -> BTreeMap<&'static str, String> {
    let desk = base.desk().await;
    let (account, user, limit) = (desk.account.id, desk.technician.user_id(), 10);
    let compiled = printer_offline(&desk, 1).await.remove(0);
    let (flow, version) = (compiled.flow_id(), VersionNumber::new(1).unwrap());
    let walk = some_walk(&desk, &compiled, 3).await;
    let begun = desk.workspace.intake(desk.technician, intake(Target::Flow(desk.flow.id))).await.unwrap();
    let (session, ticket) = (begun.session.header.id, begun.session.header.ticket_id);
    desk.command(session, step("safe-mode")).await;
    desk.command(session, notes("the add-in from last week")).await;

    let sessions = &desk.world.sessions;
    sessions.session(account, session).await.unwrap();
    sessions.active(account, user, limit, 1_000).await.unwrap();
    sessions.events(account, session).await.unwrap();
    sessions.step_marks(account, session).await.unwrap();
    sessions.ticket(account, ticket).await.unwrap();
    sessions.queue(account, None, None, limit).await.unwrap();
    sessions.idle(desk.now(), None, limit).await.unwrap();
    sessions.now().await.unwrap();

    let directory = &desk.world.directory;
    let User { email, .. } = directory.user(user).await.unwrap().unwrap();
    directory.user_by_email(account, &email).await.unwrap();
    let issuer = Issuer::new("https://login.example").unwrap();
    let identity = Identity { issuer, subject: Subject::new("mia-7").unwrap() };
    directory.user_by_identity(account, &identity).await.unwrap();
    directory.account(account).await.unwrap();

    let users = &desk.world.users;
    users.user_of(account, user).await.unwrap();
    users.users(account, UserFilter::default(), None, limit).await.unwrap();
    users.user_events(account, user, 0, limit).await.unwrap();

    let flows = &desk.world.flows;
    let registered = flows.flow(account, flow).await.unwrap().unwrap();
    flows.put_flow(&registered).await.unwrap();
    flows.walkable(account, flow).await.unwrap();
    flows.flows(account, FlowFilter::default(), None, limit).await.unwrap();
    flows.authored(account, flow).await.unwrap();
    flows.flow_versions(account, flow, None, limit).await.unwrap();
    flows.flows_mark(account).await.unwrap();
    flows.published(account).await.unwrap();
    flows.proposal(account, desk.proposal.id).await.unwrap();

    let stats = &desk.world.stats;
    stats.unfolded(None, limit).await.unwrap();
    let fold = VersionStats::default();
    let walks = vec![walk];
    let save = FoldSave { account_id: account, flow_id: flow, version, expected_revision: 0, stats: fold, walks };
    stats.save_fold(save).await.unwrap();
    stats.pending_walks(account, flow, limit).await.unwrap();
    stats.flow_stats(account, flow, None, limit).await.unwrap();

    BTreeMap::from([
        ("account", account.to_string()),
        ("flow", flow.to_string()),
        ("proposal", desk.proposal.id.to_string()),
        ("session", session.to_string()),
        ("ticket", ticket.to_string()),
        ("user", user.to_string()),
        ("version", version.get().to_string()),
    ])
}

#[tokio::test]
async fn each_method_of_a_store_is_a_span_with_its_ids_and_without_text() {
    let known = SPANS.iter().map(|(method, _)| method).chain(PROVIDED);
    assert_eq!(methods_of_ports(), known.map(ToString::to_string).collect(), "SPANS has each method of the ports");
    for base in Base::both().await {
        let recorded = Recorded::default();
        let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(recorded.clone()));
        let values = call_all(&base).await;
        let spans = recorded.0.lock().unwrap().clone();
        for (method, fields) in SPANS {
            let span = (*method, fields.split_whitespace().map(|field| (field, values[field].clone())).collect());
            assert!(spans.contains(&span), "{span:?} is not among {spans:#?}");
        }
        for (method, fields) in &spans {
            let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
            assert!(SPANS.contains(&(*method, names.join(" ").as_str())), "{method} has the fields {names:?}");
            for (name, value) in fields {
                let is_id = value.parse::<Uuid>().is_ok() || value.parse::<u32>().is_ok();
                assert!(is_id, "{name} of {method} is {value}");
            }
        }
    }
}
