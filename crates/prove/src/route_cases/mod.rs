//! How each route is called: a case for every route of the service's own table. The match has no wildcard, so a route
//! without a case is an error of the compiler.

mod flows;
mod open;
mod probe;
mod sessions;
mod tickets;
mod users;

use firstline_api::RouteName;

pub(crate) use flows::document;
pub(crate) use probe::{Object, Probe, RouteCase, Who};

/// How a route is called. Every text that the calls bring is drawn from `words`.
pub(crate) fn route_case(route: RouteName, words: &dyn Fn(&str) -> String) -> RouteCase {
    match route {
        RouteName::Intake => tickets::intake(words),
        RouteName::Queue => tickets::queue(),
        RouteName::ReadTicket => tickets::read(),
        RouteName::WalkTicket => tickets::walk(),
        RouteName::EscalateWithoutWalk => tickets::escalate_without_walk(words),
        RouteName::ActiveSessions => sessions::active(),
        RouteName::ReadSession => sessions::read(),
        RouteName::SessionEvents => sessions::events(),
        RouteName::RecordStep => sessions::step(words),
        RouteName::Undo => sessions::undo(words),
        RouteName::ReplaceNotes => sessions::notes(words),
        RouteName::Resolve => sessions::resolve(words),
        RouteName::Escalate => sessions::escalate(words),
        RouteName::Me => users::me(),
        RouteName::ListUsers => users::list(),
        RouteName::CreateUser => users::create(words),
        RouteName::ReadUser => users::read(),
        RouteName::ChangeUser => users::change(),
        RouteName::UserEvents => users::events(),
        RouteName::SuggestFlows => flows::suggest(words),
        RouteName::SuggestFlowsForBody => flows::suggest_for_body(words),
        RouteName::ListFlows => flows::list(),
        RouteName::CreateFlow => flows::create(words),
        RouteName::ReadFlow => flows::read(),
        RouteName::EditFlow => flows::edit(words),
        RouteName::ExportFlowDraft => flows::export_draft(),
        RouteName::CheckFlow => flows::check(),
        RouteName::PublishFlow => flows::publish(),
        RouteName::ArchiveFlow => flows::archive(),
        RouteName::RestoreFlow => flows::restore(),
        RouteName::DiffFlow => flows::diff(),
        RouteName::FlowVersions => flows::versions(),
        RouteName::FlowVersion => flows::version(),
        RouteName::ExportFlowVersion => flows::export_version(),
        RouteName::FlowStats => flows::stats(),
        RouteName::OpenApiDocument => open::document(),
        RouteName::Documentation => open::page(),
        RouteName::Livez => open::live(),
        RouteName::Readyz => open::ready(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_called_in_the_form_of_its_template() {
        for route in firstline_api::routes() {
            let case = route_case(route.name, &|field| field.to_owned());
            assert!(!case.probes.is_empty(), "{route:?}");
            for probe in case.probes {
                let (path, body) = probe.with("ID", "OWN");
                let path = path.split('?').next().unwrap();
                let parts = || path.split('/').zip(route.template.split('/'));
                let fits =
                    |(of_path, of_template): (&str, &str)| of_template.starts_with('{') || of_path == of_template;
                assert!(path.split('/').count() == route.template.split('/').count() && parts().all(fits), "{path}");
                assert_eq!(body.is_some(), route.has_body, "{route:?}");
                let (path, body) = probe.with("{}", "{own}");
                let named = path.contains("{}") || body.is_some_and(|body| body.contains("\"{}\""));
                assert_eq!(named, probe.names.is_some(), "{route:?} {}", probe.label);
            }
        }
    }
}
