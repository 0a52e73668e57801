//! The starter flows, which the binary brings along for the demo.

use firstline_domain::account::FlowAuthor;
use firstline_domain::flow::check::{NotLookedUp, check_text};
use firstline_domain::ids::FlowId;
use firstline_domain::service::FlowManagement;

use crate::failure::Failure;

macro_rules! starters {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../../../flows/", $name, ".json")))),+]
    };
}

/// Name of the file, and its text.
pub(super) const STARTERS: &[(&str, &str)] = starters!(
    "account-locked-or-password-expired",
    "browser-page-error",
    "file-share-unreachable",
    "mfa-phone-replaced",
    "monitor-not-detected",
    "no-sound-in-meeting",
    "no-wifi",
    "outlook-does-not-open",
    "printer-offline",
    "shared-mailbox-missing",
    "slow-computer",
    "suspicious-mail",
    "vpn-does-not-connect",
);

/// Writes every starter flow under the id that `id_of` gives its file, and publishes it.
///
/// # Errors
/// When one cannot be read, or not be published.
pub(super) async fn publish(
    flows: &FlowManagement,
    author: FlowAuthor,
    id_of: impl Fn(&str) -> FlowId,
) -> Result<(), Failure> {
    for (name, text) in STARTERS {
        let tree = check_text(text, &NotLookedUp).tree;
        let tree = tree.ok_or_else(|| Failure::new(format!("the starter flow {name} cannot be read")))?;
        let id = id_of(name);
        let failed = |error| Failure::caused(format_args!("the starter flow {name} cannot be published"), &error);
        flows.create_as(id, author, tree).await.map_err(failed)?;
        flows.publish(author, id, None).await.map_err(failed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_starter_flow_is_brought_along() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../flows");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut names: Vec<_> = files.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
        names.sort();
        assert_eq!(STARTERS.iter().map(|(name, _)| *name).collect::<Vec<_>>(), names);
    }
}
