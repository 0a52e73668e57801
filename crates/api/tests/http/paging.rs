//! The queue, page by page.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::client::step;
use crate::support::{COVERAGE, OWNER, STRANGER, Service, TECH};

const QUEUE: &str = "/api/v1/l1/queue";

fn link(answer: &crate::support::client::Answer) -> Option<String> {
    let link = answer.header("link")?;
    let path = link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap();
    Some(path.to_owned())
}

/// All tickets in the order of the pages that `Link` leads through, and how many pages there were.
fn walk_through(service: &Service, first: &str) -> (Vec<String>, usize) {
    let (mut ids, mut pages, mut next) = (Vec::new(), 0, Some(first.to_owned()));
    while let Some(path) = next {
        assert!(path.starts_with("/api/v1/l1/queue?"), "{path}");
        let answer = service.get(TECH, &path);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let rows = answer.json();
        ids.extend(rows.as_array().unwrap().iter().map(|row| row["ticket_id"].as_str().unwrap().to_owned()));
        next = link(&answer);
        pages += 1;
    }
    (ids, pages)
}

#[test]
fn five_pages_of_tickets_of_one_instant_show_each_ticket_once_newest_first() {
    let service = Service::start();
    let mut tickets: Vec<String> = (0..23).map(|_| service.intake(TECH, json!({})).1).collect();
    service.intake(STRANGER, json!({}));
    tickets.sort();
    tickets.reverse();
    assert_eq!(walk_through(&service, "/api/v1/l1/queue?limit=5"), (tickets.clone(), 5));
    assert_eq!(walk_through(&service, "/api/v1/l1/queue?limit=5&status_filter=open"), (tickets.clone(), 5));
    assert_eq!(walk_through(&service, "/api/v1/l1/queue?limit=23&status_filter="), (tickets.clone(), 1));
    assert_eq!(walk_through(&service, "/api/v1/l1/queue?limit=5&status_filter=resolved"), (Vec::new(), 1));
    service.clock.advance(Duration::from_secs(1));
    let newest = service.intake(TECH, json!({})).1;
    assert_eq!(walk_through(&service, "/api/v1/l1/queue?").0[0], newest);
}

#[test]
fn the_default_page_has_fifty_tickets_and_the_link_keeps_limit_and_filter() {
    let service = Service::start();
    for _ in 0..51 {
        service.intake(TECH, json!({}));
    }
    let answer = service.get(TECH, QUEUE);
    assert_eq!(answer.json().as_array().unwrap().len(), 50);
    assert!(link(&answer).unwrap().starts_with("/api/v1/l1/queue?limit=50&cursor="));
    let answer = service.get(TECH, "/api/v1/l1/queue?status_filter=open&limit=7");
    assert!(link(&answer).unwrap().starts_with("/api/v1/l1/queue?limit=7&status_filter=open&cursor="));
}

#[test]
fn a_cursor_is_refused_when_damaged_foreign_or_of_another_filter() {
    let service = Service::start();
    for user in [TECH, STRANGER] {
        for _ in 0..2 {
            service.intake(user, json!({}));
        }
    }
    let cursor_of = |user, query: &str| {
        let next = link(&service.get(user, &format!("{QUEUE}?limit=1{query}"))).unwrap();
        next.split_once("cursor=").unwrap().1.to_owned()
    };
    let refused = |query: &str| {
        let answer = service.get(TECH, &format!("{QUEUE}?{query}"));
        assert_eq!(answer.pointers(), ["/query/cursor"], "{query}");
    };
    let cursor = cursor_of(TECH, "");
    assert_eq!(service.get(TECH, &format!("{QUEUE}?cursor={cursor}")).status, 200);
    assert_eq!(service.get(COVERAGE, &format!("{QUEUE}?cursor={cursor}")).status, 200, "the account's, not the user's");
    refused(&format!("cursor={cursor}&status_filter=open"));
    refused(&format!("cursor={}", cursor_of(TECH, "&status_filter=open")));
    refused(&format!("cursor={}", cursor_of(STRANGER, "")));
    for bad in
        ["", "x", "%00", "%FF", "null", &cursor[1..], &format!("{cursor}A"), &format!("{cursor}="), &"A".repeat(64)]
    {
        refused(&format!("cursor={bad}"));
    }
    for at in 0..cursor.len() {
        let other = if cursor.as_bytes()[at] == b'A' { "B" } else { "A" };
        let mut damaged = cursor.clone();
        damaged.replace_range(at..=at, other);
        refused(&format!("cursor={damaged}"));
    }
}

