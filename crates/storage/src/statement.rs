//! A statement: one of the constant texts of [`crate::statements`] with what is bound to its `$1` to `$n`.
//!
//! One text serves both databases: Postgres numbers its parameters, and SQLite gives `$1`, as the name of a parameter, the
//! place of its first appearance. So the first appearances in a shared text are in numeric order; a test keeps them so.

use chrono::{DateTime, Utc};
use diesel::backend::Backend;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, BoxedSqlQuery, Query, QueryFragment, QueryId, SqlQuery};
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Untyped};
use diesel::sqlite::Sqlite;
use firstline_domain::fault;
use uuid::Uuid;

use crate::sql_types::{Instant, Uid};
use crate::statements::{Text as Constant, Wall};

/// What stands for one parameter.
enum Bind {
    Id(Option<Uuid>),
    Text(Option<String>),
    Int(Option<i64>),
    Bool(Option<bool>),
    At(Option<DateTime<Utc>>),
}

/// A constant text and its parameters in order.
pub(crate) struct Statement {
    text: Constant,
    binds: Vec<Bind>,
}

impl Statement {
    pub(crate) const fn new(text: Constant) -> Self {
        Self { text, binds: Vec::new() }
    }

    /// On which side of the wall between accounts it runs.
    pub(crate) const fn wall(&self) -> Wall {
        self.text.wall
    }

    pub(crate) fn id(self, id: impl Into<Option<Uuid>>) -> Self {
        self.with(Bind::Id(id.into()))
    }

    pub(crate) fn text(self, text: &str) -> Self {
        self.with(Bind::Text(Some(text.to_owned())))
    }

    pub(crate) fn maybe_text(self, text: Option<&str>) -> Self {
        self.with(Bind::Text(text.map(str::to_owned)))
    }

    pub(crate) fn int(self, int: impl Into<i64>) -> Self {
        self.with(Bind::Int(Some(int.into())))
    }

    pub(crate) fn maybe_int(self, int: Option<impl Into<i64>>) -> Self {
        self.with(Bind::Int(int.map(Into::into)))
    }

    pub(crate) fn bool(self, bool: impl Into<Option<bool>>) -> Self {
        self.with(Bind::Bool(bool.into()))
    }

    pub(crate) fn at(self, at: impl Into<Option<DateTime<Utc>>>) -> Self {
        self.with(Bind::At(at.into()))
    }

    fn with(mut self, bind: Bind) -> Self {
        self.binds.push(bind);
        self
    }

    pub(crate) fn for_postgres(self) -> BoxedSqlQuery<'static, Pg, SqlQuery> {
        let text = self.text.postgres;
        self.boxed(text)
    }

    pub(crate) fn for_sqlite(self) -> Cached<BoxedSqlQuery<'static, Sqlite, SqlQuery>> {
        let text = self.text.sqlite;
        Cached(self.boxed(text))
    }

    fn boxed<DB: Dialect>(self, text: &'static str) -> BoxedSqlQuery<'static, DB, SqlQuery> {
        let text = fault!(
            "no-account-filter",
            crate::sabotage::without_filters(text),
            fault!("account-outlives-statement", crate::sabotage::with_lasting_account(text), text.to_owned())
        );
        self.binds.into_iter().fold(diesel::sql_query(text).into_boxed(), DB::bind)
    }
}

/// Binds a value in one database's own way: the same lines compiled for each.
trait Dialect: Backend + Sized {
    fn bind(query: BoxedSqlQuery<'static, Self, SqlQuery>, bind: Bind) -> BoxedSqlQuery<'static, Self, SqlQuery>;
}

macro_rules! dialect {
    ($($backend:ty),+) => {$(
        impl Dialect for $backend {
            fn bind(
                query: BoxedSqlQuery<'static, Self, SqlQuery>,
                bind: Bind,
            ) -> BoxedSqlQuery<'static, Self, SqlQuery> {
                match bind {
                    Bind::Id(id) => query.bind::<Nullable<Uid>, _>(id),
                    Bind::Text(text) => query.bind::<Nullable<Text>, _>(text),
                    Bind::Int(int) => query.bind::<Nullable<BigInt>, _>(int),
                    Bind::Bool(bool) => query.bind::<Nullable<Bool>, _>(bool),
                    Bind::At(at) => query.bind::<Nullable<Instant>, _>(at),
                }
            }
        }
    )+};
}

dialect!(Pg, Sqlite);

/// A query whose prepared statement is kept by the connection. Diesel keeps none for texts of our own, because they
/// could be endless; ours are constants.
pub(crate) struct Cached<Q>(pub(crate) Q);

impl<Q, DB: Backend> QueryFragment<DB> for Cached<Q>
where
    Q: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, _backend: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<Q> Query for Cached<Q> {
    type SqlType = Untyped;
}

impl<Q> QueryId for Cached<Q> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q, Conn> diesel::RunQueryDsl<Conn> for Cached<Q> {}
