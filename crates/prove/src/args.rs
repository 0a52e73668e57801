//! The command line.

use std::path::{Path, PathBuf};

use clap::Parser;
use clap::builder::PossibleValuesParser;

use crate::build::Profile;
use crate::planted::PLANTED;
use crate::test_database::StoreKind;

/// Proves what Firstline promises.
#[derive(Debug, Parser)]
#[command(name = "cargo prove")]
pub(crate) struct Args {
    /// A proof's name; `all` for every proof but `sabotage`, which tests the proofs themselves; `list` to see them.
    pub(crate) name: String,
    /// The long size, for a night; without it the short one that CI runs.
    #[arg(long)]
    pub(crate) long: bool,
    /// What chance is drawn from; one is drawn and printed without it.
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// The binary to attack; without it one is built.
    #[arg(long, value_parser = binary)]
    pub(crate) binary: Option<PathBuf>,
    /// How the binary is built: `release` is what is shipped, `dev` is built in a fraction of the time.
    #[arg(long, value_enum, default_value_t = Profile::Release)]
    pub(crate) profile: Profile,
    /// Only on this store; may be given several times.
    #[arg(long, value_enum)]
    pub(crate) store: Vec<StoreKind>,
    /// With `sabotage`: only this planted bug; may be given several times.
    #[arg(long, value_parser = PossibleValuesParser::new(PLANTED.iter().map(|planted| planted.bug)))]
    pub(crate) bug: Vec<String>,
}

/// The whole path of a file that is there.
fn binary(path: &str) -> Result<PathBuf, String> {
    let path = Path::new(path).canonicalize().map_err(|error| error.to_string())?;
    if path.is_file() { Ok(path) } else { Err("it is no file".to_owned()) }
}
