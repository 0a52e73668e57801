//! Lists that are shown in pages.

/// How many rows a page has when nothing is asked for.
pub const DEFAULT_PAGE_LIMIT: u16 = 50;

/// The most rows of a page.
pub const MAX_PAGE_LIMIT: u16 = 200;

/// The most events of a session on a page, and the default: clients of the original read the list whole.
pub const MAX_SESSION_EVENTS: u16 = 1_000;

/// How many rows a page has: 1 to `MAX`, and `DEFAULT` when nothing is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageLimit<const DEFAULT: u16 = DEFAULT_PAGE_LIMIT, const MAX: u16 = MAX_PAGE_LIMIT>(u16);

/// How many events of a session a page has.
pub type SessionEventLimit = PageLimit<MAX_SESSION_EVENTS, MAX_SESSION_EVENTS>;

impl<const DEFAULT: u16, const MAX: u16> PageLimit<DEFAULT, MAX> {
    /// The limit, if it is within bounds.
    #[must_use]
    pub fn new(limit: u64) -> Option<Self> {
        u16::try_from(limit).ok().filter(|limit| (1..=MAX).contains(limit)).map(Self)
    }

    /// The limit as a number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }

    /// How many rows to ask a store for: one more than is shown tells whether there is a next page.
    #[must_use]
    pub const fn rows_asked(self) -> u16 {
        self.0 + 1
    }
}

impl<const DEFAULT: u16, const MAX: u16> Default for PageLimit<DEFAULT, MAX> {
    fn default() -> Self {
        Self(DEFAULT)
    }
}

/// A row of a list that is shown in pages.
pub trait Listed {
    /// The place of a row in its list.
    type Key: Copy + std::fmt::Debug + PartialEq + Eq;

    /// The place of this row: a page that follows it begins after this key.
    fn key(&self) -> Self::Key;
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T: Listed> {
    /// The rows, in the order of the list.
    pub rows: Vec<T>,
    /// The key after which the next page begins; `None` on the last.
    pub next: Option<T::Key>,
}

impl<T: Listed> Page<T> {
    /// Cuts `rows`, of which [`PageLimit::rows_asked`] were asked for, to a page.
    #[must_use]
    pub fn of<const DEFAULT: u16, const MAX: u16>(mut rows: Vec<T>, limit: PageLimit<DEFAULT, MAX>) -> Self {
        let more = rows.len() > usize::from(limit.get());
        rows.truncate(usize::from(limit.get()));
        let next = rows.last().filter(|_| more).map(Listed::key);
        Self { rows, next }
    }

    /// A page that no other follows.
    #[must_use]
    pub const fn last(rows: Vec<T>) -> Self {
        Self { rows, next: None }
    }

    /// The same page with other rows in the same places.
    pub fn map<U: Listed<Key = T::Key>>(self, row: impl FnMut(T) -> U) -> Page<U> {
        Page { rows: self.rows.into_iter().map(row).collect(), next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Listed for u8 {
        type Key = Self;

        fn key(&self) -> Self {
            *self
        }
    }

    #[test]
    fn a_page_has_a_next_one_only_where_a_row_more_was_found() {
        let limit = PageLimit::<2, 3>::default();
        assert_eq!(limit.rows_asked(), 3);
        assert_eq!(Page::of(vec![1, 2, 3], limit), Page { rows: vec![1, 2], next: Some(2) });
        assert_eq!(Page::of(vec![1, 2], limit), Page::last(vec![1, 2]));
        assert_eq!(Page::of(Vec::<u8>::new(), limit), Page::last(Vec::new()));
    }
}
