//! A connection to Postgres that runs whatever SQL it is given, and answers what came of it.

use futures_util::{StreamExt, pin_mut};
use tokio::runtime::Runtime;
use tokio_postgres::{CancelToken, Client, NoTls, SimpleQueryMessage};

/// A connection of one login.
pub(crate) struct Sql {
    runtime: Runtime,
    client: Client,
}

/// What SQL led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ran {
    /// Rows as text, and how many rows the last statement says that it touched.
    Rows { rows: Vec<Vec<String>>, touched: u64 },
    /// The error's code and its words.
    Refused { code: String, words: String },
}

impl Ran {
    /// Whether there is anything in it: a row, or rows touched.
    pub(crate) const fn is_something(&self) -> bool {
        matches!(self, Self::Rows { rows, touched } if !rows.is_empty() || *touched > 0)
    }

    /// All of it as one text.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Rows { rows, .. } => rows.iter().map(|row| row.join("|")).collect::<Vec<_>>().join("\n"),
            Self::Refused { code, words } => format!("{code} {words}"),
        }
    }

    /// The error's code, if it was refused.
    pub(crate) fn code(&self) -> Option<&str> {
        match self {
            Self::Rows { .. } => None,
            Self::Refused { code, .. } => Some(code),
        }
    }
}

impl Sql {
    /// Logs in.
    pub(crate) fn connect(url: &str) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let (client, talk) =
            runtime.block_on(tokio_postgres::connect(url, NoTls)).unwrap_or_else(|error| panic!("{url}: {error}"));
        runtime.spawn(talk);
        Self { runtime, client }
    }

    /// Runs SQL as it stands, several statements too. `COPY … TO STDOUT` gives its lines as rows.
    pub(crate) fn run(&self, sql: &str) -> Ran {
        let done = if sql.starts_with("COPY") { self.copy(sql) } else { self.simple(sql) };
        done.unwrap_or_else(|error| match error.as_db_error() {
            Some(error) => {
                let words = [Some(error.message()), error.detail(), error.hint(), error.where_()];
                let words = words.into_iter().flatten().collect::<Vec<_>>().join(" / ");
                Ran::Refused { code: error.code().code().to_owned(), words }
            }
            None => panic!("{sql}: {error}"),
        })
    }

    /// Runs SQL in a transaction that is undone, with an account set for it.
    pub(crate) fn run_within(&self, account: uuid::Uuid, sql: &str) -> Ran {
        assert!(self.run("BEGIN").code().is_none(), "a transaction begins");
        self.run(&format!("SELECT set_config('app.current_account_id', '{account}', true)"));
        let ran = self.run(sql);
        self.run("ROLLBACK");
        ran
    }

    /// Runs SQL and cancels it after a while.
    pub(crate) fn run_and_cancel(&self, sql: &str, after: std::time::Duration) {
        let cancel: CancelToken = self.client.cancel_token();
        self.runtime.block_on(async {
            let ended = self.client.simple_query(sql);
            let cancelling = async {
                tokio::time::sleep(after).await;
                let _ = cancel.cancel_query(NoTls).await;
            };
            let _ = futures_util::future::join(ended, cancelling).await;
        });
    }

    fn simple(&self, sql: &str) -> Result<Ran, tokio_postgres::Error> {
        let (mut rows, mut touched) = (Vec::new(), 0);
        for message in self.runtime.block_on(self.client.simple_query(sql))? {
            match message {
                SimpleQueryMessage::Row(row) => {
                    rows.push((0..row.len()).map(|at| row.get(at).unwrap_or("NULL").to_owned()).collect());
                }
                SimpleQueryMessage::CommandComplete(count) => touched = count,
                _ => {}
            }
        }
        Ok(Ran::Rows { rows, touched })
    }

    fn copy(&self, sql: &str) -> Result<Ran, tokio_postgres::Error> {
        self.runtime.block_on(async {
            let stream = self.client.copy_out(sql).await?;
            pin_mut!(stream);
            let mut rows = Vec::new();
            while let Some(chunk) = stream.next().await {
                rows.push(vec![String::from_utf8_lossy(&chunk?).into_owned()]);
            }
            Ok(Ran::Rows { rows, touched: 0 })
        })
    }
}
