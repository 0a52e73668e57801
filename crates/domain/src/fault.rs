//! Bugs on purpose, so that the proofs can be seen to fail: a proof that has never failed proves nothing.
//!
//! A build with the feature `sabotage` holds every planted bug, each asleep until the environment variable
//! `FIRSTLINE_SABOTAGE` names it. No default feature brings it, and a build without debug assertions, as a release is,
//! refuses it.

/// `fault!(bug, planted, right)` is the expression `right`. In a build with the feature `sabotage` it is `planted`
/// while that bug is awake; `fault!(bug, planted)` does nothing else. The names of the bugs stand in the list of the
/// crate `firstline-prove`.
#[cfg(feature = "sabotage")]
#[doc(hidden)]
#[macro_export]
macro_rules! fault {
    ($bug:literal, $planted:expr, $right:expr $(,)?) => {
        if $crate::sabotage::planted($bug) { $planted } else { $right }
    };
    ($bug:literal, $planted:expr $(,)?) => {
        if $crate::sabotage::planted($bug) {
            $planted
        }
    };
}

/// `fault!(bug, planted, right)` is the expression `right`, and `fault!(bug, planted)` is nothing: this build has no
/// planted bugs.
#[cfg(not(feature = "sabotage"))]
#[doc(hidden)]
#[macro_export]
macro_rules! fault {
    ($bug:literal, $planted:expr, $right:expr $(,)?) => {
        $right
    };
    ($bug:literal, $planted:expr $(,)?) => {};
}

/// Which planted bug is awake.
#[cfg(feature = "sabotage")]
pub mod sabotage {
    use std::sync::LazyLock;

    #[cfg(not(debug_assertions))]
    compile_error!("the feature `sabotage` plants bugs: it is for proofs alone, never for a release");

    /// The variable that wakes one bug.
    const VARIABLE: &str = "FIRSTLINE_SABOTAGE";

    static CHOSEN: LazyLock<Option<String>> = LazyLock::new(|| std::env::var(VARIABLE).ok());

    /// Whether the planted bug of this name is awake.
    #[must_use]
    pub fn planted(bug: &str) -> bool {
        CHOSEN.as_deref() == Some(bug)
    }
}