#[test]
fn a_cursor_with_a_member_that_no_cursor_has_is_refused_at_any_depth() {
    /// The cursor with its JSON changed and a checksum that fits.
    fn with(cursor: &str, change: impl Fn(&str) -> String) -> String {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).unwrap();
        let (json, _) = bytes.split_last_chunk::<6>().unwrap();
        let json = change(std::str::from_utf8(json).unwrap());
        let sum = Sha256::new_with_prefix("firstline cursor").chain_update(&json).finalize();
        URL_SAFE_NO_PAD.encode([json.as_bytes(), &sum[..6]].concat())
    }
    let service = Service::start();
    for _ in 0..2 {
        service.intake(TECH, json!({}));
    }
    for (user, list, members) in
        [(TECH, QUEUE, &["\"list\":", "\"created_at\":"][..]), (OWNER, "/api/v1/users", &["\"list\":", "\"role\":"])]
    {
        let next = service.get(user, &format!("{list}?limit=1"));
        let next = next.header("link").unwrap().split_once("cursor=").unwrap().1.to_owned();
        let cursor = next.split_once('>').unwrap().0;
        let get = |cursor: &str| service.get(user, &format!("{list}?limit=1&cursor={cursor}"));
        assert_eq!(get(&with(cursor, str::to_owned)).status, 200, "{list}");
        for member in members {
            let answer = get(&with(cursor, |json| {
                assert!(json.contains(member), "{member} in {json}");
                json.replacen(member, &format!("\"x\":1,{member}"), 1)
            }));
            assert_eq!((answer.status, answer.pointers()), (422, vec!["/query/cursor".to_owned()]), "{member}");
        }
    }
}

#[test]
fn limit_and_filter_are_taken_as_written_or_refused() {
    let service = Service::start();
    service.intake(TECH, json!({}));
    let get = |query: &str| service.get(TECH, &format!("{QUEUE}?{query}"));
    for good in
        ["limit=1", "limit=200", "limit=007", "status_filter=", "status_filter=open", "other=1&other=2", "", "&&", "%"]
    {
        assert_eq!(get(good).status, 200, "{good}");
    }
    for bad in [
        "-1",
        "0",
        "201",
        "9223372036854775808",
        "18446744073709551616",
        "99999999999999999999999",
        "abc",
        "5.0",
        "5e0",
        "",
        "%2B5",
        "+5",
        "5%20",
        "0x5",
        "%00",
        "true",
        "%D9%A3",
    ] {
        assert_eq!(get(&format!("limit={bad}")).pointers(), ["/query/limit"], "{bad}");
    }
    for bad in ["Open", "closed", "open,walking", "%20", "null", "%00", "%FF", "active"] {
        assert_eq!(get(&format!("status_filter={bad}")).pointers(), ["/query/status_filter"], "{bad}");
    }
    for name in ["limit=5", "status_filter=open", "cursor=x"] {
        let pointers = get(&format!("{name}&{name}")).pointers();
        assert_eq!(pointers, [format!("/query/{}", name.split_once('=').unwrap().0)]);
    }
}

#[test]
fn a_row_shows_the_newest_session_so_that_a_colleague_finds_the_call() {
    let service = Service::start();
    let (session, ticket) = service.intake(TECH, json!({"flow_id": crate::support::FLOW, "customer_name": "Ada"}));
    service.clock.advance(Duration::from_micros(1));
    service.post(COVERAGE, &format!("/api/v1/l1/sessions/{session}/step"), &step());
    let rows = service.get(COVERAGE, "/api/v1/l1/queue?status_filter=walking").json();
    let expected = json!([{
        "ticket_id": ticket, "ticket_kind": "internal", "problem_statement": "The printer is on fire",
        "customer_name": "Ada", "status": "walking", "created_at": "2026-01-01T00:00:00.123456Z",
        "session_id": session, "session_status": "active", "session_created_by_user_id": TECH,
        "last_step_at": "2026-01-01T00:00:00.123457Z",
    }]);
    assert_eq!(rows, expected);
    assert_eq!(keys(&rows[0]), keys(&expected[0]));
}

fn keys(value: &Value) -> Vec<&String> {
    value.as_object().unwrap().keys().collect()
}
