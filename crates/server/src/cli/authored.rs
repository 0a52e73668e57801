//! Authored flows between files and the database: brought in as an author, and written out.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use firstline_domain::account::FlowAuthor;
use firstline_domain::flow::authored::{AuthoredFlow, FlowRefusal, VersionNumber};
use firstline_domain::flow::check::{NotLookedUp, Report, check};
use firstline_domain::flow::format::{canonical, import as read_document};
use firstline_domain::flow::tree::Tree;
use firstline_domain::ids::{AccountId, FlowId, UserId};
use firstline_domain::ports::Store;
use firstline_domain::service::{CompiledCache, FlowManagement, FlowManagementError};
use serde_json::json;

use super::failures::no_such_user;
use super::flow_files::{print, read, told_report};
use crate::database::{administer, store_failure};
use crate::failure::Failure;
use crate::output;
use crate::settings::Settings;
use crate::values::id;
use crate::wiring::flow_management;

/// A flow that is brought in.
#[derive(Debug, clap::Args)]
pub(super) struct Import {
    /// Who writes it: an active engineer, admin or owner of the account that it is for
    #[arg(long, value_name = "USER", value_parser = id::<UserId>)]
    author: UserId,
    /// The flow whose draft it replaces; one that is not there is made under this id. Without it a new flow is made
    #[arg(long, value_name = "ID", value_parser = id::<FlowId>)]
    flow: Option<FlowId>,
    /// Publish it at once, if it has no errors
    #[arg(long)]
    publish: bool,
    /// The document
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// A flow that is written out.
#[derive(Debug, clap::Args)]
pub(super) struct Export {
    /// The account it belongs to
    #[arg(long, value_parser = id::<AccountId>)]
    account: AccountId,
    /// The published version; the draft without it
    #[arg(long, value_name = "NUMBER")]
    version: Option<u32>,
    /// The flow
    #[arg(value_name = "FLOW", value_parser = id::<FlowId>)]
    flow: FlowId,
}

pub(super) async fn import(settings: &Settings, call: Import) -> Result<(), Failure> {
    let tree = document(&call.file)?;
    if call.publish {
        let report = check(&tree, &NotLookedUp);
        if !report.is_publishable() {
            return Err(defective(&format!("{} cannot be published as it is", call.file.display()), &report));
        }
    }
    let work = async |store: Arc<dyn Store>| {
        let author = author(store.as_ref(), call.author).await?;
        let flows = flow_management(&store, settings, CompiledCache::default());
        let flow = brought(&flows, author, call.flow, tree).await.map_err(refused)?;
        if !call.publish {
            return Ok(flow);
        }
        flows.publish(author, flow.id, Some(flow.revision)).await.map_err(|error| {
            let id = flow.id;
            refused(error).and(&format!("the draft is kept: give the file again with `--flow {id}`"))
        })
    };
    let flow = administer(&settings.database, work).await?;
    output::object(&json!({ "flow_id": flow.id, "revision": flow.revision, "version": flow.walkable() }))
}

pub(super) async fn export(settings: &Settings, call: Export) -> Result<(), Failure> {
    let (account_id, id) = (call.account, call.flow);
    let missing = |what: String| Failure::new(format!("{what} in account {account_id}"));
    let work = async |store: Arc<dyn Store>| {
        let draft = store.authored(account_id, id).await.map_err(store_failure)?;
        let draft = draft.ok_or_else(|| missing(format!("there is no authored flow {id}")))?;
        let Some(number) = call.version else { return Ok(draft.draft.tree) };
        let version = match VersionNumber::new(number) {
            Some(number) => store.flow_version(account_id, id, number).await.map_err(store_failure)?,
            None => None,
        };
        version.map(|version| version.tree).ok_or_else(|| {
            let latest = draft.latest.map_or(0, |latest| latest.number.get());
            missing(format!("flow {id} has no version {number}")).remedy(match latest {
                0 => "it was never published: leave --version out for its draft".to_owned(),
                _ => format!("its versions are 1 to {latest}; leave --version out for its draft"),
            })
        })
    };
    let tree = administer(&settings.database, work).await?;
    print(&canonical(&tree))
}

/// The draft of `id`, or of a new flow, replaced by `tree`.
async fn brought(
    flows: &FlowManagement,
    author: FlowAuthor,
    id: Option<FlowId>,
    tree: Tree,
) -> Result<AuthoredFlow, FlowManagementError> {
    let Some(id) = id else { return flows.create(author, tree).await };
    match flows.edit(author, id, tree.clone(), None).await {
        Err(FlowManagementError::FlowNotFound(_)) => flows.create_as(id, author, tree).await,
        end => end,
    }
}

async fn author(store: &dyn Store, id: UserId) -> Result<FlowAuthor, Failure> {
    // Whose user it is, is looked up across accounts; everything else happens inside that one.
    let user = store.user(id).await.map_err(store_failure)?.ok_or_else(|| no_such_user(id))?;
    user.may_author_flows().map_err(|denied| {
        Failure::new(format!("user {id} may not author flows: {denied}"))
            .remedy("name an active engineer, admin or owner with --author")
    })
}

fn document(file: &Path) -> Result<Tree, Failure> {
    read_document(&read(file)?)
        .map_err(|malformed| defective(&format!("{} is no flow as it stands", file.display()), &malformed.report))
}

fn defective(what: &str, report: &Report) -> Failure {
    Failure::new(format!("{what}:\n{}", told_report(report).trim_end())).remedy("correct these places")
}

/// Why a flow was not brought in.
fn refused(error: FlowManagementError) -> Failure {
    match error {
        FlowManagementError::Refused(FlowRefusal::Defective(report)) => {
            defective("the flow cannot be published as it is", &report)
        }
        FlowManagementError::IdTaken(id) => {
            Failure::new(format!("the flow {id} is registered: its tree lives elsewhere"))
                .remedy("bring the file in under another id, or without --flow")
        }
        FlowManagementError::Refused(FlowRefusal::Stale { .. }) | FlowManagementError::Contended(_) => {
            Failure::new("others are changing the flow").remedy("try again")
        }
        FlowManagementError::Store(error) => store_failure(error),
        error => Failure::new(error.to_string()),
    }
}
