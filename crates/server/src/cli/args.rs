//! What may be written on the command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand};
use firstline_domain::account::Role;
use firstline_domain::flow::FlowStatus;
use firstline_domain::ids::{AccountId, UserId};

use super::authored::{Export, Import};
use super::flow_files::FlowFilesCall;
use crate::demo::DemoCall;
use crate::values::{address, duration, id};

/// The helpdesk's first line: intake, guided walks, notes, escalation.
///
/// Every call but `demo`, `flow check`, `flow export` and `flow diagram` prints one JSON object on stdout; words for people and logs go to stderr. Settings come from
/// built-in defaults, a file, the environment (`FIRSTLINE__SECTION__KEY`) and flags, later ones first.
#[derive(Debug, Parser)]
#[command(name = "firstline", version, arg_required_else_help = true)]
pub(crate) struct Args {
    /// The settings file; the variable `FIRSTLINE_CONFIG` may name it too
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Where the data is: <postgres://…>, <sqlite://FILE> or memory: (the setting database.url)
    #[arg(long, global = true, value_name = "URL")]
    pub(super) database_url: Option<String>,
    #[command(subcommand)]
    pub(super) call: Call,
}

#[derive(Debug, Subcommand)]
pub(super) enum Call {
    /// Serve the API until SIGTERM or SIGINT
    Serve(ServeCall),
    /// Apply pending migrations
    Migrate,
    /// Print the settings in effect, secrets hidden
    Config,
    /// Make and list accounts
    Account {
        #[command(subcommand)]
        call: AccountCall,
    },
    /// Make, change and list users
    User {
        #[command(subcommand)]
        call: UserCall,
    },
    /// Look into whose tokens count
    Auth {
        #[command(subcommand)]
        call: AuthCall,
    },
    /// Issue access tokens
    Token {
        #[command(subcommand)]
        call: TokenCall,
    },
    /// Check flows in files, bring them in and write them out; register flows whose decision tree lives elsewhere
    Flow {
        #[command(subcommand)]
        call: FlowCall,
    },
    /// Register flow proposals
    Proposal {
        #[command(subcommand)]
        call: ProposalCall,
    },
    /// Abandon the walks that nobody touches, once
    Sweep,
    /// Keep the statistics of flows
    Stats {
        #[command(subcommand)]
        call: StatsCall,
    },
    /// Print the description of the API (OpenAPI 3.1)
    Openapi,
    /// Try it out: a temporary database, an account with people and flows, tokens and curl lines
    Demo(DemoCall),
}

