//! Promote, see it count; demote, see it count; again and again.

use firstline_testkit::http::{Answer, Client};
use firstline_testkit::people::token;
use serde_json::{Value, json};

use super::desk::Desk;
use super::load::insist;
use crate::report::Report;
use crate::rng::Rng;

/// One way to lose what one may do. After each of them the user may neither do first-line work nor manage users.
struct Loss {
    label: &'static str,
    /// What the user is before.
    before: fn() -> Value,
    /// What is changed then.
    change: fn() -> Value,
    /// What is answered after that.
    status: u16,
    /// Whether it is about managing users rather than the first line.
    manages: bool,
}

const LOSSES: [Loss; 7] = [
    Loss {
        label: "technician deactivated",
        before: || json!({ "account_role": "l1_tech", "can_cover_l1": false, "active": true }),
        change: || json!({ "active": false }),
        status: 401,
        manages: false,
    },
    Loss {
        label: "technician made a viewer",
        before: || json!({ "account_role": "l1_tech", "can_cover_l1": false, "active": true }),
        change: || json!({ "account_role": "viewer" }),
        status: 403,
        manages: false,
    },
    Loss {
        label: "coverage taken from an engineer",
        before: || json!({ "account_role": "engineer", "can_cover_l1": true, "active": true }),
        change: || json!({ "can_cover_l1": false }),
        status: 403,
        manages: false,
    },
    Loss {
        label: "coverage engineer made a viewer",
        before: || json!({ "account_role": "engineer", "can_cover_l1": true, "active": true }),
        change: || json!({ "account_role": "viewer" }),
        status: 403,
        manages: false,
    },
    Loss {
        label: "admin made an engineer",
        before: || json!({ "account_role": "admin", "can_cover_l1": false, "active": true }),
        change: || json!({ "account_role": "engineer" }),
        status: 403,
        manages: true,
    },
    Loss {
        label: "admin deactivated",
        before: || json!({ "account_role": "admin", "can_cover_l1": false, "active": true }),
        change: || json!({ "active": false }),
        status: 401,
        manages: true,
    },
    Loss {
        label: "owner made an engineer",
        before: || json!({ "account_role": "owner", "can_cover_l1": false, "active": true }),
        change: || json!({ "account_role": "engineer" }),
        status: 403,
        manages: true,
    },
];

/// `changes` losses of the desk's user. Each is asked for on one replica, by chance, and tried first on the other.
pub(super) fn run(desk: &Desk, addresses: [&str; 2], changes: usize, rng: &mut Rng, report: &Report) {
    let owners = addresses.map(|address| Client::new(address, Some(&token(desk.owner))));
    let users = addresses.map(|address| Client::new(address, Some(&token(desk.user))));
    let path = format!("/api/v1/users/{}", desk.user);
    for _ in 0..changes {
        if report.is_enough() {
            return;
        }
        let (loss, here) = (rng.one_of(&LOSSES), rng.below(2));
        let there = &owners[rng.below(2)];
        insist(report, || there.patch(&path, &(loss.before)())).expect(200);
        for user in &users {
            let reads = rng.below(2) == 0;
            let answer = insist(report, || attempt(user, loss.manages, reads));
            report.check(answer.status < 300, "gained-late", || format!("before {}: {answer}", loss.label));
        }
        insist(report, || owners[here].patch(&path, &(loss.change)())).expect(200);
        desk.next_phase();
        report.count("changes", 1);
        for replica in [1 - here, here] {
            let reads = rng.below(2) == 0;
            let answer = insist(report, || attempt(&users[replica], loss.manages, reads));
            report.count(if answer.status < 300 { "later_successes" } else { "refusals" }, 1);
            report.check(answer.status == loss.status, "later-success", || {
                format!("{}, then on replica {replica}: {answer}", loss.label)
            });
        }
        desk.next_phase();
    }
}

/// Something that only the right lets one do.
fn attempt(user: &Client, manages: bool, reads: bool) -> Answer {
    match (manages, reads) {
        (false, true) => user.get("/api/v1/l1/sessions/active"),
        (false, false) => user.post("/api/v1/l1/intake", &json!({ "problem_statement": "It hums" })),
        (true, true) => user.get("/api/v1/users?limit=1"),
        (true, false) => {
            let email = format!("{}@example.com", uuid::Uuid::new_v4());
            user.post("/api/v1/users", &json!({ "email": email, "account_role": "viewer", "active": false }))
        }
    }
}
