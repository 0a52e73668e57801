//! The texts of all statements: constants, shared by both databases where they can do the same in the same words.
//!
//! The tests of this crate run them by themselves, so they are public and in no documentation.
//!
//! Each says on which side of the wall between accounts it runs (`text.rs`). What one database alone understands is in
//! [`postgres`] and [`sqlite`].

#[macro_use]
mod text;

/// The columns of a user.
macro_rules! user_columns {
    () => {
        "account_id, id, email, account_role, can_cover_l1, active, issuer, subject"
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
            session_columns!("s."),
            ", ",
            session_notes!(),
            " AS notes, ",
            session_steps!(),
            " AS steps FROM walk_sessions s "
        )
    };
}

pub mod directory;
pub mod flow_stats;
pub mod flows;
pub mod postgres;
pub mod sessions;
pub mod sqlite;
pub mod tickets;
pub mod users;

pub use text::{Text, Wall};

/// Writes the one row that is there for it. It belongs to no account, and no wall stands before it.
pub const WRITE_PROBE: Text = Text {
    wall: Wall::Account,
    postgres: "UPDATE health_probe SET written_at = now()",
    sqlite: "UPDATE health_probe SET written_at = unixepoch()",
};

/// Answers one row to the login that looks up.
pub const LOOKUP_PROBE: Text = across!("SELECT 1");

/// Answers the time by Postgres's clock, as it goes on within a transaction too.
pub const CLOCK: Text = Text::of_postgres("SELECT clock_timestamp() AS at");

/// Answers one row when anybody could sign in: a user of whatever account.
pub const ANY_USER: Text = across!("SELECT CAST(1 AS bigint) AS written FROM users LIMIT 1");

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
