//! The names that stand in JSON and in columns: each is what it has always been, and leads back to what it names.

use firstline_domain::account::{ActingAs, Role};
use firstline_domain::flow::tree::Language;
use firstline_domain::flow::{FlowStatus, TreeLocation};
use firstline_domain::session::{EventKind, SessionKind, SessionStatus};
use firstline_domain::ticket::{TicketKind, TicketStatus};

/// Asserts the names of all values in order, and that each is read back.
macro_rules! assert_names {
    ($($kind:ident $values:expr => [$($name:literal),+];)+) => {$(
        let values = $values;
        assert_eq!(values.map(|value| value.as_str()), [$($name),+]);
        assert_eq!(values.map(|value| $kind::parse(value.as_str())), values.map(Some));
        assert_eq!($kind::parse(""), None);
        assert_eq!($kind::parse("xyzzy"), None);
    )+};
}

#[test]
fn every_name_in_json_and_columns_stays_and_is_read_back() {
    assert_names! {
        TicketStatus TicketStatus::ALL => ["open", "walking", "resolved", "escalated"];
        TicketKind [TicketKind::Internal] => ["internal"];
        SessionStatus SessionStatus::ALL => ["active", "resolved", "escalated", "abandoned"];
        EventKind EventKind::ALL => [
            "started", "step_recorded", "step_undone", "notes_replaced", "resolved", "escalated",
            "escalated_without_walk", "abandoned"
        ];
        FlowStatus FlowStatus::ALL => ["draft", "published", "archived"];
        TreeLocation TreeLocation::ALL => ["external", "authored"];
        Language Language::ALL => ["en", "de"];
        Role Role::ALL => ["l1_tech", "engineer", "admin", "owner", "viewer"];
        ActingAs [ActingAs::L1Coverage] => ["l1_coverage"];
    }
    let kinds = [SessionKind::Flow, SessionKind::Proposal, SessionKind::Adhoc];
    assert_eq!(kinds.map(SessionKind::as_str), ["flow", "proposal", "adhoc"]);
}
