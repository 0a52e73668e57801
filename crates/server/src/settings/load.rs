//! Puts the settings together: defaults, file, environment, flags.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use config::{Config, ConfigError, Environment, File, FileFormat, Map, Source};

use super::keys::{DEFAULTS, PREFIX, known, leaves, nearest, variable};
use super::model::Settings;
use super::refusal::told;
use crate::failure::Failure;
use crate::files::read_text;
use firstline_domain::text::without_byte_order_mark;

/// The variable that names the file, if no flag does.
const FILE_VARIABLE: &str = "FIRSTLINE_CONFIG";

/// What the flags of a call set.
#[derive(Debug, Clone, Default)]
pub(crate) struct Overrides {
    /// The file to read.
    pub(crate) file: Option<PathBuf>,
    /// Settings by their names.
    pub(crate) settings: Vec<(&'static str, String)>,
}

impl Overrides {
    /// Sets `key`, if the flag was given.
    pub(crate) fn set(&mut self, key: &'static str, value: Option<impl ToString>) {
        self.settings.extend(value.map(|value| (key, value.to_string())));
    }
}

/// The effective settings, from `variables` as the environment.
///
/// # Errors
/// What is not a setting, or what a setting may not be, by name, and what to do.
pub(crate) fn load(
    overrides: &Overrides,
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> Result<Settings, Failure> {
    let broken = |error: ConfigError| Failure::new(format!("the settings are not valid: {}", told(&error)));
    let known = known().map_err(broken)?;
    let (named, variables) = environment(variables, &known)?;
    let mut builder = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
    if let Some(path) = overrides.file.clone().or(named) {
        let file = File::from_str(&read(&path)?, FileFormat::Toml);
        let table = file.collect().map_err(|error| {
            Failure::new(format!("the file {} is not valid: {}", path.display(), told(&error).trim_end()))
        })?;
        check_keys(&path, leaves(table), &known)?;
        builder = builder.add_source(file);
    }
    builder = builder.add_source(Environment::default().separator("__").source(Some(variables)));
    for (key, value) in &overrides.settings {
        builder = builder.set_override(key, value.as_str()).map_err(broken)?;
    }
    let settings: Settings = builder.build().and_then(Config::try_deserialize).map_err(|error| {
        broken(error).remedy("docs/OPERATIONS.md and config/default.toml say what each setting may be")
    })?;
    settings.check()?;
    Ok(settings)
}

fn read(path: &Path) -> Result<String, Failure> {
    read_text(path).map_err(|error| {
        Failure::caused(format_args!("the settings file {} cannot be read", path.display()), &error)
            .remedy("name an existing file with --config or FIRSTLINE_CONFIG, or leave both out to use the defaults")
    })
}

fn check_keys(path: &Path, keys: Vec<String>, known: &BTreeSet<String>) -> Result<(), Failure> {
    let section = |key: &str| known.iter().any(|name| name.split_once('.').is_some_and(|(section, _)| section == key));
    let mut unknown: Vec<String> = keys.into_iter().filter(|key| !known.contains(key) && !section(key)).collect();
    unknown.sort();
    let Some(first) = unknown.first() else {
        return Ok(());
    };
    let all = unknown.join(", ");
    let failure = Failure::new(format!("unknown setting in {}: {all}", path.display()));
    Err(failure.remedy(match nearest(first, known.iter().map(String::as_str)) {
        Some(meant) => format!("did you mean {meant}? config/default.toml has every setting"),
        None => "take it out; config/default.toml has every setting".to_owned(),
    }))
}

/// A variable's value without what editors leave at its ends: a byte order mark, and the carriage return of a file with
/// the line ends of another system.
fn bare(value: &str) -> &str {
    without_byte_order_mark(value).trim_end_matches(['\r', '\n'])
}

/// The file that the environment names, and its settings as `section__key` to value.
fn environment(
    variables: impl Iterator<Item = (OsString, OsString)>,
    known: &BTreeSet<String>,
) -> Result<(Option<PathBuf>, Map<String, String>), Failure> {
    let names: BTreeSet<String> = known.iter().map(|key| variable(key)).collect();
    let (mut file, mut settings) = (None, Map::new());
    for (name, value) in variables {
        let Some(name) = name.to_str() else { continue };
        if name == FILE_VARIABLE {
            // A path need not be text.
            let path = value.to_str().map_or_else(|| PathBuf::from(&value), |path| PathBuf::from(bare(path)));
            file = Some(path).filter(|path| !path.as_os_str().is_empty());
        } else if names.contains(name) {
            let value = value.into_string().map_err(|_| Failure::new(format!("the value of {name} is not UTF-8")))?;
            let value = bare(&value).to_owned();
            settings.extend(name.strip_prefix(PREFIX).map(|key| (key.to_owned(), value)));
        } else if name.to_uppercase().starts_with(PREFIX) {
            let failure = Failure::new(format!("unknown variable {name}: it names no setting"));
            return Err(failure.remedy(match nearest(name, names.iter().map(String::as_str)) {
                Some(meant) => format!("did you mean {meant}?"),
                None => "unset it; `firstline config` shows the settings, FIRSTLINE__SECTION__KEY sets one".to_owned(),
            }));
        }
    }
    Ok((file, settings))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use serde_json::Value;

    use super::*;

    fn with(file: Option<&str>, env: &[(&str, &str)], flags: &[(&'static str, &str)]) -> Result<Settings, String> {
        let mut on_disk = tempfile::NamedTempFile::new().unwrap();
        on_disk.write_all(file.unwrap_or_default().as_bytes()).unwrap();
        let overrides = Overrides {
            file: file.map(|_| on_disk.path().to_owned()),
            settings: flags.iter().map(|(key, value)| (*key, (*value).to_owned())).collect(),
        };
        load(&overrides, env.iter().map(|(key, value)| (key.into(), value.into()))).map_err(|error| error.to_string())
    }

    #[test]
    fn the_shipped_file_has_exactly_the_settings_that_there_are() {
        let defaults = with(None, &[], &[]).unwrap();
        let Value::Object(sections) = serde_json::to_value(&defaults).unwrap() else { panic!("no object") };
        let in_types: BTreeSet<String> = sections
            .iter()
            .flat_map(|(section, keys)| keys.as_object().unwrap().keys().map(move |key| format!("{section}.{key}")))
            .collect();
        assert_eq!(in_types, known().unwrap());
        // What it shows can be given back as a file.
        assert!(with(Some(DEFAULTS), &[], &[]).unwrap() == defaults);
    }

    #[test]
    fn the_defaults_of_the_libraries_are_the_documented_ones() {
        let defaults = with(None, &[], &[]).unwrap();
        assert_eq!(defaults.database.storage(), firstline_storage::StorageSettings::default());
        assert_eq!(defaults.limits.http(), firstline_api::HttpLimits::default());
        let one_worker = firstline_api::ServeSettings { workers: 1, ..defaults.serve() };
        assert_eq!(one_worker, firstline_api::ServeSettings::default());
        assert_eq!(defaults.limits.rates(), Some(firstline_api::RateSettings::default()));
        assert_eq!(defaults.limits.client_address(), firstline_api::ClientAddressRule::default());
        assert_eq!(defaults.workspace(), firstline_domain::service::WorkspaceSettings::default());
        assert_eq!(defaults.log.filter, crate::telemetry::DEFAULT);
    }

    #[test]
    fn flags_win_over_the_environment_over_the_file_over_the_defaults() {
        let file = "[sweep]\ninterval = \"3m\"\nidle_after = \"3h\"\n[server]\nbind = \"127.0.0.1:3\"";
        let env = [("FIRSTLINE__SWEEP__IDLE_AFTER", "2h"), ("FIRSTLINE__SERVER__BIND", "127.0.0.1:2")];
        let settings = with(Some(file), &env, &[("server.bind", "127.0.0.1:1")]).unwrap();
        assert_eq!(settings.server.bind.port(), 1);
        assert_eq!(settings.sweep.idle_after.as_secs(), 7_200);
        assert_eq!(settings.sweep.interval.as_secs(), 180);
        assert_eq!(settings.limits.body_bytes, 524_288);
    }

    #[test]
    fn a_variable_can_set_a_number_and_a_flag() {
        let env = [("FIRSTLINE__LIMITS__BODY_BYTES", "1000"), ("FIRSTLINE__DATABASE__MIGRATE_ON_START", "false")];
        let settings = with(None, &env, &[]).unwrap();
        assert_eq!((settings.limits.body_bytes, settings.database.migrate_on_start), (1_000, false));
    }

    #[test]
    fn a_list_is_an_array_in_a_file_and_a_text_with_commas_in_a_variable() {
        let proxies =
            |settings: &Settings| serde_json::to_value(settings).unwrap()["limits"]["trusted_proxies"].clone();
        let file = "[limits]\ntrusted_proxies = [\"10.0.0.0/8\", \"2001:db8::7\"]";
        let expected = serde_json::json!(["10.0.0.0/8", "2001:db8::7/128"]);
        assert_eq!(proxies(&with(Some(file), &[], &[]).unwrap()), expected);
        let env = [("FIRSTLINE__LIMITS__TRUSTED_PROXIES", "10.0.0.0/8, 2001:db8::7")];
        assert_eq!(proxies(&with(None, &env, &[]).unwrap()), expected);
        let env = [("FIRSTLINE__LIMITS__TRUSTED_PROXIES", "")];
        assert_eq!(proxies(&with(Some(file), &env, &[]).unwrap()), serde_json::json!([]));
        assert!(with(Some("[limits]\ntrusted_proxies = [7]"), &[], &[]).is_err());
    }

    #[test]
    fn what_is_no_setting_is_refused_by_name_with_the_one_that_was_meant() {
        let refused = with(Some("[databse]\nurl = \"memory:\""), &[], &[]).unwrap_err();
        assert!(refused.contains("databse.url") && refused.contains("did you mean database.url"), "{refused}");
        let refused = with(Some("[sweep]\nevery = 1"), &[], &[]).unwrap_err();
        assert!(refused.contains("sweep.every"), "{refused}");
        let refused = with(Some("database = \"memory:\""), &[], &[]).unwrap_err();
        assert!(refused.contains("database"), "{refused}");
        for name in ["FIRSTLINE__SERVER__BINDS", "FIRSTLINE__SERVER__bind", "firstline__server__bind"] {
            let refused = with(None, &[(name, "x")], &[]).unwrap_err();
            assert!(refused.contains(name) && refused.contains("did you mean FIRSTLINE__SERVER__BIND?"), "{refused}");
        }
        assert!(with(None, &[("FIRSTLINE_TEST_THING", "x")], &[]).is_ok());
    }

    #[test]
    fn a_carriage_return_at_the_end_of_a_variable_is_no_part_of_its_value() {
        for (name, value, key) in [
            ("FIRSTLINE__DATABASE__URL", "sqlite://a.db\r", "sqlite://a.db"),
            ("FIRSTLINE__AUTH__ISSUER", "https://id.example\r\n", "https://id.example"),
            ("FIRSTLINE__AUTH__AUDIENCE", "\u{feff}desk", "desk"),
        ] {
            let settings = serde_json::to_string(&with(None, &[(name, value)], &[]).unwrap()).unwrap();
            assert!(settings.contains(&format!("\"{key}\"")), "{settings}");
        }
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_refused_by_the_settings_name() {
        for (name, value, says) in [
            ("FIRSTLINE__SERVER__BIND", "localhost", "server.bind"),
            ("FIRSTLINE__METRICS__BIND", "9464", "metrics.bind"),
            ("FIRSTLINE__SWEEP__INTERVAL", "soon", "sweep.interval"),
            ("FIRSTLINE__STATS__INTERVAL", "often", "stats.interval"),
            ("FIRSTLINE__LIMITS__BODY_BYTES", "-1", "limits.body_bytes"),
            ("FIRSTLINE__LIMITS__MAX_CONNECTIONS", "0", "limits.max_connections"),
            ("FIRSTLINE__SERVER__WORKERS", "513", "server.workers"),
            ("FIRSTLINE__LIMITS__USER_PER_SECOND", "0", "limits.user_per_second"),
            ("FIRSTLINE__LIMITS__ENABLED", "perhaps", "limits.enabled"),
            ("FIRSTLINE__LIMITS__TRUSTED_PROXIES", "10.0.0.0/8,here", "limits.trusted_proxies"),
            ("FIRSTLINE__LIMITS__FORWARDED_HEADER", "x-real-ip", "limits.forwarded_header"),
            ("FIRSTLINE__SERVER__CORS_ORIGINS", "*", "server.cors_origins"),
            ("FIRSTLINE__SWEEP__IDLE_AFTER", "0s", "sweep.idle_after"),
            ("FIRSTLINE__AUTH__ISSUER", " ", "auth.issuer"),
            ("FIRSTLINE__LOG__FORMAT", "xml", "log.format"),
            ("FIRSTLINE__LOG__FILTER", "info,=,", "log.filter"),
            ("FIRSTLINE__LOG__FILTER", "info,warning", "\"warning\" is neither a level nor MODULE=LEVEL"),
            ("FIRSTLINE__DATABASE__URL", "mysql://me:hush@db/x", "database.url"),
            ("FIRSTLINE__DATABASE__WALL", "setrole", "database.wall must be \"required\" or \"set_role\""),
            ("FIRSTLINE__DATABASE__WALL", "Required", "database.wall must be \"required\" or \"set_role\""),
            ("FIRSTLINE__LOG__FORMAT", "", "log.format must be \"text\" or \"json\""),
            (
                "FIRSTLINE__LIMITS__FORWARDED_HEADER",
                "x",
                "limits.forwarded_header must be \"x-forwarded-for\" or \"forwarded\"",
            ),
            ("FIRSTLINE__SERVER__BIND", "localhost:80", "server.bind must be an address such as 127.0.0.1:8080"),
            (
                "FIRSTLINE__DATABASE__WAIT_TIMEOUT",
                "5",
                "database.wait_timeout must be a duration such as 250ms, 10s, 5m or 24h, not \"5\"",
            ),
            (
                "FIRSTLINE__DATABASE__MIGRATE_ON_START",
                "maybe",
                "database.migrate_on_start (FIRSTLINE__DATABASE__MIGRATE_ON_START) must be true or false, not \
                 \"maybe\"",
            ),
            ("FIRSTLINE__DATABASE__SQLITE_READERS", "1.5", "must be a whole number, not \"1.5\""),
        ] {
            let refused = with(None, &[(name, value)], &[]).unwrap_err();
            assert!(refused.contains(says) && !refused.contains("hush"), "{name}: {refused}");
        }
    }

    #[test]
    fn a_broken_entry_of_a_list_is_refused_by_its_place_and_in_plain_words() {
        let issuer = |broken: &str, mended: &str| {
            let whole = "[[auth.issuers]]\nissuer = 'https://i/'\naudience = 'a'\nalgorithm = 'RS256'\n\
                         jwks_url = 'https://i/k'\nusers = 'identity'\n\
                         account_id = '0190a000-0000-7000-8000-000000000001'\n";
            assert!(whole.contains(broken), "{broken}");
            with(Some(&whole.replace(broken, mended)), &[], &[]).unwrap_err()
        };
        for (said, says) in [
            (issuer("audience = 'a'\n", ""), "auth.issuers[0].audience is missing"),
            (issuer("'a'", "['a']"), "auth.issuers[0].audience must be a text, not a sequence"),
            (issuer("RS256", "HS256"), "auth.issuers[0].algorithm must be one of RS256"),
            (issuer("'identity'", "'email'"), "auth.issuers[0].users must be \"identity\" or \"id\""),
            (
                issuer("0190a000-0000-7000-8000-000000000001", "acme"),
                "auth.issuers[0].account_id must be the id of an account",
            ),
            (issuer("audience", "audiance"), "auth.issuers[0]: unknown field `audiance`"),
            (
                with(Some("[auth]\nissuers = [1]"), &[], &[]).unwrap_err(),
                "auth.issuers[0] must be a table with its settings",
            ),
            (with(Some("database = 1"), &[], &[]).unwrap_err(), "database must be a table with its settings"),
        ] {
            assert!(said.contains(says), "{says} in {said}");
            assert!(!said.contains("enum ") && !said.contains("struct ") && !said.contains("Settings"), "{said}");
        }
    }

    #[test]
    fn memory_must_be_asked_for() {
        let refused = with(None, &[], &[("database.url", "memory:")]).unwrap_err();
        assert!(refused.contains("database.allow_memory"), "{refused}");
        assert!(with(Some("[database]\nallow_memory = true"), &[], &[("database.url", "memory:")]).is_ok());
    }

    #[test]
    fn the_settings_are_shown_without_secrets() {
        let env =
            [("FIRSTLINE__AUTH__HS256_SECRET", "hush-hush"), ("FIRSTLINE__DATABASE__URL", "postgres://me:hush@db/x")];
        let settings = with(None, &env, &[]).unwrap();
        for shown in [format!("{settings:?}"), serde_json::to_string(&settings).unwrap()] {
            assert!(!shown.contains("hush") && shown.contains("[redacted]"), "{shown}");
        }
    }

    #[test]
    fn a_missing_a_weak_and_a_doubled_secret_are_refused_with_the_remedy() {
        let refusal = |env: &[(&str, &str)]| with(None, env, &[]).unwrap().auth.secret().unwrap_err().to_string();
        assert!(refusal(&[]).contains("openssl rand -hex 32"));
        let short = refusal(&[("FIRSTLINE__AUTH__HS256_SECRET", "short")]);
        assert!(short.contains("auth.hs256_secret") && short.contains("openssl"), "{short}");
        let twice = [("FIRSTLINE__AUTH__HS256_SECRET", "x"), ("FIRSTLINE__AUTH__HS256_SECRET_FILE", "y")];
        assert!(refusal(&twice).contains("both"));
    }

    #[test]
    fn a_secret_may_stand_in_a_file() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "q7Zr0vJ3mN8kP5xT2wY6bC9dF1gH4sLa").unwrap();
        let path = file.path().to_str().unwrap().to_owned();
        let settings = with(None, &[("FIRSTLINE__AUTH__HS256_SECRET_FILE", &path)], &[]).unwrap();
        assert!(settings.auth.secret().is_ok());
    }
}
