//! One account: its people, flows and proposals.

use serde_json::{Value, json};
use uuid::Uuid;

use super::marker::marker;
use super::people::{Person, ROLES};
use crate::rng::Rng;

/// One account.
pub(crate) struct Account {
    pub(crate) id: Uuid,
    /// The word that every text of the account contains.
    pub(crate) marker: String,
    /// Each role without and with the flag, all active.
    pub(crate) people: Vec<Person>,
    /// Each role with the flag, none active.
    pub(crate) inactive: Vec<Person>,
    pub(crate) flow: Uuid,
    pub(crate) draft: Uuid,
    pub(crate) proposal: Uuid,
}

impl Account {
    pub(crate) fn new(rng: &mut Rng) -> Self {
        let mut people = Vec::new();
        for role in ROLES {
            people.extend([false, true].map(|flag| Person::user(rng, role, flag, true)));
        }
        let inactive = ROLES.map(|role| Person::user(rng, role, true, false)).to_vec();
        let [id, flow, draft, proposal] = std::array::from_fn(|_| rng.uuid());
        Self { id, marker: marker(rng), people, inactive, flow, draft, proposal }
    }

    /// An L1 technician.
    pub(crate) fn technician(&self) -> &Person {
        &self.people[0]
    }

    /// An owner.
    pub(crate) fn owner(&self) -> &Person {
        &self.people[6]
    }

    /// An owner who covers the first line: no route refuses them.
    pub(crate) fn all_rounder(&self) -> &Person {
        &self.people[7]
    }

    /// A text for a field, with the marker in it.
    pub(crate) fn words(&self) -> impl Fn(&str) -> String + use<> {
        let marker = self.marker.clone();
        move |field| format!("{marker} {field}")
    }

    /// The ids that exist before anybody calls.
    pub(crate) fn ids(&self) -> Vec<Uuid> {
        let users = self.people.iter().chain(&self.inactive).map(|person| person.user);
        users.chain([self.id, self.flow, self.draft, self.proposal]).collect()
    }

    pub(crate) fn account_entries(&self) -> Vec<Value> {
        vec![json!({ "id": self.id, "name": format!("{} account", self.marker) })]
    }

    pub(crate) fn user_entries(&self) -> Vec<Value> {
        let entry = |person: &Person, active: bool, role: &str, flag: bool| {
            let email = format!("{}.{}@example.com", self.marker, person.user.simple());
            json!({ "id": person.user, "account_id": self.id, "email": email, "role": role,
                "can_cover_l1": flag, "active": active })
        };
        let active = self.people.iter().enumerate().map(|(at, person)| entry(person, true, ROLES[at / 2], at % 2 == 1));
        let inactive = self.inactive.iter().zip(ROLES).map(|(person, role)| entry(person, false, role, true));
        active.chain(inactive).collect()
    }

    pub(crate) fn flow_entries(&self) -> Vec<Value> {
        let entry = |id: Uuid, status: &str| {
            let name = format!("{} flow", self.marker);
            json!({ "id": id, "account_id": self.id, "name": name, "status": status })
        };
        vec![entry(self.flow, "published"), entry(self.draft, "draft")]
    }

    pub(crate) fn proposal_entries(&self) -> Vec<Value> {
        vec![json!({ "id": self.proposal, "account_id": self.id, "name": format!("{} proposal", self.marker) })]
    }
}
