//! Who and what the demo has: an account, four people, the starter flows, one that lives elsewhere, and a proposal.

use std::net::SocketAddr;
use std::time::Duration;

use firstline_api::TokenIssuer;
use firstline_domain::account::{FlowAuthor, Role, User};
use firstline_domain::clock::Clock;
use firstline_domain::ids::{AccountId, FlowId, FlowProposalId, UserId};
use serde_json::{Value, json};

use super::say;
use crate::failure::Failure;
use crate::provision::{Entries, parse};
use crate::system::{SystemClock, UuidV7};

/// How long the demo's tokens count: a working day and a bit.
const TOKEN_TTL: Duration = Duration::from_hours(12);

/// Somebody to sign in as.
pub(super) struct Person {
    pub(super) name: &'static str,
    /// The shell variable that holds the token in the lines to paste.
    variable: &'static str,
    what: &'static str,
    pub(super) token: String,
}

pub(super) struct Cast {
    pub(super) entries: Entries,
    pub(super) technician: Person,
    pub(super) covering: Person,
    pub(super) engineer: Person,
    pub(super) viewer: Person,
    pub(super) outlook: FlowId,
    pub(super) vpn: FlowId,
    pub(super) proposal: FlowProposalId,
}

impl Cast {
    /// Makes up everybody and everything, with fresh ids.
    pub(super) fn new(issuer: &TokenIssuer) -> Result<Self, Failure> {
        let account = AccountId::generate(&UuidV7);
        let users: [UserId; 4] = std::array::from_fn(|_| UserId::generate(&UuidV7));
        let [outlook, vpn, phones] = std::array::from_fn(|_| FlowId::generate(&UuidV7));
        let proposal = FlowProposalId::generate(&UuidV7);
        let entries = entries(account, users, phones, proposal);
        let entries = parse(&entries.to_string()).map_err(|defects| Failure::new(defects.join("; ")))?;
        let person = |user, name, variable, what| {
            let issued = issuer.issue(user, SystemClock.now(), TOKEN_TTL);
            let issued = issued.map_err(|error| Failure::caused("no token can be issued", &error))?;
            Ok(Person { name, variable, what, token: issued.token })
        };
        let [mia, jonas, priya, tom] = users;
        Ok(Self {
            entries,
            technician: person(mia, "Mia", "MIA", "L1 technician: takes the calls")?,
            covering: person(jonas, "Jonas", "JONAS", "engineer with can_cover_l1: may take over any call")?,
            engineer: person(priya, "Priya", "PRIYA", "engineer: writes the flows; no part in the first line (403)")?,
            viewer: person(tom, "Tom", "TOM", "viewer: no part in the first line (403)")?,
            outlook,
            vpn,
            proposal,
        })
    }

    /// Priya, as the author of the starter flows.
    pub(super) fn author(&self) -> Result<FlowAuthor, Failure> {
        let engineers = self.entries.users.iter().filter(|user| user.role == Role::Engineer && !user.can_cover_l1);
        let author = engineers.map(User::may_author_flows).find_map(Result::ok);
        author.ok_or_else(|| Failure::new("nobody of the demo may author flows"))
    }

    /// The id that a starter flow is to have, by its file's name.
    pub(super) fn flow(&self, name: &str) -> FlowId {
        match name {
            "outlook-does-not-open" => self.outlook,
            "vpn-does-not-connect" => self.vpn,
            _ => FlowId::generate(&UuidV7),
        }
    }

    /// Says where the service is, who may sign in, and what to try.
    pub(super) fn introduce(&self, base: &str, metrics: Option<SocketAddr>) -> Result<(), Failure> {
        let api = format!("{base}/api/v1");
        say::line(format_args!("\nFirstline is up, with the helpdesk of Northwind IT.\n\n  API            {api}"))?;
        say::line(format_args!("  documentation  {api}/docs\n  OpenAPI        {api}/openapi.json"))?;
        if let Some(metrics) = metrics {
            say::line(format_args!("  metrics        http://{metrics}/metrics"))?;
        }
        say::line("\nPeople; their tokens count for 12 hours. Paste these lines into a shell first:\n")?;
        for person in [&self.technician, &self.covering, &self.engineer, &self.viewer] {
            say::line(format_args!("# {}, {}\n{}='{}'", person.name, person.what, person.variable, person.token))?;
        }
        say::line(format_args!("# one of the starter flows, \"Outlook does not open\"\nOUTLOOK='{}'", self.outlook))?;
        say::line(format_args!(
            "\nThen try:\n\n\
             # a customer calls: make a ticket and begin to walk a flow\n\
             curl -s {api}/l1/intake -H \"Authorization: Bearer $MIA\" -H 'Content-Type: application/json' \\\n  \
             -d '{{\"problem_statement\":\"The printer on the second floor prints blank pages\",\"customer_name\":\"A. Ruiz\",\"flow_proposal_id\":\"{}\"}}'\n\
             # which flow helps? suggestions for what the customer says\n\
             curl -s '{api}/l1/flows/suggest?q=outlook+closes+right+after+it+starts' -H \"Authorization: Bearer $MIA\"\n\
             # the queue, as the covering engineer sees it\n\
             curl -s '{api}/l1/queue?limit=10' -H \"Authorization: Bearer $JONAS\"\n\
             # the technician's own open calls\n\
             curl -s {api}/l1/sessions/active -H \"Authorization: Bearer $MIA\"\n\
             # somebody without a part in the first line\n\
             curl -s {api}/l1/queue -H \"Authorization: Bearer $PRIYA\"\n",
            self.proposal,
        ))
    }
}

fn entries(account: AccountId, users: [UserId; 4], phones: FlowId, proposal: FlowProposalId) -> Value {
    let user = |id: UserId, email: &str, role: &str, can_cover_l1: bool| json!({ "id": id, "account_id": account, "email": email, "role": role, "can_cover_l1": can_cover_l1 });
    let flow = |id: FlowId, name: &str, status: &str| json!({ "id": id, "account_id": account, "name": name, "status": status });
    let [mia, jonas, priya, tom] = users;
    json!({
        "accounts": [{ "id": account, "name": "Northwind IT" }],
        "users": [
            user(mia, "mia@northwind.example", "l1_tech", false),
            user(jonas, "jonas@northwind.example", "engineer", true),
            user(priya, "priya@northwind.example", "engineer", false),
            user(tom, "tom@northwind.example", "viewer", false),
        ],
        "flows": [
            flow(phones, "Desk phones ring at night", "published"),
        ],
        "proposals": [{ "id": proposal, "account_id": account, "name": "Printer prints blank pages" }],
    })
}
