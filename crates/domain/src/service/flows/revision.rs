//! The revision that an author has read.

/// The revisions of a flow that a change is allowed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectedRevision {
    /// Any.
    Any,
    /// One of these: an author may have read several, or hold copies of which any will do.
    OneOf(Vec<i64>),
}

impl ExpectedRevision {
    /// The revision to compare with where the flow has `actual`: `actual` if it is expected, else the first expected
    /// one, which is stale.
    pub(super) fn at(&self, actual: i64) -> Option<i64> {
        match self {
            Self::Any => None,
            Self::OneOf(revisions) if revisions.contains(&actual) => Some(actual),
            // None are none that the flow could have: it counts from 1.
            Self::OneOf(revisions) => Some(revisions.first().copied().unwrap_or(0)),
        }
    }
}

impl From<Option<i64>> for ExpectedRevision {
    fn from(revision: Option<i64>) -> Self {
        revision.map_or(Self::Any, |revision| Self::OneOf(vec![revision]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listed_revision_is_current_if_the_flow_has_it() {
        let listed = ExpectedRevision::OneOf(vec![3, 5]);
        assert_eq!([2, 3, 4, 5].map(|actual| listed.at(actual)), [Some(3), Some(3), Some(3), Some(5)]);
        assert_eq!(ExpectedRevision::Any.at(7), None);
        assert_eq!(ExpectedRevision::OneOf(Vec::new()).at(7), Some(0));
    }
}
