//! From what people say to the terms that are compared.

use std::collections::HashSet;
use std::sync::LazyLock;

use waken_snowball::Algorithm;

use crate::flow::tree::Language;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// As it was said, in lower case.
    pub(super) said: String,
    /// Without its ending: what is compared.
    pub(super) term: String,
}

static ENGLISH: LazyLock<HashSet<&'static str>> = LazyLock::new(|| small_words(Language::En));
static GERMAN: LazyLock<HashSet<&'static str>> = LazyLock::new(|| small_words(Language::De));

fn small_words(language: Language) -> HashSet<&'static str> {
    stop_words::lookup(language.as_str()).unwrap_or_default().iter().copied().collect()
}

/// Nobody says a longer word, and nobody finds a flow by one: an id, a line of base64.
const MAX_WORD_CHARS: usize = 64;

/// The words of `text` that tell something: small words, single letters and endless ones are left out. A word with hyphens counts as
/// its parts and as one word, so that `Wi-Fi` is found by `wifi`.
pub(super) fn words(text: &str, language: Language) -> Vec<Word> {
    let text = text.to_lowercase().replace(['’', 'ʼ'], "'");
    let mut words = Vec::new();
    let inside = |c: char| c.is_alphanumeric() || c == '\'' || c == '-';
    for chunk in text.split(|c: char| !inside(c)) {
        let parts: Vec<&str> = chunk.split('-').filter(|part| !part.is_empty()).collect();
        words.extend(parts.iter().filter_map(|part| word(part, part, language)));
        if parts.len() > 1 {
            words.extend(word(&parts.concat(), &parts.join("-"), language));
        }
    }
    words
}

fn word(text: &str, said: &str, language: Language) -> Option<Word> {
    let small = match language {
        Language::En => &*ENGLISH,
        Language::De => &*GERMAN,
    };
    let text = text.trim_matches('\'');
    // "doesn't" and "printer's" count as what stands before the apostrophe.
    let base = text.split('\'').next().unwrap_or(text);
    let one_letter = base.chars().nth(1).is_none() && !base.chars().all(char::is_numeric);
    let endless = base.chars().nth(MAX_WORD_CHARS).is_some();
    if base.is_empty() || one_letter || endless || small.contains(text) || small.contains(base) {
        return None;
    }
    let algorithm = match language {
        Language::En => Algorithm::English,
        Language::De => Algorithm::German,
    };
    Some(Word { said: said.trim_matches('\'').to_owned(), term: waken_snowball::stem(algorithm, base).into_owned() })
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
    fn what_is_no_word_gives_none() {
        for text in ["", " - ' -- '' … !?", "I a", "\u{0}\u{1f600}"] {
            assert_eq!(words(text, Language::En), [], "{text}");
        }
        assert_eq!(terms("error 5", Language::En), ["error", "5"]);
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
