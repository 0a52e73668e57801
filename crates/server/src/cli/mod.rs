//! The calls of the command line. Each prints one JSON object on stdout, what is written for people to read apart;
//! words to people go to stderr.

mod args;
mod auth;
mod authored;
mod directory;
mod failures;
mod flow_files;
mod flows;
mod tokens;
mod upkeep;

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
