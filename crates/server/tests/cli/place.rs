//! A folder with a database of its own, and the calls on it.

use std::path::Path;
use std::process::{Command, Output};

use firstline_testkit::service::firstline;
use serde_json::Value;
use tempfile::TempDir;

/// Where one test works.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite://{}", self.folder.path().join("firstline.db").display())
    }

    /// The command, about to run in the folder.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = firstline(Path::new(env!("CARGO_BIN_EXE_firstline")), &self.url());
        command.current_dir(self.folder.path()).args(args);
        command
    }

    /// The one object that a call prints.
    pub(crate) fn call(&self, args: &[&str]) -> Value {
        object(&self.command(args).output().unwrap())
    }

    /// The words of a call that is refused; it prints nothing for programs and exits with `code`.
    pub(crate) fn refused(&self, args: &[&str], code: i32) -> String {
        words(&self.command(args).output().unwrap(), code)
    }

    /// An account, and its id.
    pub(crate) fn account(&self) -> String {
        text(&self.call(&["account", "create", "--name", "Northwind IT"])["account_id"])
    }

    /// A user, and their id.
    pub(crate) fn user(&self, account: &str, email: &str) -> String {
        let user = self.call(&["user", "create", "--account", account, "--email", email, "--role", "l1_tech"]);
        text(&user["user_id"])
    }
}

/// The one JSON object of a call that went well.
pub(crate) fn object(output: &Output) -> Value {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(value.is_object(), "{value}");
    value
}

/// The words of a call that was refused.
pub(crate) fn words(output: &Output, code: i32) -> String {
    let stderr = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{stderr}");
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(!stderr.is_empty());
    stderr
}

/// A JSON text's content.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
