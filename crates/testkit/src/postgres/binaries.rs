//! Where Postgres's programs are.

use std::path::{Path, PathBuf};

/// The program `name`, from `PATH` or from where Debian's packages put it, the newest version first.
pub(super) fn find(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.extend(packaged());
    folders.into_iter().map(|folder| folder.join(name)).find(|program| program.is_file()).unwrap_or_else(|| {
        panic!(
            "these tests need Postgres 15 or newer, and its program `{name}` is neither in PATH nor in \
             /usr/lib/postgresql: run ./scripts/test, or `apt-get install postgresql`"
        )
    })
}

fn packaged() -> Vec<PathBuf> {
    let Ok(versions) = Path::new("/usr/lib/postgresql").read_dir() else { return Vec::new() };
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version = path.file_name()?.to_str()?.parse().ok()?;
            Some((version, path.join("bin")))
        })
        .collect();
    found.sort();
    found.into_iter().rev().map(|(_, folder)| folder).collect()
}
