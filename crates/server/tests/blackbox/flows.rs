//! Authoring flows over HTTP: drafts, versions, who sees what.

use std::sync::Barrier;

use firstline_testkit::people::token;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::flow_kit::{FLOWS, act, at, author, document, drafted, elsewhere, published, put_draft, reworded};
use crate::site::{Site, text};

pub fn a_flow_is_written_checked_published_and_taken_out_of_use(site: &Site) {
    let (engineer, technician) = (author(site), elsewhere(site, site.ours.technician));
    let first = document("Scanner jams", "scanner");
    let made = engineer.post(FLOWS, &first);
    let flow = made.expect(201);
    let id = text(&flow, "id");
    assert_eq!((made.header("location"), made.header("etag")), (at(&id, "").as_str(), "\"1\""));
    assert_eq!((&flow["status"], &flow["tree"], &flow["revision"]), (&json!("draft"), &json!("authored"), &json!(1)));
    assert_eq!((&flow["draft"]["document"], &flow["latest_version"]), (&first, &Value::Null));
    assert_eq!(technician.get(&at(&id, "")).problem(404), "flow_not_found");
    let report = act(&engineer, &id, "check").expect(200);
    assert_eq!((&report["publishable"], &report["errors"]), (&json!(true), &json!([])), "{report}");

    let answer = act(&engineer, &id, "publish");
    let flow = answer.expect(200);
    assert_eq!((&flow["status"], &flow["latest_version"]), (&json!("published"), &json!(1)));
    assert_eq!(answer.header("etag"), "\"2\"");
    let seen = technician.get(&at(&id, "")).expect(200);
    assert_eq!(
        (&seen["name"], &seen["latest_version"], &seen["draft"]),
        (&json!("Scanner jams"), &json!(1), &Value::Null)
    );
    let version = technician.get(&at(&id, "/versions/1")).expect(200);
    assert_eq!((&version["document"], &version["published_by_user_id"]), (&first, &json!(site.ours.engineer)));

    // What is written next waits beside what is walked.
    let second = reworded(&first, "Is the lid closed?");
    let flow = put_draft(&engineer, &id, &second, None).expect(200);
    assert_eq!((&flow["status"], &flow["draft"]["document"]), (&json!("published"), &second));
    assert_eq!(technician.get(&at(&id, "/versions/1")).expect(200), version);
    assert_eq!(technician.get(&at(&id, "")).expect(200)["name"], "Scanner jams");
    act(&engineer, &id, "publish").expect(200);
    let again = act(&engineer, &id, "publish").expect(200);
    assert_eq!((&again["latest_version"], &again["revision"]), (&json!(2), &json!(4)), "nothing was new");
    assert_eq!(technician.get(&at(&id, "/versions/2")).expect(200)["document"], second);
    assert_eq!(engineer.get(&at(&id, "/versions/1")).expect(200), version);
    let versions = engineer.get(&at(&id, "/versions")).expect(200);
    let numbers: Vec<&Value> = versions.as_array().unwrap().iter().map(|row| &row["version"]).collect();
    assert_eq!(numbers, [2, 1], "{versions}");
    let seen = technician.get(&at(&id, "/versions")).expect(200);
    assert_eq!((seen.as_array().unwrap().len(), &seen[0]["version"]), (1, &json!(2)), "{seen}");
    assert_eq!(technician.get(&at(&id, "/versions/1")).problem(404), "flow_version_not_found");

    assert_eq!(act(&engineer, &id, "archive").expect(200)["status"], "archived");
    for rest in ["", "/versions/2", "/versions/2/export"] {
        assert_eq!(technician.get(&at(&id, rest)).problem(404), "flow_not_found", "{rest}");
    }
    assert_eq!(put_draft(&engineer, &id, &first, None).problem(400), "flow_archived");
    assert_eq!(act(&engineer, &id, "publish").problem(400), "flow_archived");
}

pub fn an_old_version_is_compared_and_becomes_the_draft_again(site: &Site) {
    let engineer = author(site);
    let first = document("Dock dead", "dock");
    let id = published(&engineer, &first);
    put_draft(&engineer, &id, &reworded(&first, "Is the dock plugged in?"), None).expect(200);
    let expected = json!([{ "change": "changed", "node_id": "power", "fields": [
        { "field": "/prompt", "before": "Is it switched on?", "after": "Is the dock plugged in?" },
    ] }]);
    let diff = engineer.get(&at(&id, "/diff?from=1&to=draft")).expect(200);
    assert_eq!((&diff["from"], &diff["to"], &diff["nodes"]), (&json!(1), &json!("draft"), &expected));
    assert_eq!((&diff["flow"], &diff["reordered"]), (&json!([]), &json!(false)));
    act(&engineer, &id, "publish").expect(200);
    assert_eq!(engineer.get(&at(&id, "/diff?from=1&to=2")).expect(200)["nodes"], expected);
    assert_eq!(engineer.get(&at(&id, "/diff?from=2&to=draft")).expect(200)["nodes"], json!([]));
    assert_eq!(engineer.get(&at(&id, "/diff?from=1&to=3")).problem(404), "flow_version_not_found");

    let restored = engineer.post(&at(&id, "/restore"), &json!({ "version": 1 }));
    let flow = restored.expect(200);
    assert_eq!((&flow["draft"]["document"], &flow["draft"]["restored_from_version"]), (&first, &json!(1)));
    assert_eq!((&flow["status"], &flow["latest_version"]), (&json!("published"), &json!(2)));
    let restore = |version: u32| engineer.post(&at(&id, "/restore"), &json!({ "version": version }));
    assert_eq!(restore(7).problem(404), "flow_version_not_found");
    act(&engineer, &id, "archive").expect(200);
    assert_eq!(restore(2).expect(200)["status"], "draft");
}