impl Call {
    /// Whether a person watches, so that only what matters to them is logged.
    pub(super) fn speaks_to_people(&self) -> bool {
        !matches!(self, Self::Serve(_))
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct ServeCall {
    /// Accounts, users, flows and proposals to put in place first, as JSON; may be given at every start
    #[arg(long, value_name = "FILE")]
    pub(super) provision: Option<PathBuf>,
    /// Where to listen (the setting server.bind)
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = address)]
    pub(super) bind: Option<SocketAddr>,
    /// Where to offer metrics, "" for nowhere (the setting metrics.bind)
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(super) metrics_bind: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum StatsCall {
    /// Count the walks that have ended into the statistics of their flows, once
    Fold,
}

#[derive(Debug, Subcommand)]
pub(super) enum AccountCall {
    /// Make an account
    Create {
        /// What people call it
        #[arg(long)]
        name: String,
    },
    /// List every account, the first made first; on Postgres it is the login of the tables' owner who looks
    List,
}

#[derive(Debug, Subcommand)]
pub(super) enum UserCall {
    /// Make a user
    Create(NewUser),
    /// Change a user; it counts from their next request on
    Update(UserUpdate),
    /// List the users of an account, the first made first
    List {
        /// The account
        #[arg(long, value_parser = id::<AccountId>)]
        account: AccountId,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct NewUser {
    /// The account they belong to
    #[arg(long, value_parser = id::<AccountId>)]
    pub(super) account: AccountId,
    /// Their e-mail address
    #[arg(long)]
    pub(super) email: String,
    /// What they are: `l1_tech`, engineer, admin, owner or viewer
    #[arg(long, value_parser = role)]
    pub(super) role: Role,
    /// They may stand in for the first line
    #[arg(long)]
    pub(super) can_cover_l1: bool,
    /// They may not sign in yet
    #[arg(long)]
    pub(super) inactive: bool,
    /// Who vouches for them: the `iss` of their identity provider's tokens
    #[arg(long, value_name = "URL", requires = "subject")]
    pub(super) issuer: Option<String>,
    /// What that issuer calls them: the `sub` of its tokens
    #[arg(long, requires = "issuer")]
    pub(super) subject: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct UserUpdate {
    /// The user's id
    #[arg(value_parser = id::<UserId>)]
    pub(super) user: UserId,
    #[command(flatten)]
    pub(super) change: Change,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = true)]
pub(super) struct Change {
    /// Their e-mail address from now on
    #[arg(long)]
    pub(super) email: Option<String>,
    /// What they are from now on: `l1_tech`, engineer, admin, owner or viewer
    #[arg(long, value_parser = role)]
    pub(super) role: Option<Role>,
    /// Whether they may stand in for the first line
    #[arg(long, value_name = "BOOL")]
    pub(super) can_cover_l1: Option<bool>,
    /// Whether they may sign in
    #[arg(long, value_name = "BOOL")]
    pub(super) active: Option<bool>,
    /// Who vouches for them: the `iss` of their identity provider's tokens
    #[arg(long, value_name = "URL", requires = "subject")]
    pub(super) issuer: Option<String>,
    /// What that issuer calls them: the `sub` of its tokens
    #[arg(long, requires = "issuer")]
    pub(super) subject: Option<String>,
    /// No identity provider names them any more
    #[arg(long, conflicts_with_all = ["issuer", "subject"])]
    pub(super) no_identity: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum AuthCall {
    /// Get the keys of every identity provider once and show them; with a token, say whether it counts, or why not
    Check {
        /// A file with a token, "-" for standard input
        #[arg(long, value_name = "FILE")]
        token_file: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum TokenCall {
    /// Issue an access token for a user
    Issue {
        /// The user's id
        #[arg(long, value_parser = id::<UserId>)]
        user: UserId,
        /// How long it counts
        #[arg(long, default_value = "12h", value_parser = duration)]
        ttl: Duration,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum FlowCall {
    /// Register a flow
    Register {
        /// The account it belongs to
        #[arg(long, value_parser = id::<AccountId>)]
        account: AccountId,
        /// What people call it
        #[arg(long)]
        name: String,
        /// draft, published or archived; only a published one can be walked
        #[arg(long, default_value = "published", value_parser = status)]
        status: FlowStatus,
    },
    /// Bring a flow from a file into an account, as a draft or published
    Import(Import),
    /// Print a flow's draft, or one of its versions, in the canonical form
    Export(Export),
    #[command(flatten)]
    Files(FlowFilesCall),
}

#[derive(Debug, Subcommand)]
pub(super) enum ProposalCall {
    /// Register a flow proposal
    Register {
        /// The account it belongs to
        #[arg(long, value_parser = id::<AccountId>)]
        account: AccountId,
        /// What people call it
        #[arg(long)]
        name: String,
    },
}

fn role(name: &str) -> Result<Role, String> {
    Role::parse(name).ok_or_else(|| format!("must be one of {}", Role::ALL.map(Role::as_str).join(", ")))
}

fn status(name: &str) -> Result<FlowStatus, String> {
    FlowStatus::parse(name)
        .ok_or_else(|| format!("must be one of {}", FlowStatus::ALL.map(FlowStatus::as_str).join(", ")))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn an_update_of_nothing_and_a_role_that_is_none_are_usage_errors() {
        let user = "0190a000-0000-7000-8000-000000000001";
        assert!(Args::try_parse_from(["firstline", "user", "update", user]).is_err());
        assert!(Args::try_parse_from(["firstline", "user", "update", user, "--role", "boss"]).is_err());
        assert!(Args::try_parse_from(["firstline", "user", "update", user, "--active", "false"]).is_ok());
    }
}
