//! The source files of a crate.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The texts of a crate's files by their path.
#[derive(Debug, Default)]
pub struct Sources {
    /// The crate's `src` folder.
    source_folder: PathBuf,
    texts: BTreeMap<PathBuf, String>,
}

/// A crate that cannot be read.
#[derive(Debug)]
pub struct ReadError {
    /// The file or folder.
    pub path: PathBuf,
    /// What is wrong with it.
    pub reason: String,
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.reason)
    }
}

impl std::error::Error for ReadError {}

impl Sources {
    /// Reads every Rust file under `directory`/src.
    ///
    /// # Errors
    /// [`ReadError`] when a folder or file cannot be read, or there is no Rust file.
    pub fn read(directory: &Path) -> Result<Self, ReadError> {
        let source_folder = directory.join("src");
        let mut texts = BTreeMap::new();
        let mut folders = vec![source_folder.clone()];
        while let Some(folder) = folders.pop() {
            let failed = |error: std::io::Error| ReadError { path: folder.clone(), reason: error.to_string() };
            for entry in std::fs::read_dir(&folder).map_err(failed)? {
                let path = entry.map_err(failed)?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let failed = |error: std::io::Error| ReadError { path: path.clone(), reason: error.to_string() };
                    let text = std::fs::read_to_string(&path).map_err(failed)?;
                    texts.insert(path, text);
                }
            }
        }
        let sources = Self { source_folder, texts };
        if sources.roots().is_empty() {
            return Err(ReadError { path: sources.source_folder, reason: "has no lib.rs and no main.rs".to_owned() });
        }
        Ok(sources)
    }

    /// Files that are given as text, with paths such as `lib.rs` and `a/b.rs`.
    #[must_use]
    pub fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let texts = files.into_iter().map(|(path, text)| (PathBuf::from(path), text.to_owned())).collect();
        Self { source_folder: PathBuf::new(), texts }
    }

    /// The first files of the crate's targets: library, binary, and further binaries in `bin`.
    pub(crate) fn roots(&self) -> Vec<&Path> {
        let bin = self.source_folder.join("bin");
        let is_root = |path: &Path| {
            let is_first = path.ends_with("main.rs") || path.ends_with("lib.rs");
            (is_first && path.parent() == Some(&*self.source_folder)) || path.parent() == Some(&*bin)
        };
        self.texts.keys().map(PathBuf::as_path).filter(|path| is_root(path)).collect()
    }

    pub(crate) fn text(&self, path: &Path) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }
}
