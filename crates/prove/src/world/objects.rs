//! Things of an account that calls can name, made over HTTP by its technician.

use firstline_testkit::http::Client;
use serde_json::{Value, json};

use super::account::Account;
use super::running::World;
use crate::env::Env;
use crate::rng::Rng;
use crate::route_cases::Object;
use crate::route_cases::document;

/// One thing of each kind that nobody but refused callers is shown, and a supply of fresh ones.
pub(crate) struct Objects<'a> {
    account: &'a Account,
    technician: Client,
    session: String,
    ticket: String,
    open_tickets: Vec<String>,
    owner: Client,
    user: String,
    flow: String,
}

impl<'a> Objects<'a> {
    /// The things of both accounts of a world, with `open` open tickets each where the store lets them be made.
    pub(crate) fn of_both(world: &'a World, env: &Env, open: usize) -> [Self; 2] {
        let accounts = [&world.ours, &world.theirs];
        let mut tickets = accounts.map(|account| {
            let technician = world.technician(account);
            (0..open).map(|_| begin(&technician, account, &json!({})).1).collect::<Vec<String>>()
        });
        if !world.sweep(env) {
            tickets = [Vec::new(), Vec::new()];
        }
        let mut tickets = tickets.into_iter();
        accounts.map(|account| {
            let technician = world.technician(account);
            // A second ticket, so that the queue has a second page.
            begin(&technician, account, &json!({ "flow_proposal_id": account.proposal }));
            let (session, ticket) = begin(&technician, account, &json!({ "flow_id": account.flow }));
            let words = account.words();
            step(&technician, account, &session);
            let notes = json!({ "notes": [{ "text": words("note") }] });
            technician.post(&format!("/api/v1/l1/sessions/{session}/notes"), &notes).expect(200);
            let owner = world.client(account.owner());
            let user = make_user(&owner, account, "kept");
            let change = json!({ "can_cover_l1": true });
            owner.patch(&format!("/api/v1/users/{user}"), &change).expect(200);
            let flow = make_flow(&owner, account, "kept");
            let open_tickets = tickets.next().unwrap_or_default();
            Self { account, technician, session, ticket, open_tickets, owner, user, flow }
        })
    }

    /// The id of the one that stays as it is. None where the store has no such thing.
    pub(crate) fn kept(&self, object: Object) -> Option<String> {
        match object {
            Object::Session | Object::WalkedSession => Some(self.session.clone()),
            Object::Ticket => Some(self.ticket.clone()),
            Object::OpenTicket => self.open_tickets.first().cloned(),
            Object::Flow => Some(self.account.flow.to_string()),
            Object::Proposal => Some(self.account.proposal.to_string()),
            Object::Cursor => Some(cursor(&self.technician, "/api/v1/l1/queue?limit=1")),
            Object::User => Some(self.user.clone()),
            Object::UserCursor => Some(cursor(&self.owner, "/api/v1/users?limit=1")),
            Object::UserEventCursor => {
                Some(cursor(&self.owner, &format!("/api/v1/users/{}/events?limit=1", self.user)))
            }
            Object::AuthoredFlow => Some(self.flow.clone()),
            Object::FlowCursor => Some(cursor(&self.owner, "/api/v1/flows?limit=1")),
            Object::FlowVersionCursor => {
                Some(cursor(&self.owner, &format!("/api/v1/flows/{}/versions?limit=1", self.flow)))
            }
        }
    }

    /// The id of one that may be changed. None where the store has no such thing.
    pub(crate) fn fresh(&mut self, object: Object) -> Option<String> {
        match object {
            Object::Session => Some(begin(&self.technician, self.account, &json!({ "flow_id": self.account.flow })).0),
            Object::WalkedSession => {
                let session = begin(&self.technician, self.account, &json!({ "flow_id": self.account.flow })).0;
                step(&self.technician, self.account, &session);
                Some(session)
            }
            Object::Ticket => Some(begin(&self.technician, self.account, &json!({ "flow_id": self.account.flow })).1),
            Object::OpenTicket if self.open_tickets.len() > 1 => self.open_tickets.pop(),
            Object::OpenTicket if self.open_tickets.is_empty() => None,
            Object::OpenTicket => panic!("more open tickets are needed than were made"),
            Object::User => Some(make_user(&self.owner, self.account, &uuid::Uuid::new_v4().simple().to_string())),
            Object::AuthoredFlow => {
                Some(make_flow(&self.owner, self.account, &uuid::Uuid::new_v4().simple().to_string()))
            }
            Object::Flow
            | Object::Proposal
            | Object::Cursor
            | Object::UserCursor
            | Object::UserEventCursor
            | Object::FlowCursor
            | Object::FlowVersionCursor => self.kept(object),
        }
    }
}

/// Records a step.
fn step(technician: &Client, account: &Account, session: &str) {
    let words = account.words();
    let step = json!({ "node_id": words("node"), "question": words("question"), "answer": words("answer") });
    technician.post(&format!("/api/v1/l1/sessions/{session}/step"), &step).expect(200);
}

/// The cursor of a list's second page.
fn cursor(client: &Client, first: &str) -> String {
    let page = client.get(first);
    let link = page.header("link");
    let cursor = link.split("cursor=").nth(1).and_then(|rest| rest.split(['>', '&']).next());
    cursor.unwrap_or_else(|| panic!("no next page: {page}")).to_owned()
}

/// Makes a viewer with this name in their address; answers the id.
fn make_user(owner: &Client, account: &Account, name: &str) -> String {
    let user = json!({ "email": format!("{}.{name}@example.com", account.marker), "account_role": "viewer" });
    let made = owner.post("/api/v1/users", &user).expect(201);
    made["id"].as_str().expect("an id").to_owned()
}

/// Writes a flow and publishes it twice; answers the id.
fn make_flow(owner: &Client, account: &Account, name: &str) -> String {
    let words = account.words();
    let made = owner.post("/api/v1/flows", &document(&words, name)).expect(201);
    let flow = format!("/api/v1/flows/{}", made["id"].as_str().expect("an id"));
    let publish = || owner.send("POST", &format!("{flow}/publish"), &[], None).expect(200);
    publish();
    let second = document(&words, &format!("{name} again")).to_string();
    let json = [("content-type", "application/json")];
    owner.send("PUT", &format!("{flow}/draft"), &json, Some(second.as_bytes())).expect(200);
    publish();
    made["id"].as_str().expect("an id").to_owned()
}

/// An id of the kind that nothing has.
pub(crate) fn random_id(object: Object, rng: &mut Rng) -> String {
    match object {
        Object::Cursor
        | Object::UserCursor
        | Object::UserEventCursor
        | Object::FlowCursor
        | Object::FlowVersionCursor => {
            format!("{}{}", rng.uuid().simple(), rng.uuid().simple())
        }
        _ => rng.uuid().to_string(),
    }
}

/// Takes a call; answers the ids of session and ticket.
fn begin(technician: &Client, account: &Account, target: &Value) -> (String, String) {
    let words = account.words();
    let mut call = json!({
        "problem_statement": words("problem"), "customer_name": words("customer"), "customer_contact": words("contact"),
    });
    call.as_object_mut().expect("an object").extend(target.as_object().expect("an object").clone());
    let begun = technician.post("/api/v1/l1/intake", &call).expect(200);
    let id = |name: &str| begun[name].as_str().expect("an id").to_owned();
    (id("session_id"), id("ticket_id"))
}
