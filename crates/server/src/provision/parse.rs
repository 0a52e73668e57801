//! From the file's text to checked entries, or to the list of everything that is wrong with it.

use std::collections::HashSet;
use std::hash::Hash;
use std::str::FromStr;

use firstline_domain::account::{Account, Identity, Role, User};
use firstline_domain::flow::{Flow, FlowProposal, FlowStatus, TreeLocation};
use firstline_domain::json::{self, Location, ObjectReader};
use firstline_domain::text::{Email, Issuer, Name, Subject};

use super::entries::Entries;
use super::place::{Invalid, Place};

/// An object of the file.
type Object<'v, 'd> = ObjectReader<'v, 'd, Invalid>;

/// Checks a file's text.
///
/// # Errors
/// Every defect with its place.
pub(crate) fn parse(text: &str) -> Result<Entries, Vec<String>> {
    const LISTS: [&str; 4] = ["accounts", "users", "flows", "proposals"];
    let value = json::parse(text.as_bytes()).map_err(|error| vec![format!("$: is not JSON: {error}")])?;
    let (mut entries, mut invalid) = (Entries::default(), Invalid::default());
    if let Some(mut root) = ObjectReader::of(&value, Location::Root, &mut invalid) {
        let lists = LISTS.map(|name| (name, root.list(name)));
        root.refuse_unknown(&LISTS, usize::MAX);
        for (name, list) in lists {
            root.each(name, list, |value, at, invalid| {
                if let Some(object) = ObjectReader::of(value, at, invalid) {
                    match name {
                        "accounts" => entries.accounts.extend(account(object)),
                        "users" => entries.users.extend(user(object)),
                        "flows" => entries.flows.extend(flow(object)),
                        _ => entries.proposals.extend(proposal(object)),
                    }
                }
                true
            });
        }
    }
    let mut defects = invalid.0;
    twice("$.accounts: the id", entries.accounts.iter().map(|account| account.id), &mut defects);
    twice("$.users: the id", entries.users.iter().map(|user| user.id), &mut defects);
    twice("$.flows: the id", entries.flows.iter().map(|flow| flow.id), &mut defects);
    twice("$.proposals: the id", entries.proposals.iter().map(|proposal| proposal.id), &mut defects);
    let (mut emails, mut identities) = (HashSet::new(), HashSet::new());
    for user in &entries.users {
        // Only to the character: what is there already may share an address, or have one that is refused today.
        if !emails.insert((user.account_id, &user.email)) {
            defects.push(format!("$.users: the e-mail address of user {} stands twice in its account", user.id));
        }
        if user.identity.as_ref().is_some_and(|identity| !identities.insert((user.account_id, identity))) {
            defects.push(format!("$.users: the identity of user {} stands twice in its account", user.id));
        }
    }
    if defects.is_empty() { Ok(entries) } else { Err(defects) }
}

fn account(mut object: Object<'_, '_>) -> Option<Account> {
    let id = object.text("id", id);
    let name = object.text("name", Name::new);
    object.refuse_unknown(&["id", "name"], usize::MAX);
    Some(Account { id: id?, name: name? })
}

fn user(mut object: Object<'_, '_>) -> Option<User> {
    let user_id = object.text("id", id);
    let account_id = object.text("account_id", id);
    let email = object.text("email", Email::stored);
    let role = object.text("role", |name| one_of(&name, Role::parse, Role::ALL.map(Role::as_str)));
    let can_cover_l1 = object.flag("can_cover_l1", false);
    let active = object.flag("active", true);
    let identity = object.maybe("identity", identity);
    let known = ["id", "account_id", "email", "role", "can_cover_l1", "active", "identity"];
    object.refuse_unknown(&known, usize::MAX);
    let (id, account_id, email, role) = (user_id?, account_id?, email?, role?);
    Some(User { id, account_id, email, role, can_cover_l1: can_cover_l1?, active: active?, identity: identity.ok()? })
}

fn identity(mut object: Object<'_, '_>) -> Option<Identity> {
    let issuer = object.text("issuer", Issuer::new);
    let subject = object.text("subject", Subject::new);
    object.refuse_unknown(&["issuer", "subject"], usize::MAX);
    Some(Identity { issuer: issuer?, subject: subject? })
}

fn flow(mut object: Object<'_, '_>) -> Option<Flow> {
    let flow_id = object.text("id", id);
    let account_id = object.text("account_id", id);
    let name = object.text("name", Name::new);
    let status = object.text_or("status", FlowStatus::Published, |name| {
        one_of(&name, FlowStatus::parse, FlowStatus::ALL.map(FlowStatus::as_str))
    });
    object.refuse_unknown(&["id", "account_id", "name", "status"], usize::MAX);
    let tree = TreeLocation::External;
    Some(Flow { id: flow_id?, account_id: account_id?, name: name?, status: status?, tree })
}

fn proposal(mut object: Object<'_, '_>) -> Option<FlowProposal> {
    let proposal_id = object.text("id", id);
    let account_id = object.text("account_id", id);
    let name = object.text("name", Name::new);
    object.refuse_unknown(&["id", "account_id", "name"], usize::MAX);
    Some(FlowProposal { id: proposal_id?, account_id: account_id?, name: name?, validated_by_outcome: false })
}

#[expect(clippy::needless_pass_by_value, reason = "made to be handed to Place::text")]
fn id<T: FromStr>(text: String) -> Result<T, &'static str> {
    text.parse().map_err(|_| "must be a UUID")
}

