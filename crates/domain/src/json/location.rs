//! Where a value stands in a document.

/// Where a value stands in a document, from the value outwards. Nothing is written down before it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location<'a> {
    /// The document itself.
    Root,
    /// The member of that name of an object.
    Member(&'a Location<'a>, &'a str),
    /// The item at that index of an array.
    Item(&'a Location<'a>, usize),
}

/// One step of a location.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment<'a> {
    /// The member of that name.
    Member(&'a str),
    /// The item at that index.
    Item(usize),
}

impl<'a> Location<'a> {
    /// The member `name` of the object that stands here.
    #[must_use]
    pub const fn member(&'a self, name: &'a str) -> Self {
        Self::Member(self, name)
    }

    /// The item at `index` of the array that stands here.
    #[must_use]
    pub const fn item(&'a self, index: usize) -> Self {
        Self::Item(self, index)
    }

    /// The last step; `None` for the document itself.
    #[must_use]
    pub const fn last(&self) -> Option<Segment<'a>> {
        match *self {
            Self::Root => None,
            Self::Member(_, name) => Some(Segment::Member(name)),
            Self::Item(_, index) => Some(Segment::Item(index)),
        }
    }

    /// Where the value stands that this one is within; `None` for the document itself.
    #[must_use]
    pub const fn outer(&self) -> Option<&'a Self> {
        match *self {
            Self::Root => None,
            Self::Member(outer, _) | Self::Item(outer, _) => Some(outer),
        }
    }

    /// The steps from the document inwards.
    #[must_use]
    pub fn segments(&self) -> Vec<Segment<'a>> {
        let mut segments = Vec::new();
        let mut at = *self;
        while let (Some(segment), Some(outer)) = (at.last(), at.outer()) {
            segments.push(segment);
            at = *outer;
        }
        segments.reverse();
        segments
    }

    /// The JSON pointer (RFC 6901).
    #[must_use]
    pub fn pointer(&self) -> String {
        let mut pointer = String::new();
        for segment in self.segments() {
            pointer.push('/');
            match segment {
                Segment::Member(name) => pointer.push_str(&pointer_token(name)),
                Segment::Item(index) => pointer.push_str(&index.to_string()),
            }
        }
        pointer
    }
}

/// One key as a token of a JSON pointer: `~` and `/` escaped, U+0000 shown as U+FFFD so that it does not travel on.
#[must_use]
pub fn pointer_token(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1").replace('\0', "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_written_as_a_pointer() {
        let root = Location::Root;
        let nodes = root.member("nodes");
        let node = nodes.item(12);
        assert_eq!(root.pointer(), "");
        assert_eq!(node.member("a/b~\0").pointer(), "/nodes/12/a~1b~0\u{fffd}");
        assert_eq!(node.segments(), [Segment::Member("nodes"), Segment::Item(12)]);
        assert_eq!((node.outer(), node.last()), (Some(&nodes), Some(Segment::Item(12))));
        assert_eq!((root.outer(), root.last()), (None, None));
    }
}
