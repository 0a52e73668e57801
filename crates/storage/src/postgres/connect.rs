//! Making connections.

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use tokio_postgres::config::SslMode;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Config, NoTls, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::connection::{Connection, LIFETIME};
use super::group::Group;
use super::tls;
use crate::error::{DatabaseFailure, LoginError, OpenError};
use crate::logins::Login;
use crate::settings::StorageSettings;

/// Session settings that every statement relies on, whatever the defaults of database and role. Saves compare versions,
/// so they need no stricter isolation than read committed; a stricter one only refuses more. What is acknowledged is on
/// the disk, so a commit is waited for; how many standbys are waited for is left to the database. A search path that
/// leads to a schema says where the tables are; one that leads nowhere says nothing.
const SESSION_SETTINGS: &str = "SET default_transaction_isolation = 'read committed'; \
    SET default_transaction_read_only = off; SET default_transaction_deferrable = off; \
    SET quote_all_identifiers = off; SET standard_conforming_strings = on; SET TimeZone = 'UTC'; \
    SET row_security = on; \
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'; \
    SELECT set_config('search_path', 'public', false) WHERE current_schema() IS NULL";

/// The longest wait for a lock. It is shorter than the wait for a connection, so that calls on a locked row leave room
/// for others.
pub(super) const LOCK_TIMEOUT: Duration = Duration::from_secs(1);

/// Where the database is, who logs in, and how to speak to it.
#[derive(Clone)]
pub(crate) struct Connector {
    config: Config,
    tls: Option<MakeRustlsConnect>,
    connect_timeout: Duration,
    statement_timeout: Duration,
    /// The role that a connection for statements takes on, if it is not the login's own.
    acts_as: Option<Group>,
    /// The setting that names it.
    login: Login,
}

/// What a server is in its cluster.
#[derive(diesel::QueryableByName)]
struct Role {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    standby: bool,
}

impl Connector {
    /// Reads `url`: everything that libpq's form of it has and tokio-postgres knows, and what [`tls`] reads.
    pub(crate) fn new(url: &str, login: Login, settings: &StorageSettings) -> Result<Self, OpenError> {
        Self::read(url, login, settings).map_err(|error| error.of(login))
    }

    fn read(url: &str, login: Login, settings: &StorageSettings) -> Result<Self, OpenError> {
        let (url, tls_parameters) = tls::take_parameters(url)?;
        let mut config = Config::from_str(&url).map_err(|error| {
            let source = std::error::Error::source(&error).map(|source| format!(": {source}"));
            OpenError::url(format!("{error}{}", source.unwrap_or_default()))
        })?;
        config
            .application_name("firstline")
            .connect_timeout(settings.connect_timeout)
            .keepalives_idle(Duration::from_secs(30))
            .tcp_user_timeout(settings.statement_timeout.saturating_mul(3));
        let tls = match config.get_ssl_mode() {
            SslMode::Disable => None,
            mode => Some(MakeRustlsConnect::new(tls::client(mode, &tls_parameters)?)),
        };
        let (connect_timeout, statement_timeout) = (settings.connect_timeout, settings.statement_timeout);
        Ok(Self { config, tls, connect_timeout, statement_timeout, acts_as: None, login })
    }

    /// The same place for the login whose name is this one's with `_lookup` behind it; where that is the group's name,
    /// with `_lookup_login`.
    pub(super) fn for_lookup(&self) -> Result<Self, OpenError> {
        let user =
            self.user().ok_or_else(|| OpenError::url("it must name a user: postgres://USER:PASSWORD@HOST/NAME"))?;
        let mut lookup = format!("{user}_lookup");
        if lookup == Group::Lookup.name() {
            lookup.push_str("_login");
        }
        let mut other = Self { login: Login::DerivedLookup, ..self.clone() };
        other.config.user(lookup);
        Ok(other)
    }

    /// The same login, with connections for statements that take on the role.
    pub(super) fn acting_as(&self, group: Group) -> Self {
        Self { acts_as: Some(group), ..self.clone() }
    }

    /// The same login for another purpose.
    pub(super) fn of(self, login: Login) -> Self {
        Self { login, ..self }
    }

    /// The name that logs in.
    pub(super) fn user(&self) -> Option<&str> {
        self.config.get_user()
    }

    /// The setting that names it.
    pub(crate) const fn login(&self) -> Login {
        self.login
    }

    /// That it does not get at the database.
    pub(crate) fn unreachable(&self, cause: DatabaseFailure) -> LoginError {
        LoginError::new(self.login, self.user(), cause)
    }

