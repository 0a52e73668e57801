//! Whether one id is probably a misspelling of another.

/// Whether `written` differs from `meant` by a slip: two edits at most, one in short ids, and never more than a third
/// of the letters. An edit adds, drops or changes a letter, or swaps two neighbours.
pub(super) fn is_slip(written: &str, meant: &str) -> bool {
    let most = (written.len().min(meant.len()) / 3).min(2);
    written != meant && differ_by(written.as_bytes(), meant.as_bytes(), most)
}

/// Whether `most` edits turn `a` into `b`.
fn differ_by(a: &[u8], b: &[u8], most: usize) -> bool {
    if a.len().abs_diff(b.len()) > most {
        return false;
    }
    let same = a.iter().zip(b).take_while(|(left, right)| left == right).count();
    let (a, b) = (a.get(same..).unwrap_or_default(), b.get(same..).unwrap_or_default());
    let ([_, a_rest @ ..], [_, b_rest @ ..]) = (a, b) else { return true };
    let Some(most) = most.checked_sub(1) else { return false };
    let swapped = match (a, b) {
        ([a1, a2, a_rest @ ..], [b1, b2, b_rest @ ..]) => (a1, a2) == (b2, b1) && differ_by(a_rest, b_rest, most),
        _ => false,
    };
    swapped || differ_by(a_rest, b_rest, most) || differ_by(a_rest, b, most) || differ_by(a, b_rest, most)
}

#[cfg(test)]
mod tests {
    use super::is_slip;

    #[test]
    fn a_slip_is_a_letter_or_two_and_short_ids_are_not_taken_for_each_other() {
        for (written, meant) in [
            ("brokn", "broken"),
            ("brokken", "broken"),
            ("borken", "broken"),
            ("Broken", "broken"),
            ("restart_now", "restart-now"),
            ("rstartnow", "restart_now"),
            ("end1", "end"),
        ] {
            assert!(is_slip(written, meant) && is_slip(meant, written), "{written} {meant}");
        }
        for (written, meant) in [
            ("a", "b"),
            ("b1", "b2"),
            ("nowhere", "broken"),
            ("", "a"),
            ("yes", "no"),
            ("same", "same"),
            ("foot", "feet"),
        ] {
            assert!(!is_slip(written, meant) && !is_slip(meant, written), "{written} {meant}");
        }
    }
}
