//! What a store needs of a database.

use firstline_domain::error::StoreError;
use firstline_domain::flow::authored::FlowChange;
use firstline_domain::ports::{CreateOutcome, NewWalk};
use firstline_domain::session::Save;
use firstline_domain::stats::FoldSave;
use firstline_domain::user::UserSave;

use crate::error::WriteError;
use crate::rows::{Row, WrittenRow};
use crate::statement::Statement;
use crate::statements::{self, Text, tickets::Queue};

/// One database, as far as it differs from the other.
pub(crate) trait Engine: Send + Sync + 'static {
    /// The one read that the databases need in different words.
    const QUEUE: Queue;

    /// Asks for the time by the database's own clock, if it has one.
    const CLOCK: Option<Text>;

    /// Runs a statement that reads.
    fn read<R: Row>(&self, statement: Statement) -> impl Future<Output = Result<Vec<R>, StoreError>> + Send;

    /// Runs one statement that writes, as a transaction of its own.
    fn write<R: Row>(&self, statement: Statement) -> impl Future<Output = Result<Vec<R>, WriteError>> + Send;

    /// Writes a new walk, all of it or nothing.
    fn create(&self, walk: NewWalk) -> impl Future<Output = Result<CreateOutcome, WriteError>> + Send;

    /// Writes a save, all of it or nothing; false when the stored version is not the expected one.
    fn save(&self, save: Save) -> impl Future<Output = Result<bool, WriteError>> + Send;

    /// Writes a change of a user with its event; false when the directory's version is not the expected one.
    fn save_user(&self, save: UserSave) -> impl Future<Output = Result<bool, WriteError>> + Send;

    /// Writes statistics and marks the walks in them; false when another process came first.
    fn save_fold(&self, save: FoldSave) -> impl Future<Output = Result<bool, WriteError>> + Send;

    /// Writes a change of an authored flow with its version; false when the stored revision is not the expected one.
    fn save_flow(&self, change: FlowChange) -> impl Future<Output = Result<bool, WriteError>> + Send;
}

/// The domain's store over one database.
pub(crate) struct SqlStore<E>(pub(crate) E);

impl<E: Engine> SqlStore<E> {
    /// The row that a statement finds, as what it means.
    pub(super) async fn one<R: Row, T: TryFrom<R, Error = StoreError>>(
        &self,
        statement: Statement,
    ) -> Result<Option<T>, StoreError> {
        self.0.read::<R>(statement).await?.into_iter().next().map(T::try_from).transpose()
    }

    /// The rows that a statement finds, as what they mean.
    pub(crate) async fn all<R: Row, T: TryFrom<R, Error = StoreError>>(
        &self,
        statement: Statement,
    ) -> Result<Vec<T>, StoreError> {
        self.0.read::<R>(statement).await?.into_iter().map(T::try_from).collect()
    }

    /// Whether there is a user in any account.
    pub(crate) async fn has_users(&self) -> Result<bool, StoreError> {
        Ok(!self.0.read::<WrittenRow>(Statement::new(statements::ANY_USER)).await?.is_empty())
    }
}
