//! From what people say to the terms that are compared.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use waken_snowball::Algorithm;

use crate::flow::tree::Language;
use crate::text::{self, fold, is_unspaced};

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// As it was said, in lower case.
    pub(super) said: String,
    /// Without its ending: what is compared.
    pub(super) term: String,
}

static ENGLISH: LazyLock<HashSet<Cow<'static, str>>> = LazyLock::new(|| small_words(Language::En));
static GERMAN: LazyLock<HashSet<Cow<'static, str>>> = LazyLock::new(|| small_words(Language::De));

fn small_words(language: Language) -> HashSet<Cow<'static, str>> {
    stop_words::lookup(language.as_str()).unwrap_or_default().iter().map(|word| fold(word)).collect()
}

/// Nobody says a longer word, and nobody finds a flow by one: an id, a line of base64.
const MAX_WORD_CHARS: usize = 64;

/// The words of `text` that tell something: small words, single letters and endless ones are left out. What counts as a
/// word, and as a whole with its parts, is decided by [`text::words`](text::words()).
pub(super) fn words(text: &str, language: Language) -> Vec<Word> {
    let small = match language {
        Language::En => &*ENGLISH,
        Language::De => &*GERMAN,
    };
    text::words(text).into_iter().filter_map(|word| told(word, small, language)).collect()
}

fn told(word: text::Word, small: &HashSet<Cow<'static, str>>, language: Language) -> Option<Word> {
    let is_small = |text: &str| small.contains(text);
    // "doesn't" and "printer's" count as what stands before the apostrophe.
    let base = word.folded.split('\'').next()?;
    let mut chars = base.chars();
    let one_letter = chars.next().is_none_or(|c| chars.next().is_none() && !c.is_numeric() && !is_unspaced(c));
    let endless = base.chars().nth(MAX_WORD_CHARS).is_some();
    // "in 5" is not written "in5".
    let by_chance = word.apart_after.as_deref().is_some_and(is_small);
    if one_letter || endless || by_chance || is_small(&word.folded) || is_small(base) {
        return None;
    }
    let algorithm = match language {
        Language::En => Algorithm::English,
        Language::De => Algorithm::German,
    };
    let term = waken_snowball::stem(algorithm, base).into_owned();
    Some(Word { said: word.written, term })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str, language: Language) -> Vec<String> {
        words(text, language).into_iter().map(|word| word.term).collect()
    }

    #[test]
    fn endings_case_and_small_words_do_not_matter() {
        let said = terms("My PRINTERS aren't printing, and it doesn't connect!", Language::En);
        assert_eq!(said, terms("printer print connection", Language::En));
        assert_eq!(terms("Die Passwörter sind abgelaufen", Language::De), terms("Passwort abgelaufen", Language::De));
    }

    #[test]
    fn a_word_with_a_hyphen_is_found_written_together_and_apart() {
        let hyphen = terms("Wi-Fi", Language::En);
        for other in ["wifi", "fi wi"] {
            assert!(terms(other, Language::En).iter().all(|term| hyphen.contains(term)), "{other}");
        }
    }

    #[test]
    fn small_words_and_endings_are_those_of_the_folded_word() {
        assert_eq!(terms("Die Schlu\u{308}ssel dass daß", Language::De), terms("Schlüssel", Language::De));
        assert_eq!(terms("Straßen", Language::De), terms("STRASSE", Language::De));
        assert_eq!(terms("墨 a", Language::En), ["墨"]);
    }

    #[test]
    fn what_is_no_word_gives_none() {
        for text in ["", " - ' -- '' … !?", "I a", "\u{0}\u{1f600}"] {
            assert_eq!(words(text, Language::En), [], "{text}");
        }
        assert_eq!(terms("error 5", Language::En), ["error", "5", "error5"]);
        assert_eq!(terms("in 5 minutes", Language::En), ["5", "minut"]);
        assert_eq!(terms(&"ab".repeat(32), Language::En).len(), 1);
        assert_eq!(words(&"ab".repeat(33), Language::En), []);
    }

    #[test]
    fn words_of_the_trade_are_no_small_words() {
        for word in ["computer", "page", "open", "system", "help", "microsoft"] {
            assert_eq!(words(word, Language::En).len(), 1, "{word}");
        }
    }
}
