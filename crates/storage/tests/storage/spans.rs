//! Each method of a store is a span with ids in it and nothing that people have written.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use firstline_domain::account::Identity;
use firstline_domain::session::Target;
use firstline_domain::text::{Email, Issuer, Subject};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::support::{Base, intake, notes, step};

/// Keeps the name and the fields of each span of a store.
#[derive(Clone, Default)]
struct Recorded(Arc<Mutex<Vec<String>>>);

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

impl<S: Subscriber> Layer<S> for Recorded {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        let metadata = attributes.metadata();
        if metadata.name().starts_with("store.") {
            assert_eq!(*metadata.level(), Level::DEBUG);
            let mut span = metadata.name().to_owned();
            attributes.record(&mut Fields(&mut span));
            self.0.lock().unwrap().push(span);
        }
    }
}

#[tokio::test]
async fn a_span_names_what_is_asked_for_by_ids_and_repeats_no_text() {
    for base in Base::both().await {
        let desk = base.desk().await;
        let recorded = Recorded::default();
        let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(recorded.clone()));
        let call = intake(Target::Flow(desk.flow.id));
        let session = desk.workspace.intake(desk.technician, call).await.unwrap().session.header;
        desk.command(session.id, step("safe-mode")).await;
        desk.command(session.id, notes("the add-in from last week")).await;
        desk.stored(session.id).await;
        let email = Email::new("mia@example.com").unwrap();
        let identity =
            Identity { issuer: Issuer::new("https://login.example").unwrap(), subject: Subject::new("mia-7").unwrap() };
        desk.world.directory.user_by_email(desk.account.id, &email).await.unwrap();
        desk.world.directory.user_by_identity(desk.account.id, &identity).await.unwrap();
        desk.world.directory.put_account(&desk.account).await.unwrap();
        let spans = recorded.0.lock().unwrap().join("\n");
        let (account, id) = (desk.account.id, session.id);
        for span in [
            format!("store.create account={account} session={id}"),
            format!("store.save account={account} session={id}"),
            format!("store.session account={account} session={id}"),
            format!("store.user_by_email account={account}"),
            format!("store.user_by_identity account={account}"),
            format!("store.put_account account={account}"),
        ] {
            assert!(spans.lines().any(|line| line == span), "{span} in:\n{spans}");
        }
        for text in ["Outlook", "Ada", "safe", "add-in", "mia", "login.example", desk.account.name.as_str()] {
            assert!(!spans.contains(text), "{text} in:\n{spans}");
        }
    }
}

#[test]
fn no_method_of_a_store_is_without_its_span() {
    for (file, source) in [
        ("directory", include_str!("../../src/store/directory.rs")),
        ("flow_stats", include_str!("../../src/store/flow_stats.rs")),
        ("flows", include_str!("../../src/store/flows.rs")),
        ("sessions", include_str!("../../src/store/sessions.rs")),
        ("users", include_str!("../../src/store/users.rs")),
    ] {
        let (_, methods) = source.split_once("#[async_trait]").unwrap();
        let mut between = methods.split("    async fn ");
        let mut before = between.next().unwrap();
        for method in between {
            let name = method.split('(').next().unwrap();
            let span = format!("name = \"store.{name}\", level = \"debug\", skip_all");
            let attribute = before.rsplit("\n\n").next().unwrap();
            assert!(attribute.contains(&span), "{file}: {name} has {attribute:?}");
            before = method;
        }
    }
}
