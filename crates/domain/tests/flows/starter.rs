//! The starter library: every flow of `flows/` is complete, in its canonical form, and has no defect at all.

use std::collections::BTreeMap;
use std::path::Path;

use firstline_domain::flow::authored::VersionNumber;
use firstline_domain::flow::check::{NotLookedUp, check_text};
use firstline_domain::flow::format::canonical;
use firstline_domain::flow::tree::{NodeBody, Tree};
use firstline_domain::flow::walk::CompiledFlow;
use firstline_domain::search::{SuggestIndex, Suggestable};

use super::support::{Library, flow_id, version};

/// The flows by their file's name.
fn starters() -> BTreeMap<String, (String, Tree)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../flows");
    let mut starters = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let checked = check_text(&text, &NotLookedUp);
        assert!(checked.report.is_clean(), "{name}: {:#?}", checked.report);
        starters.insert(name, (text, checked.tree.unwrap()));
    }
    starters
}

#[test]
fn there_are_at_least_twelve_of_8_to_30_nodes_in_their_canonical_form() {
    let starters = starters();
    assert!(starters.len() >= 12, "{}", starters.len());
    for (name, (text, tree)) in starters {
        assert_eq!(canonical(&tree), text, "{name}: `firstline flow format flows/{name}.json` writes it");
        assert!((8..=30).contains(&tree.nodes.len()), "{name} has {} nodes", tree.nodes.len());
    }
}

#[test]
fn each_can_end_resolved_and_escalated_and_be_walked() {
    for (name, (_, tree)) in starters() {
        let ends = |kind: &str| tree.nodes.iter().filter(|node| node.body.kind() == kind).count();
        assert!(ends("resolved") > 0 && ends("escalate") > 0, "{name}");
        let compiled = CompiledFlow::compile(&version(flow_id(1), 1, tree, &Library::default()), &[]).unwrap();
        assert!(compiled.steps_through() >= 1 && compiled.depth() <= 30, "{name}");
    }
}

#[test]
fn escalations_use_categories_that_an_engineer_can_sort_by() {
    let known = [
        "access",
        "email",
        "hardware",
        "infrastructure",
        "network",
        "printing",
        "security",
        "service_outage",
        "software",
    ];
    for (name, (_, tree)) in starters() {
        for node in &tree.nodes {
            if let NodeBody::Escalate { reason_category, text } = &node.body {
                assert!(known.contains(&reason_category.as_str()), "{name}: {}", reason_category.as_str());
                assert!(text.is_some(), "{name}: {}", node.id);
            }
        }
    }
}

/// Nobody's password or second factor is touched before it is known who calls.
#[test]
fn what_gives_access_is_behind_the_verification_of_the_caller() {
    let starters = starters();
    for (name, guarded) in
        [("account-locked-or-password-expired", &["unlock", "reset"][..]), ("mfa-phone-replaced", &["reset_needed"])]
    {
        let (_, tree) = &starters[name];
        let mut reached = vec![&tree.root];
        let mut at = 0;
        while let Some(id) = reached.get(at).copied() {
            at += 1;
            if id.as_str() == "verify" {
                continue;
            }
            for target in tree.node(id).unwrap().body.targets() {
                if !reached.contains(&target) {
                    reached.push(target);
                }
            }
        }
        for id in guarded {
            assert!(tree.nodes.iter().any(|node| node.id.as_str() == *id), "{name}: {id}");
            assert!(reached.iter().all(|reached| reached.as_str() != *id), "{name}: {id} without verify");
        }
    }
}

#[test]
fn what_customers_say_finds_the_starter_that_helps() {
    let starters = starters();
    let flows = starters.values().zip(1..);
    let index = SuggestIndex::build(flows.map(|((_, tree), number)| Suggestable {
        flow_id: flow_id(number),
        version: VersionNumber::FIRST,
        tree,
    }));
    for (said, file) in [
        ("Outlook hangs at loading profile", "outlook-does-not-open"),
        ("my password has expired and now I'm locked out", "account-locked-or-password-expired"),
        ("printer shows offline, nothing prints", "printer-offline"),
        ("can't connect to the VPN from home", "vpn-does-not-connect"),
        ("laptop doesn't find the WiFi", "no-wifi"),
        ("PC is so slow since yesterday, everything freezes", "slow-computer"),
        ("nobody can hear me in the Teams call", "no-sound-in-meeting"),
        ("the shared mailbox of sales disappeared", "shared-mailbox-missing"),
        ("I got a new phone and the authenticator code doesn't come", "mfa-phone-replaced"),
        ("website shows error 500 in Chrome", "browser-page-error"),
        ("second screen stays black at the docking station", "monitor-not-detected"),
        ("access denied on the network drive", "file-share-unreachable"),
        ("I clicked a link in a strange mail", "suspicious-mail"),
    ] {
        let found = index.suggest(said, 1);
        assert_eq!(found[0].name, starters[file].1.name, "{said}: {:?}", found[0].matched);
    }
}
