//! The texts of all statements: constants, shared by both databases where they can do the same in the same words.
//!
//! Each says on which side of the wall between accounts it runs ([`text`]). What one database alone understands is in
//! [`postgres`] and [`sqlite`].

#[macro_use]
mod text;

/// The columns of a user.
macro_rules! user_columns {
    () => {
        "account_id, id, email, account_role, can_cover_l1, active, issuer, subject"
    };
}

/// The columns of a session's header, of the table `s`.
macro_rules! header_columns {
    () => {
        "s.account_id, s.id, s.created_by_user_id, s.acting_as, s.ticket_id, s.ticket_kind, s.session_kind, s.flow_id, \
         s.flow_proposal_id, s.flow_version, s.current_node_id, s.next_node_id, s.status, s.helpful, \
         s.resolution_notes, s.escalation_reason, s.escalation_reason_category, s.started_at, s.last_step_at, \
         s.resolved_at, s.escalated_at, s.abandoned_at, s.version, s.step_count, s.undone_count, s.step_bytes, \
         s.notes_count, s.notes_bytes, s.notes_sha256"
    };
}

/// The text of the notes of the session `s`.
macro_rules! session_notes {
    () => {
        "(SELECT n.notes FROM session_notes n WHERE n.account_id = s.account_id AND n.session_id = s.id)"
    };
}

/// The path of the session `s` as the inside of a JSON array: a step is an object, and a null takes the step before it
/// back.
macro_rules! session_steps {
    () => {
        "(SELECT string_agg(CASE e.kind WHEN 'step_undone' THEN 'null' ELSE e.data END, ',' ORDER BY e.seq) \
          FROM session_events e WHERE e.account_id = s.account_id AND e.session_id = s.id \
          AND e.kind IN ('step_recorded', 'step_undone'))"
    };
}

/// A session's header, the text of its notes, and its path as the inside of a JSON array: a step is an object, and a
/// null takes the step before it back. Sub-selects and no join: behind Postgres's row security that costs a tenth
/// less.
macro_rules! select_session {
    () => {
        concat!(
            "SELECT ",
            header_columns!(),
            ", ",
            session_notes!(),
            " AS notes, ",
            session_steps!(),
            " AS steps FROM walk_sessions s "
        )
    };
}

/// Puts in a session's row, with `$rest` after the values.
macro_rules! insert_session {
    ($rest:expr) => {
        concat!(
            "INSERT INTO walk_sessions \
             (account_id, id, created_by_user_id, acting_as, ticket_id, ticket_kind, session_kind, flow_id, \
              flow_proposal_id, flow_version, current_node_id, next_node_id, status, helpful, resolution_notes, \
              escalation_reason, escalation_reason_category, started_at, last_step_at, resolved_at, escalated_at, \
              abandoned_at, version, step_count, undone_count, step_bytes, notes_count, notes_bytes, notes_sha256) \
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, \
              $21, $22, $23, $24, $25, $26, $27, $28, $29",
            $rest
        )
    };
}

/// The compare-and-set: writes what a command can change of a session's row, if its version is still `$21`.
///
/// `$gate` stands with the account.
macro_rules! update_session {
    ($gate:expr) => {
        concat!(
            "UPDATE walk_sessions SET current_node_id = $1, next_node_id = $2, status = $3, helpful = $4, \
          resolution_notes = $5, escalation_reason = $6, escalation_reason_category = $7, last_step_at = $8, \
          resolved_at = $9, escalated_at = $10, abandoned_at = $11, version = $12, step_count = $13, \
          undone_count = $14, step_bytes = $15, notes_count = $16, notes_bytes = $17, notes_sha256 = $18 \
         WHERE account_id = $19 AND id = $20 AND version = $21 AND ",
            $gate,
            " RETURNING account_id, id, ticket_id"
        )
    };
}

pub(crate) mod directory;
pub(crate) mod flow_stats;
pub(crate) mod flows;
pub(crate) mod postgres;
pub(crate) mod sessions;
pub(crate) mod sqlite;
pub(crate) mod tickets;
pub(crate) mod users;

pub(crate) use text::{Text, Wall};

/// Writes the one row that is there for it. It belongs to no account, and no wall stands before it.
pub(crate) const WRITE_PROBE: Text = Text {
    wall: Wall::Account,
    postgres: "UPDATE health_probe SET written_at = now()",
    sqlite: "UPDATE health_probe SET written_at = unixepoch()",
};

/// Answers one row to the login that looks up.
pub(crate) const LOOKUP_PROBE: Text = across!("SELECT 1");

/// Answers the time by Postgres's clock, as it goes on within a transaction too.
pub(crate) const CLOCK: Text = Text::of_postgres("SELECT clock_timestamp() AS at");

/// Answers one row when anybody could sign in: a user of whatever account.
pub(crate) const ANY_USER: Text = across!("SELECT CAST(1 AS bigint) AS written FROM users LIMIT 1");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_appearances_of_parameters_are_in_numeric_order() {
        let shared =
            [directory::ALL, flow_stats::ALL, flows::ALL, sessions::ALL, tickets::ALL, users::ALL, sqlite::ALL];
        for text in shared.into_iter().flatten().map(|text| text.sqlite) {
            let mut seen = 0;
            for number in text.split('$').skip(1) {
                let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
                let number: u32 = digits.parse().unwrap();
                assert!(number <= seen + 1, "${number} comes before ${} in {text}", seen + 1);
                seen = seen.max(number);
            }
        }
    }

    #[test]
    fn each_level_of_a_walled_text_that_names_a_table_has_a_gate_and_no_text_across_accounts_has_one() {
        let shared =
            [directory::ALL, flow_stats::ALL, flows::ALL, sessions::ALL, tickets::ALL, users::ALL, postgres::ALL];
        for text in shared.into_iter().flatten() {
            let gates = text.postgres.matches("set_config(").count();
            let words: Vec<&str> = text.postgres.split([' ', '(']).collect();
            // A subquery in a select list runs for rows that are there already: after the level above it.
            let correlated: usize = ["(SELECT n.notes", "(SELECT a.latest_version", "string_agg"]
                .map(|begin| text.postgres.matches(begin).count())
                .iter()
                .sum();
            let levels =
                words.windows(2).filter(|pair| matches!(pair[0], "FROM" | "INTO" | "UPDATE") && is_table(pair[1]));
            let expected = if text.wall == Wall::Lookup { 0 } else { levels.count() - correlated };
            assert!(gates >= expected && (gates > 0) == (expected > 0), "{gates} of {expected}: {}", text.postgres);
            assert!(!text.sqlite.contains("set_config"), "{}", text.sqlite);
        }
    }

    fn is_table(word: &str) -> bool {
        [
            "accounts",
            "users",
            "flows",
            "authored_flows",
            "flow_versions",
            "flow_proposals",
            "flow_stats",
            "tickets",
            "walk_sessions",
            "session_events",
            "session_notes",
            "user_events",
        ]
        .contains(&word)
    }
}
