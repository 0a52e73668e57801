//! The form in which texts are compared: what people see as one text is one text here.

use std::borrow::Cow;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::CodePointSetData;
use icu_properties::props::{Dash, DefaultIgnorableCodePoint, Hyphen};
use unicase::UniCase;

const NFC: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfc();
const NFKC: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfkc();
const NFD: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizerBorrowed::new_nfd();
const NFKD: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizerBorrowed::new_nfkd();

/// `text` in the form in which texts are compared: compatibility forms, case and characters that show nothing make no
/// difference (Unicode's compatibility caseless match, NFKC). Folding a folded text changes nothing. White space stays.
#[must_use]
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            text.to_ascii_lowercase().into()
        } else {
            text.into()
        };
    }
    let shown = without_ignorable(text);
    let once = UniCase::unicode(NFD.normalize(&shown)).to_folded_case();
    let twice = UniCase::unicode(NFKD.normalize(&once)).to_folded_case();
    NFKC.normalize(&twice).into_owned().into()
}

/// The form in which whole texts are the same: folded, hyphens of every kind alike, no white space around them, and one
/// blank for white space inside them.
#[must_use]
pub fn comparable(text: &str) -> String {
    let folded = fold(text);
    let words: Vec<&str> = folded.split_whitespace().collect();
    words.join(" ").chars().map(plain_hyphen).collect()
}

/// `text` with its letters composed (NFC): equal for texts that differ in nothing but how their letters are encoded.
#[must_use]
pub fn composed(text: &str) -> Cow<'_, str> {
    NFC.normalize(text)
}

/// `c`, or the plain hyphen for one of any kind.
pub(super) fn plain_hyphen(c: char) -> char {
    let other = || {
        CodePointSetData::new::<Dash>().contains(c) || CodePointSetData::new::<Hyphen>().contains(c) || c == '\u{2043}'
    };
    if !c.is_ascii() && other() { '-' } else { c }
}

/// `text` in NFKC, without the characters that show nothing.
pub(super) fn compatible(text: &str) -> String {
    NFKC.normalize(&without_ignorable(text)).into_owned()
}

/// Whether `c` shows nothing of its own, such as a soft hyphen, a joiner, a zero-width space or a mark of direction.
pub(super) fn is_ignorable(c: char) -> bool {
    !c.is_ascii() && CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

fn without_ignorable(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_ignorable) { text.chars().filter(|c| !is_ignorable(*c)).collect() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_the_same_folds_to_the_same() {
        for (one, other) in [
            ("Schlüssel", "schlu\u{308}ssel"),
            ("out\u{ad}look", "Outlook"),
            ("pri\u{200b}nter", "PRINTER"),
            ("ｐｒｉｎｔｅｒ", "printer"),
            ("straße", "STRASSE"),
            ("ﬁle", "FILE"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
            ("\u{2066}für\u{2069}\u{feff}", "fu\u{308}r"),
            ("한글", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}"),
            ("ﾌﾟﾘﾝﾀ", "プリンタ"),
            ("ᾳ\u{301}", "ά\u{3b9}"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} and {other}");
        }
        assert_ne!(fold("fur"), fold("für"));
        assert_eq!(fold(" Mia@X.example\n"), " mia@x.example\n");
    }

    #[test]
    fn texts_are_compared_without_what_is_not_seen() {
        for (one, other) in
            [("für", " FU\u{308}R\n"), ("Wi-Fi an", "wi\u{2011}fi  an"), ("a\u{a0}b", "a b"), ("\u{200b} a", "a")]
        {
            assert_eq!(comparable(one), comparable(other), "{one} and {other}");
        }
        assert_ne!(comparable("a b"), comparable("ab"));
    }

    #[test]
    fn folding_a_folded_text_changes_nothing() {
        // The two planes that have letters.
        for c in '\0'..='\u{1ffff}' {
            let text = format!("a{c}\u{301}");
            let once = fold(&text).into_owned();
            assert_eq!(fold(&once), once, "{c:?}");
        }
    }
}
