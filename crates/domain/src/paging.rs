//! How much of a list is shown at once.

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

    /// Cuts `rows`, of which one more than the limit was asked for, to a page; true when more follow it.
    pub fn cut<T>(self, rows: &mut Vec<T>) -> bool {
        let more = rows.len() > usize::from(self.0);
        rows.truncate(usize::from(self.0));
        more
    }
}

impl<const DEFAULT: u16, const MAX: u16> Default for PageLimit<DEFAULT, MAX> {
    fn default() -> Self {
        Self(DEFAULT)
    }
}
