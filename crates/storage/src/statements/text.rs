//! A statement's text, and on which side of the wall between accounts it runs.
//!
//! On Postgres a row of an account is seen only while the setting `app.current_account_id` names that account. A statement sets it
//! itself, for itself alone, in the same trip: the *gate* is an uncorrelated sub-select that the planner puts on top of a
//! query level as a one-time filter, so that it is done before the level's tables are touched. Each query level with a
//! table has one, those of writing CTEs too: a level without could be started first, and would see nothing.

/// Which role runs a text on Postgres.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wall {
    /// The service's, inside one account, which the text's gates name.
    Account,
    /// The look-up's, across accounts: who signs in, and what is idle.
    Lookup,
}

/// A text in the words of each database.
#[derive(Debug, Clone, Copy)]
pub struct Text {
    pub wall: Wall,
    pub postgres: &'static str,
    pub sqlite: &'static str,
}

impl Text {
    /// What runs inside one account; `walled!` writes it.
    pub(crate) const fn walled(postgres: &'static str, sqlite: &'static str) -> Self {
        Self { wall: Wall::Account, postgres, sqlite }
    }

    /// What runs across accounts; `across!` writes it.
    pub(crate) const fn across(text: &'static str) -> Self {
        Self { wall: Wall::Lookup, postgres: text, sqlite: text }
    }

    /// What Postgres alone runs, inside one account.
    pub(crate) const fn of_postgres(text: &'static str) -> Self {
        Self::walled(text, "")
    }

    /// What SQLite alone runs. It has no roles and no gates.
    pub(crate) const fn of_sqlite(text: &'static str) -> Self {
        Self::walled("", text)
    }
}

/// The gate: true, once the account that the parameter `$account` holds is set.
macro_rules! gate {
    ($account:literal) => {
        concat!("(SELECT set_config('app.current_account_id', CAST(", $account, " AS text), true)) IS NOT NULL")
    };
}

/// A text inside one account: parts as for `concat!`, among them `gate "$n"` where a query level's condition ends. SQLite
/// has `true` in its place.
macro_rules! walled {
    (@postgres [$($done:expr,)*]) => { concat!($($done),*) };
    (@postgres [$($done:expr,)*] gate $account:literal $(, $($rest:tt)*)?) => {
        walled!(@postgres [$($done,)* gate!($account),] $($($rest)*)?)
    };
    (@postgres [$($done:expr,)*] $part:expr $(, $($rest:tt)*)?) => {
        walled!(@postgres [$($done,)* $part,] $($($rest)*)?)
    };
    (@sqlite [$($done:expr,)*]) => { concat!($($done),*) };
    (@sqlite [$($done:expr,)*] gate $account:literal $(, $($rest:tt)*)?) => {
        walled!(@sqlite [$($done,)* "true",] $($($rest)*)?)
    };
    (@sqlite [$($done:expr,)*] $part:expr $(, $($rest:tt)*)?) => {
        walled!(@sqlite [$($done,)* $part,] $($($rest)*)?)
    };
    ($($part:tt)+) => {
        Text::walled(walled!(@postgres [] $($part)+), walled!(@sqlite [] $($part)+))
    };
}

/// A text across accounts.
macro_rules! across {
    ($($part:expr),+ $(,)?) => {
        Text::across(concat!($($part),+))
    };
}
