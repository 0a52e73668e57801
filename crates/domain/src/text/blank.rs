//! Which texts show nothing.

use icu_properties::props::{GeneralCategory, PrependedConcatenationMark};
use icu_properties::{CodePointMapData, CodePointSetData};

use super::fold::is_ignorable;

/// Whether `text` shows nothing: it is empty, or only white space, control and format characters.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(shows_nothing)
}

fn shows_nothing(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_whitespace() || c.is_ascii_control();
    }
    // U+2800 is the pattern of Braille without a dot.
    c.is_whitespace() || c.is_control() || is_ignorable(c) || c == '\u{2800}' || is_format(c)
}

/// Whether `c` only tells how others are shown. Signs that enclose numbers are of that category too, and are seen.
fn is_format(c: char) -> bool {
    CodePointMapData::<GeneralCategory>::new().get(c) == GeneralCategory::Format
        && !CodePointSetData::new::<PrependedConcatenationMark>().contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shows_nothing_is_blank() {
        for text in [
            "",
            " \t\n\u{b}\u{a0}\u{3000}",
            "\u{200b}",
            "\u{ad}\u{feff}\u{2060}",
            "\u{3164}\u{115f}\u{ffa0}",
            "\u{2800}",
            "\u{202e}\u{2066}\u{200f}",
            "\u{1}\u{7f}\u{85}",
            "\u{fff9}\u{fffb}",
            "\u{e0020}\u{e007f}\u{fe0f}\u{180e}",
        ] {
            assert!(is_blank(text), "{text:?}");
        }
        for text in [".", "\u{301}", "ü", "\u{200b}x", "\u{1f600}", "\u{600}", "漢", "-"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }
}