pub fn a_stale_change_is_refused_and_changes_nothing(site: &Site) {
    let (engineer, admin) = (author(site), elsewhere(site, site.ours.admin));
    let first = document("Beamer dark", "beamer");
    let made = engineer.post(FLOWS, &first);
    let (id, read) = (text(&made.expect(201), "id"), made.header("etag").to_owned());
    let second = reworded(&first, "Is the cap off?");
    let written = put_draft(&admin, &id, &second, Some(&read));
    written.expect(200);
    assert_ne!(written.header("etag"), read);
    let now = engineer.get(&at(&id, ""));
    assert_eq!(now.header("etag"), written.header("etag"));
    let stale = put_draft(&engineer, &id, &first, Some(&read));
    assert_eq!(stale.problem(412), "flow_stale");
    assert_eq!(stale.header("etag"), written.header("etag"), "what it is by now");
    for what in ["publish", "archive"] {
        let answer = engineer.send("POST", &at(&id, &format!("/{what}")), &[("if-match", &read)], None);
        assert_eq!(answer.problem(412), "flow_stale", "{what}");
    }
    for malformed in ["1", "\"2", "\"1\" \"2\"", "w/\"2\"", ""] {
        assert_eq!(put_draft(&engineer, &id, &first, Some(malformed)).problem(400), "invalid_if_match", "{malformed}");
    }
    assert_eq!(put_draft(&engineer, &id, &first, Some("\"v2\"")).problem(412), "flow_stale");
    assert_eq!(engineer.get(&at(&id, "")).expect(200), now.expect(200));
    put_draft(&engineer, &id, &first, Some("*")).expect(200);
    put_draft(&engineer, &id, &second, None).expect(200);
}

pub fn of_many_authors_who_read_the_same_exactly_one_writes(site: &Site) {
    const AUTHORS: usize = 8;
    let id = drafted(&author(site), &document("Queue", "queue"));
    for round in 1..=5 {
        let read = format!("\"{round}\"");
        let line = Barrier::new(AUTHORS);
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..AUTHORS)
                .map(|number| {
                    let (line, read, id) = (&line, &read, &id);
                    let client = site.services[number % site.services.len()].client(&token(site.ours.engineer));
                    let mine = reworded(&document("Queue", "queue"), &format!("Round {round}, author {number}?"));
                    scope.spawn(move || {
                        assert_eq!(client.get("/livez").status, 200);
                        line.wait();
                        put_draft(&client, id, &mine, Some(read)).status
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [200, 412].contains(status)), "{statuses:?}");
    }
    assert_eq!(author(site).get(&at(&id, "")).expect(200)["revision"], 6);
}

pub fn the_list_pages_through_every_flow_once_and_shows_technicians_what_is_published(site: &Site) {
    let engineer = author(site);
    let drafts: Vec<String> = (0..3).map(|at| drafted(&engineer, &document(&format!("Draft {at}"), "draft"))).collect();
    let live = published(&engineer, &document("Live", "live"));
    let pages = |user: Uuid, query: &str| {
        let client = elsewhere(site, user);
        let (mut ids, mut next) = (Vec::new(), Some(format!("{FLOWS}?limit=2{query}")));
        while let Some(path) = next {
            let answer = client.get(&path);
            ids.extend(answer.expect(200).as_array().unwrap().iter().map(|row| text(row, "id")));
            next = answer.header("link").split(['<', '>']).nth(1).map(str::to_owned);
        }
        ids
    };
    let mut all = drafts.clone();
    all.extend([live.clone(), site.ours.flow.to_string(), site.ours.draft.to_string()]);
    all.sort();
    assert_eq!(pages(site.ours.engineer, ""), all);
    let mut shown = vec![live.clone(), site.ours.flow.to_string()];
    shown.sort();
    assert_eq!(pages(site.ours.technician, ""), shown);
    assert_eq!(pages(site.ours.coverage, "&status=published"), shown);
    assert_eq!(pages(site.ours.technician, "&status=draft"), Vec::<String>::new());
    assert_eq!(pages(site.theirs.engineer, "").len(), 2);

    let registered = engineer.get(&at(site.ours.flow, "")).expect(200);
    assert_eq!((&registered["tree"], &registered["draft"]), (&json!("external"), &Value::Null));
    assert_eq!(put_draft(&engineer, &site.ours.flow.to_string(), &document("X", "x"), None).status, 404);
}
