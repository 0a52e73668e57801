//! The calls of the command line. Each prints one JSON object on stdout, what is written for people to read apart;
//! words to people go to stderr.

mod access;
mod args;
mod auth;
mod authored;
mod directory;
mod flow_files;
mod flows;
mod tokens;
mod upkeep;

use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use firstline_domain::text::TextDefect;

pub(crate) use access::{open, prepare, store_failure, warn_of_nobody};
pub(crate) use args::Args;
use args::{AccountCall, AuthCall, Call, FlowCall, ProposalCall, StatsCall, TokenCall, UserCall};

use crate::failure::Failure;
use crate::settings::{Overrides, Settings, load};
use crate::{demo, output, startup, telemetry};

impl Args {
    /// Reads the settings that this call is to use.
    fn settings(&self) -> Result<Settings, Failure> {
        let mut overrides = Overrides { file: self.config.clone(), ..Overrides::default() };
        overrides.set("database.url", self.database_url.as_ref());
        match &self.call {
            Call::Serve(serve) => {
                overrides.set("server.bind", serve.bind);
                overrides.set("metrics.bind", serve.metrics_bind.as_ref());
            }
            Call::Demo(demo) => demo.prepare(&mut overrides),
            _ => {}
        }
        load(&overrides, std::env::vars_os())
    }

    /// Carries out the call.
    ///
    /// # Errors
    /// What went wrong and what to do about it.
    pub(crate) async fn run(self) -> Result<(), Failure> {
        if matches!(self.call, Call::Openapi) {
            return output::object_pretty(&firstline_api::openapi());
        }
        if let Call::Flow { call: FlowCall::Files(call) } = &self.call {
            return call.run();
        }
        let settings = self.settings()?;
        telemetry::start(&settings.log, self.call.speaks_to_people())?;
        match self.call {
            // Boxed, as their futures are large.
            Call::Serve(serve) => Box::pin(startup::serve(&settings, serve.provision.as_deref())).await,
            Call::Demo(call) => Box::pin(demo::run(settings, &call)).await,
            Call::Config => output::object_pretty(&settings),
            Call::Openapi | Call::Flow { call: FlowCall::Files(_) } => Ok(()),
            Call::Migrate => upkeep::migrate(&settings).await,
            Call::Sweep => upkeep::sweep(&settings).await,
            Call::Stats { call: StatsCall::Fold } => upkeep::fold(&settings).await,
            Call::Account { call: AccountCall::Create { name } } => directory::create_account(&settings, name).await,
            Call::Account { call: AccountCall::List } => directory::list_accounts(&settings).await,
            Call::User { call: UserCall::List { account } } => directory::list_users(&settings, account).await,
            Call::User { call: UserCall::Create(user) } => directory::create_user(&settings, user).await,
            Call::User { call: UserCall::Update(change) } => directory::update_user(&settings, change).await,
            Call::Auth { call: AuthCall::Check { token_file } } => auth::check(&settings, token_file.as_deref()).await,
            Call::Token { call: TokenCall::Issue { user, ttl } } => tokens::issue(&settings, user, ttl).await,
            Call::Flow { call: FlowCall::Register { account, name, status } } => {
                flows::register_flow(&settings, account, name, status).await
            }
            Call::Flow { call: FlowCall::Import(call) } => authored::import(&settings, call).await,
            Call::Flow { call: FlowCall::Export(call) } => authored::export(&settings, call).await,
            Call::Proposal { call: ProposalCall::Register { account, name } } => {
                flows::register_proposal(&settings, account, name).await
            }
        }
    }
}

/// A text of the command line as one of the domain's checked texts.
fn checked<T: TryFrom<String, Error = TextDefect>>(flag: &str, text: String) -> Result<T, Failure> {
    T::try_from(text).map_err(|defect| Failure::new(format!("{flag} {defect}")))
}

fn id<T: FromStr>(text: &str) -> Result<T, String> {
    let whose = "must be an id such as 0190a000-0000-7000-8000-000000000001; `firstline account list` and `firstline \
                 user list` show those of accounts and users";
    text.parse().map_err(|_| whose.to_owned())
}

/// An address to listen on.
pub(crate) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "must be an address such as 127.0.0.1:8080".to_owned())
}

fn duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).map_err(|error| format!("{error}; write it as 30m, 12h or 7d"))
}
