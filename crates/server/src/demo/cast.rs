//! Who and what the demo has: an account, four people, the starter flows, one that lives elsewhere, and a proposal.

use std::net::SocketAddr;
use std::time::Duration;

use firstline_api::TokenIssuer;
use firstline_domain::account::{FlowAuthor, Role, User};
use firstline_domain::clock::Clock;
use firstline_domain::ids::{AccountId, FlowId, FlowProposalId, UserId};
use serde_json::{Value, json};

use super::print;
use crate::failure::Failure;
use crate::provision::{Entries, parse};
use crate::system::{SystemClock, UuidV7};

/// How long the demo's tokens are valid: a working day and a bit.
const TOKEN_TTL: Duration = Duration::from_hours(12);

/// A user to sign in as.
pub(super) struct Person {
    id: UserId,
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
            Ok(Person { id: user, name, variable, what, token: issued.token })
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

    fn people(&self) -> [&Person; 4] {
        [&self.technician, &self.covering, &self.engineer, &self.viewer]
    }

    /// The name of the person with that id.
    pub(super) fn name(&self, id: &str) -> Option<&'static str> {
        self.people().into_iter().find(|person| person.id.to_string() == id).map(|person| person.name)
    }

    /// Prints what to try, and last, where they are found at once, the tokens for it.
    pub(super) fn introduce(&self, base: &str) -> Result<(), Failure> {
        let api = format!("{base}/api/v1/l1");
        print::line("\nTo try in a second shell, with the lines at the end pasted into it first:\n")?;
        let call = json!({
            "problem_statement": "The printer on the second floor prints blank pages",
            "customer_name": "A. Ruiz",
            "flow_proposal_id": self.proposal,
        });
        let call = format!(" \\\n  -H 'Content-Type: application/json' -d '{call}'");
        for (what, path, token, body) in [
            ("a customer calls: make a ticket and begin to walk a flow", "/intake", "MIA", call.as_str()),
            ("which flow helps with what the customer says?", "/flows/suggest?q=outlook+closes+at+once", "MIA", ""),
            ("the queue, as the covering engineer sees it", "/queue?limit=10", "JONAS", ""),
            ("the technician's own open calls", "/sessions/active", "MIA", ""),
            ("an engineer without a part in the first line", "/queue", "PRIYA", ""),
        ] {
            let header = format!("-H \"Authorization: Bearer ${token}\"");
            print::line(format_args!("# {what}\ncurl -sw '\\n' '{api}{path}' {header}{body}"))?;
        }
        print::line("\n# The lines to paste: a flow to walk, and people, whose tokens are valid for 12 hours.\n")?;
        print::line(format_args!("# one of the starter flows, \"Outlook does not open\"\nOUTLOOK='{}'", self.outlook))?;
        for person in self.people() {
            print::line(format_args!("# {}, {}\n{}='{}'", person.name, person.what, person.variable, person.token))?;
        }
        print::line("")
    }
}

/// Prints where the service is.
pub(super) fn announce(base: &str, metrics: Option<SocketAddr>) -> Result<(), Failure> {
    let api = format!("{base}/api/v1");
    print::line(format_args!("\nFirstline is up, with the helpdesk of Northwind IT.\n\n  API            {api}"))?;
    print::line(format_args!("  documentation  {api}/docs\n  OpenAPI        {api}/openapi.json"))?;
    metrics.map_or(Ok(()), |metrics| print::line(format_args!("  metrics        http://{metrics}/metrics")))
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
