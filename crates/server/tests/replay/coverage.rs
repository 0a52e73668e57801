//! Whether the recordings have a success of every route and a problem of every code.

use std::collections::BTreeSet;

use firstline_api::{Code, routes};

use crate::read;
use crate::recording::Recording;
use crate::script::Script;

/// Codes that no recording has, each with the reason.
const EXCEPTED: [(Code, &str); 8] = [
    (Code::SessionNotIdle, "no route leads to it"),
    (Code::StepLimitReached, "takes 2,000 steps; the domain's tests of transitions reach it"),
    (Code::Internal, "needs a damaged store"),
    (Code::StoreUnavailable, "needs a store that fails"),
    (Code::Contended, "needs a race that lasts until a deadline"),
    (Code::OutcomeUnknown, "needs a store that does not answer in time"),
    (Code::RequestTimeout, "needs a store that does not answer in time"),
    (Code::TooManyUnreadAnswers, "needs answers of megabytes that are not read"),
];

pub fn check(scripts: &[Script]) {
    let (mut called, mut codes) = (BTreeSet::new(), BTreeSet::new());
    for script in scripts {
        let recording = Recording::parse(&read(&format!("recordings/{}.txt", script.name)));
        for block in &recording.blocks {
            let mut lines = block.text.lines();
            let (request, status) = (lines.next().unwrap(), lines.next().unwrap_or_default());
            if let [_, method, path] = request.split(' ').collect::<Vec<&str>>()[..]
                && status.starts_with('2')
            {
                let path = path.split('?').next().unwrap();
                let route = routes().find(|route| route.method == method && fits(route.template, path));
                called.extend(route.map(|route| route.name));
            }
            codes.extend(
                Code::ALL
                    .iter()
                    .map(|code| code.as_str())
                    .filter(|code| block.text.contains(&format!("\"code\":\"{code}\""))),
            );
        }
    }
    let missing: Vec<String> = routes()
        .filter(|route| !called.contains(&route.name))
        .map(|route| format!("{} {} has no recorded success", route.method, route.template))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
    for code in Code::ALL {
        let reason = EXCEPTED.iter().find(|(excepted, _)| excepted == code).map(|(_, reason)| reason);
        let recorded = codes.contains(code.as_str());
        assert!(recorded || reason.is_some(), "{} is neither recorded nor excepted", code.as_str());
        assert!(!recorded || reason.is_none(), "{} is recorded: it is no exception", code.as_str());
    }
}

/// Whether a path with or without `${...}` is of a route; the first route of the table counts, as for the router.
pub fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template.iter().zip(&path).all(|(wanted, part)| wanted.starts_with('{') || wanted == part)
}
