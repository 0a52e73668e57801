//! One running service with two accounts on a fresh database; two services where the store allows it.

use std::path::{Path, PathBuf};
use std::process::Output;

use firstline_testkit::http::Client;
use firstline_testkit::people::{Team, token};
use firstline_testkit::postgres::Cluster;
use firstline_testkit::service::{Service, firstline};
use serde_json::{Value, json};
use uuid::Uuid;

pub fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_firstline"))
}

pub struct Site {
    /// Services on one database: two on Postgres, one elsewhere.
    pub services: Vec<Service>,
    pub url: String,
    /// The account that a test works in.
    pub ours: Team,
    /// Another account, which must not notice.
    pub theirs: Team,
    _folder: Option<tempfile::TempDir>,
}

impl Site {
    pub fn memory() -> Self {
        Self::start("memory:".to_owned(), 1, None)
    }

    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file: PathBuf = folder.path().join("firstline.db");
        Self::start(format!("sqlite://{}", file.display()), 1, Some(folder))
    }

    pub fn postgres() -> Self {
        Self::start(Cluster::shared().fresh_database(), 2, None)
    }

    fn start(url: String, services: usize, folder: Option<tempfile::TempDir>) -> Self {
        let teams = [Team::new(), Team::new()];
        let services = (0..services).map(|_| Service::start(binary(), &url, &teams)).collect();
        let [ours, theirs] = teams;
        Self { services, url, ours, theirs, _folder: folder }
    }

    /// `user`, calling the first service.
    pub fn as_user(&self, user: Uuid) -> Client {
        self.services[0].client(&token(user))
    }

    /// The technician of our account.
    pub fn technician(&self) -> Client {
        self.as_user(self.ours.technician)
    }

    /// A `firstline` command beside the running service. Not for `memory:`, which nobody else can see.
    pub fn command(&self, arguments: &[&str]) -> Output {
        firstline(binary(), &self.url).args(arguments).output().unwrap()
    }

    pub fn is_memory(&self) -> bool {
        self.url == "memory:"
    }
}

/// Takes a call on `flow`; answers the ids of session and ticket.
pub fn intake(client: &Client, target: &Value) -> (String, String) {
    let mut body =
        json!({ "problem_statement": "Outlook does not open", "customer_name": "Ada", "customer_contact": "x1" });
    body.as_object_mut().unwrap().extend(target.as_object().unwrap().clone());
    let begun = client.post("/api/v1/l1/intake", &body).expect(200);
    (text(&begun, "session_id"), text(&begun, "ticket_id"))
}

pub fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_else(|| panic!("no {member} in {value}")).to_owned()
}

pub fn path(session: &str, rest: &str) -> String {
    format!("/api/v1/l1/sessions/{session}{rest}")
}

pub fn step(node: &str) -> Value {
    json!({ "node_id": node, "question": "Does it start in safe mode?", "answer": "Yes" })
}
