//! Reading a column of a row, and the error when it contradicts the rules: it names table and id and holds no customer
//! text.

use firstline_domain::error::StoreError;
use firstline_domain::flow::authored::VersionNumber;
use firstline_domain::flow::format::parse;
use firstline_domain::flow::tree::Tree;
use uuid::Uuid;

/// Names what is wrong in one table.
pub(super) struct Table(pub(super) &'static str, pub(super) Uuid);

impl Table {
    pub(super) fn corrupt(&self, detail: impl std::fmt::Display) -> StoreError {
        StoreError::corrupt(self.0, self.1.hyphenated(), detail)
    }

    /// `value`, or that `column` has none of the values that it can have.
    pub(super) fn known<T>(&self, column: &str, value: Option<T>) -> Result<T, StoreError> {
        value.ok_or_else(|| self.corrupt(format_args!("{column} has an unknown value")))
    }

    /// Text that obeys the rule of its field.
    pub(super) fn checked<T, E: std::fmt::Display>(&self, column: &str, text: Result<T, E>) -> Result<T, StoreError> {
        text.map_err(|defect| self.corrupt(format_args!("{column} {defect}")))
    }

    /// A count that cannot be negative.
    pub(super) fn count<T: TryFrom<i64>>(&self, column: &str, count: i64) -> Result<T, StoreError> {
        T::try_from(count).map_err(|_| self.corrupt(format_args!("{column} is out of range")))
    }

    /// A version's number.
    pub(super) fn version(&self, column: &str, number: i64) -> Result<VersionNumber, StoreError> {
        self.known(column, VersionNumber::new(self.count(column, number)?))
    }

    /// A tree in the document's format.
    pub(super) fn tree(&self, column: &str, document: &str) -> Result<Tree, StoreError> {
        // Its own error would repeat what the account's people have written.
        parse(document).map_err(|_| self.corrupt(format_args!("{column} cannot be read")))
    }
}