fn one_of<T, const N: usize>(name: &str, parse: impl Fn(&str) -> Option<T>, all: [&str; N]) -> Result<T, String> {
    parse(name).ok_or_else(|| format!("must be one of {}", all.join(", ")))
}

fn twice<T: Eq + Hash + Copy + std::fmt::Display>(what: &str, ids: impl Iterator<Item = T>, defects: &mut Vec<String>) {
    let mut seen = HashSet::new();
    defects.extend(ids.filter(|id| !seen.insert(*id)).map(|id| format!("{what} {id} stands twice")));
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "0190a000-0000-7000-8000-000000000001";
    const U: &str = "0190a000-0000-7000-8000-000000000002";

    #[test]
    fn what_is_left_out_has_a_default() {
        let text = format!(
            r#"{{"accounts":[{{"id":"{A}","name":"N"}}],
                "users":[{{"id":"{U}","account_id":"{A}","email":"a@b","role":"viewer"}}],
                "flows":[{{"id":"{U}","account_id":"{A}","name":"F"}}]}}"#
        );
        let entries = parse(&text).unwrap();
        assert!(entries.users[0].active && !entries.users[0].can_cover_l1);
        assert_eq!(entries.flows[0].status, FlowStatus::Published);
        assert!(entries.proposals.is_empty());
    }

    #[test]
    fn every_defect_is_named_with_its_place() {
        let text = format!(
            r#"{{"acounts":[],"accounts":[{{"id":"x","name":" "}},7],
                "users":[{{"id":"{U}","account_id":"{A}","email":"a@b","role":"boss","active":"yes","age":3}}],
                "flows":{{}},"proposals":[{{"id":"{U}","account_id":"{A}"}}]}}"#
        );
        let defects = parse(&text).unwrap_err();
        for place in [
            "$.acounts: is not known",
            "$.accounts[0].id: must be a UUID",
            "$.accounts[0].name: must not be blank",
            "$.accounts[1]: must be an object",
            "$.users[0].role: must be one of l1_tech",
            "$.users[0].active: must be true",
            "$.users[0].age: is not known",
            "$.flows: must be a list",
            "$.proposals[0].name: is missing",
        ] {
            assert!(defects.iter().any(|defect| defect.starts_with(place)), "{place} in {defects:#?}");
        }
        assert_eq!(defects.len(), 9, "{defects:#?}");
    }

    #[test]
    fn an_id_and_an_address_stand_once() {
        let user = |id: &str| format!(r#"{{"id":"{id}","account_id":"{A}","email":"a@b","role":"viewer"}}"#);
        let same_id = parse(&format!(r#"{{"users":[{},{}]}}"#, user(U), user(U))).unwrap_err();
        assert!(same_id.iter().any(|defect| defect.contains(U)), "{same_id:?}");
        let same_address = parse(&format!(r#"{{"users":[{},{}]}}"#, user(U), user(A))).unwrap_err();
        assert_eq!(same_address.len(), 1, "{same_address:?}");
    }

    #[test]
    fn an_identity_is_whole_and_stands_once_in_its_account() {
        let user = |id: &str, identity: &str| {
            format!(r#"{{"id":"{id}","account_id":"{A}","email":"{id}@b","role":"viewer","identity":{identity}}}"#)
        };
        let one = r#"{"issuer":"https://login.example","subject":"7"}"#;
        let entries = parse(&format!(r#"{{"users":[{}]}}"#, user(U, one))).unwrap();
        assert_eq!(entries.users[0].identity.as_ref().unwrap().subject.as_str(), "7");
        let twice = parse(&format!(r#"{{"users":[{},{}]}}"#, user(U, one), user(A, one))).unwrap_err();
        assert!(twice[0].contains("identity"), "{twice:?}");
        for (broken, place) in [
            (r#"{"issuer":"i"}"#, "$.users[0].identity.subject: is missing"),
            (r#"{"issuer":"i","subject":" ","x":1}"#, "$.users[0].identity.subject: must not be blank"),
            ("7", "$.users[0].identity: must be an object"),
        ] {
            let defects = parse(&format!(r#"{{"users":[{}]}}"#, user(U, broken))).unwrap_err();
            assert!(defects.iter().any(|defect| defect == place), "{place} in {defects:?}");
        }
    }

    #[test]
    fn null_is_a_value_of_another_type_and_of_doubled_members_the_last_counts() {
        let text = r#"{"accounts":[{"id":null,"name":"A","name":7,"x":1,"id2":2}],"users":null}"#;
        let defects = parse(text).unwrap_err();
        let expected = [
            "$.users: must be a list",
            "$.accounts[0].id: must be a text",
            "$.accounts[0].name: must be a text",
            "$.accounts[0].x: is not known here",
            "$.accounts[0].id2: is not known here",
        ];
        assert_eq!(defects, expected);
        let account = parse(&format!(r#"{{"accounts":[{{"id":"{A}","name":7,"name":"N"}}]}}"#)).unwrap();
        assert_eq!(account.accounts[0].name.as_str(), "N");
    }

    #[test]
    fn what_is_no_json_is_refused_with_its_line() {
        assert!(parse("{\n,").unwrap_err()[0].contains("line 2"));
        assert!(parse("[]").unwrap_err()[0].contains("must be an object"));
    }
}