    /// The password that logs in.
    pub(super) fn password(&self) -> Option<&[u8]> {
        self.config.get_password()
    }

    /// A connection for a pool: its statements have a limit, and are planned once. Left to itself, Postgres plans the
    /// save anew each time, since it takes an array parameter for ten rows and the plan for one seems cheaper; planning
    /// costs more than running it. Nor is any compiled: that takes longer than the longest of them runs. No table is
    /// read whole where an index serves, however small it was when the statement was planned: the plan is kept while it
    /// grows.
    pub(super) async fn connect_for_statements(&self) -> Result<Connection, DatabaseFailure> {
        let mut made = self.connect().await?;
        let limits = format!(
            "{SESSION_SETTINGS}; SET statement_timeout = {0}; SET idle_in_transaction_session_timeout = {0}; \
             SET lock_timeout = {1}; SET plan_cache_mode = force_generic_plan; SET jit = off; \
             SET enable_seqscan = off{2}",
            self.statement_timeout.as_millis().max(1),
            self.statement_timeout.min(LOCK_TIMEOUT).as_millis().max(1),
            self.acts_as.map(|group| format!("; SET ROLE {}", group.name())).unwrap_or_default()
        );
        made.connection.batch_execute(&limits).await?;
        Ok(made)
    }

    /// What a start should wait for before it uses this login: that the database is there, takes connections and is no
    /// standby. What no waiting mends (a wrong password, a missing database) is not among it.
    pub(crate) async fn to_wait_for(&self) -> Option<LoginError> {
        let asked = self.within_patience(async {
            let mut connection = self.connect_directly().await?;
            Ok(diesel::sql_query("SELECT pg_is_in_recovery() AS standby").get_result::<Role>(&mut connection).await?)
        });
        let cause = match asked.await.unwrap_or_else(Err) {
            Ok(Role { standby: false }) => return None,
            Ok(Role { standby: true }) => {
                DatabaseFailure::with_code("25006", "the server is a standby, which is read-only")
            }
            Err(cause) => cause,
        };
        Some(self.unreachable(cause)).filter(LoginError::passes)
    }

    /// The same work, given up when it takes longer than connecting and a statement may: for what must not hang on a
    /// database that takes connections and says nothing.
    pub(crate) async fn within_patience<T>(&self, work: impl Future<Output = T>) -> Result<T, DatabaseFailure> {
        let patience = self.connect_timeout + self.statement_timeout;
        let silent = |_| format!("no answer from the database within {patience:?}").as_str().into();
        tokio::time::timeout(patience, work).await.map_err(silent)
    }

    /// A connection of its own. Those of the owner, who migrates, may take as long as they need. Those of the other
    /// logins take on no such setting: a pooler would hand it to the next call.
    pub(crate) async fn connect_directly(&self) -> Result<AsyncPgConnection, DatabaseFailure> {
        let connecting = async {
            let mut connection = self.connect().await?.connection;
            // What is long may take long: no limit that database or role has set counts here.
            let unlimited = match self.login {
                Login::Owner | Login::Everything => "; SET statement_timeout = 0; SET lock_timeout = 0",
                Login::Service | Login::Lookup | Login::DerivedLookup => "",
            };
            connection.batch_execute(&format!("{SESSION_SETTINGS}{unlimited}")).await?;
            Ok(connection)
        };
        let made = tokio::time::timeout(self.connect_timeout, connecting).await;
        made.unwrap_or_else(|_| Err("no connection to the database in time".into()))
    }

    async fn connect(&self) -> Result<Connection, DatabaseFailure> {
        match &self.tls {
            Some(tls) => self.connect_by(tls.clone()).await,
            None => self.connect_by(NoTls).await,
        }
    }

    async fn connect_by<T>(&self, tls: T) -> Result<Connection, DatabaseFailure>
    where
        T: MakeTlsConnect<Socket, Stream: Send + 'static, TlsConnect: Send>,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        let (client, talk) = self.config.connect(tls).await?;
        let closed = Arc::new(AtomicBool::new(false));
        let at_end = closed.clone();
        tokio::spawn(async move {
            let ended = talk.await;
            at_end.store(true, Ordering::Release);
            if let Err(error) = ended {
                tracing::debug!(error = %DatabaseFailure::from(error), "a database connection ended");
            }
        });
        let connection = AsyncPgConnection::try_from(client)
            .await
            .map_err(|error| DatabaseFailure::from(error.to_string().as_str()))?;
        Ok(Connection { connection, closed, lifetime: LIFETIME })
    }
}
