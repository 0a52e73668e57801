//! Known faults, for tests that must find them.

/// Whether a known fault is switched on. Without the feature `fault-injection` it is `false`.
#[cfg(feature = "fault-injection")]
macro_rules! fault {
    ($planted:expr) => {
        $planted
    };
}

/// Whether a known fault is switched on. Without the feature `fault-injection` it is `false`.
#[cfg(not(feature = "fault-injection"))]
macro_rules! fault {
    ($planted:expr) => {
        false
    };
}
