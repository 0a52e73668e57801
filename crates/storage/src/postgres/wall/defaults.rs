//! What a pooler in transaction mode needs. It runs each statement on any of its connections, and what was set on one
//! of them is not set on the next: so what statements rely on must be the default of the logins.

use diesel::sql_types::{Array, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use postgres_protocol::escape::escape_identifier;

use crate::error::Finding;

/// A setting, whether a value of it will do, and one that does.
type Demand = (&'static str, fn(&str) -> bool, &'static str);

const DEMANDED: [Demand; 7] = [
    ("default_transaction_isolation", |value| value == "read committed", "'read committed'"),
    ("default_transaction_read_only", |value| value == "off", "off"),
    ("row_security", |value| value == "on", "on"),
    ("standard_conforming_strings", |value| value == "on", "on"),
    ("synchronous_commit", |value| value != "off", "on"),
    ("statement_timeout", |value| value != "0", "'5s'"),
    ("lock_timeout", |value| value != "0", "'1s'"),
];

#[derive(diesel::QueryableByName)]
struct SessionDefault {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    value: String,
    #[diesel(sql_type = Text)]
    login: String,
    #[diesel(sql_type = Text)]
    database: String,
}

/// The defaults of the session, whatever was set in it since.
const DEFAULTS: &str = "SELECT name, reset_val AS value, session_user::text AS login, \
    current_database()::text AS database FROM pg_settings WHERE name = ANY ($1) ORDER BY name";

/// Adds each default of the connection's login that will not do.
pub(super) async fn check(
    connection: &mut AsyncPgConnection,
    findings: &mut Vec<Finding>,
) -> Result<(), diesel::result::Error> {
    let names = DEMANDED.map(|(name, _, _)| name).to_vec();
    let query = diesel::sql_query(DEFAULTS).bind::<Array<Text>, _>(names);
    for SessionDefault { name, value, login, database } in query.load(connection).await? {
        let Some((_, _, needed)) = DEMANDED.iter().find(|(of, will_do, _)| *of == name && !will_do(&value)) else {
            continue;
        };
        let (login, database) = (escape_identifier(&login), escape_identifier(&database));
        findings.push(Finding {
            what: format!("{name} is {value} for the role {login}"),
            remedy: format!(
                "ALTER ROLE {login} IN DATABASE {database} SET {name} = {needed}; -- then RECONNECT in the pooler"
            ),
        });
    }
    Ok(())
}

#[derive(diesel::QueryableByName)]
struct Language {
    #[diesel(sql_type = Text)]
    language: String,
    #[diesel(sql_type = Text)]
    login: String,
}

/// Warns when the database reports errors in another language than English. Some errors have no code here and are told
/// by their text. Only a superuser may set the language.
pub(super) async fn warn_of_language(connection: &mut AsyncPgConnection) -> Result<(), diesel::result::Error> {
    let query = "SELECT current_setting('lc_messages') AS language, session_user::text AS login";
    let Language { language, login } = diesel::sql_query(query).get_result(connection).await?;
    if !is_english(&language) {
        let sql = format!("ALTER ROLE {} SET lc_messages = 'C';", escape_identifier(&login));
        tracing::warn!(
            lc_messages = language,
            sql,
            "the database reports errors in another language, so some outages are answered as 500 and not as 503; a \
             superuser runs the SQL"
        );
    }
    Ok(())
}

fn is_english(language: &str) -> bool {
    let language = language.to_ascii_lowercase();
    language.is_empty() || language.starts_with("en") || matches!(language.split('.').next(), Some("c" | "posix"))
}

#[cfg(test)]
mod tests {
    use super::is_english;

    #[test]
    fn only_another_language_than_english_is_warned_of() {
        for english in ["C", "C.UTF-8", "POSIX", "", "en_US.UTF-8", "en_GB", "English_United States.1252"] {
            assert!(is_english(english), "{english}");
        }
        for other in ["de_DE.UTF-8", "cs_CZ", "fr_FR@euro", "German_Germany.1252", "ca_ES"] {
            assert!(!is_english(other), "{other}");
        }
    }
}
