//! Cutting a text into its words, in any script.

use icu_properties::CodePointMapData;
use icu_properties::props::Script;
use unicode_segmentation::UnicodeSegmentation;

use super::fold::{compatible, fold, plain_hyphen};

/// A word of a text, or a word made of neighbours that are written joined as well as apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As it was written, in lower case. For a part of a word of letters and digits it is that whole word.
    pub written: String,
    /// What is compared, as [`fold`] gives it.
    pub folded: String,
    /// The first half of a word that was written apart (`KB 5034441`), folded.
    pub apart_after: Option<String>,
}

/// The words of `text`, by the word boundaries of UAX 29.
///
/// - Combining marks belong to their letter, and characters that show nothing do not count.
/// - Scripts without spaces give the pairs of neighbouring characters.
/// - Words that are joined by hyphens or dots, and letters next to digits, give each part and the whole (`Wi-Fi`,
///   `Office365`).
/// - Letters and the digits after them, and a single letter and the letters after it, give the whole also when a space
///   stands between them (`KB 5034441`, `W LAN`).
#[must_use]
pub fn words(text: &str) -> Vec<Word> {
    let text = prepared(text);
    let pieces = pieces(&text);
    let mut words = Vec::with_capacity(pieces.len());
    let mut before: Option<&[Piece<'_>]> = None;
    for compound in pieces.chunk_by(|_, next| matches!(next.gap, Gap::None | Gap::Hyphen)) {
        let mut chunks = 0;
        for chunk in compound.chunk_by(|_, next| next.gap == Gap::None) {
            put_chunk(&mut words, &text, chunk);
            if let (0, Some(before)) = (chunks, before) {
                words.extend(written_apart(&text, before, chunk));
            }
            before = Some(chunk);
            chunks += 1;
        }
        if chunks > 1 {
            words.push(whole(&text, compound));
        }
    }
    words
}

/// Whether `c` is of a script that puts no spaces between words.
#[must_use]
pub fn is_unspaced(c: char) -> bool {
    // The mark for long vowels belongs to two scripts.
    !c.is_ascii()
        && (c == '\u{30fc}'
            || matches!(
                CodePointMapData::<Script>::new().get(c),
                Script::Han
                    | Script::Hiragana
                    | Script::Katakana
                    | Script::Bopomofo
                    | Script::Yi
                    | Script::Thai
                    | Script::Lao
                    | Script::Khmer
                    | Script::Myanmar
                    | Script::Javanese
                    | Script::Balinese
                    | Script::NewTaiLue
                    | Script::TaiLe
                    | Script::TaiTham
                    | Script::TaiViet
            ))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Letters,
    Digits,
    /// A pair of characters of a script without spaces, or a single one.
    Unspaced,
}

/// What stands before a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    /// Nothing: the word goes on.
    None,
    /// A hyphen, or another character that joins words.
    Hyphen,
    /// Blanks on one line.
    Space,
    /// Anything else.
    Break,
}

/// A run of characters of one class.
#[derive(Debug)]
struct Piece<'a> {
    class: Class,
    gap: Gap,
    start: usize,
    text: &'a str,
}

impl Piece<'_> {
    const fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// `text` in NFKC and lower case, with one hyphen and one apostrophe for all that are used as such.
fn prepared(text: &str) -> String {
    let mut spelled = String::with_capacity(text.len());
    for c in text.chars() {
        spelled.push(match c {
            // NFKC would make letters of the first two, and a blank of the third.
            '\u{2122}' | '\u{2120}' => ' ',
            '\u{b4}' | '`' | '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' | '\u{2032}' => '\'',
            _ => c,
        });
    }
    compatible(&spelled).to_lowercase().chars().map(plain_hyphen).collect()
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let mut gap = Gap::Break;
    for (at, segment) in text.split_word_bound_indices() {
        if !segment.chars().any(char::is_alphanumeric) {
            gap = gap_of(segment, gap);
            continue;
        }
        for (within, character) in segment.grapheme_indices(true) {
            let start = at + within;
            match (class_of(character), pieces.last_mut()) {
                (Some(Class::Unspaced), Some(last)) if gap == Gap::None && last.class == Class::Unspaced => {
                    // A single character so far becomes a pair; a pair is followed by the one that overlaps it.
                    let newest = last.text.graphemes(true).next_back().map_or(0, str::len);
                    let from = last.end() - newest;
                    let pair = text.get(from..start + character.len()).unwrap_or(character);
                    if from == last.start {
                        last.text = pair;
                    } else {
                        pieces.push(Piece { class: Class::Unspaced, gap: Gap::Break, start: from, text: pair });
                    }
                }
                (Some(class), Some(last)) if gap == Gap::None && last.class == class => {
                    last.text = text.get(last.start..start + character.len()).unwrap_or(last.text);
                }
                (Some(class), last) => {
                    let unspaced = class == Class::Unspaced || last.is_some_and(|last| last.class == Class::Unspaced);
                    let gap = if unspaced { Gap::Break } else { gap };
                    pieces.push(Piece { class, gap, start, text: character });
                }
                (None, Some(last)) if character == "'" && gap == Gap::None && last.class == Class::Letters => {
                    last.text = text.get(last.start..start + character.len()).unwrap_or(last.text);
                }
                (None, _) => {
                    if gap == Gap::None {
                        gap = Gap::Hyphen;
                    }
                    continue;
                }
            }
            gap = Gap::None;
        }
    }
    pieces
}

/// What stands before the next piece, when `segment` has no letter and no digit, and follows `gap`.
fn gap_of(segment: &str, gap: Gap) -> Gap {
    let blank = |c: char| {
        c.is_whitespace() && !matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
    };
    match gap {
        Gap::None | Gap::Hyphen if segment == "-" => Gap::Hyphen,
        Gap::None | Gap::Space if segment.chars().all(blank) => Gap::Space,
        _ => Gap::Break,
    }
}

/// The class of a character with its marks; none for what joins words.
fn class_of(character: &str) -> Option<Class> {
    let c = character.chars().next()?;
    if is_unspaced(c) {
        Some(Class::Unspaced)
    } else if c.is_numeric() {
        Some(Class::Digits)
    } else if c.is_alphanumeric() {
        Some(Class::Letters)
    } else {
        None
    }
}

/// Puts what stands between two gaps: each part, and the whole if it has several.
fn put_chunk(words: &mut Vec<Word>, text: &str, chunk: &[Piece<'_>]) {
    let whole = whole(text, chunk);
    if chunk.len() > 1 {
        words.extend(chunk.iter().map(|piece| Word { folded: folded(piece.text), ..whole.clone() }));
    }
    words.push(whole);
}

/// The pieces as one word.
fn whole(text: &str, pieces: &[Piece<'_>]) -> Word {
    let joined: String = pieces.iter().map(|piece| piece.text).collect();
    Word { written: written(text, pieces), folded: folded(&joined), apart_after: None }
}

/// The last part of a word and the one that follows it after a space, as one word; none if they are never written as
/// one.
fn written_apart(text: &str, before: &[Piece<'_>], after: &[Piece<'_>]) -> Option<Word> {
    let ([one], [other]) = (before, after) else { return None };
    let several = |piece: &Piece<'_>| piece.text.graphemes(true).nth(1).is_some();
    let meet = other.gap == Gap::Space
        && match (one.class, other.class) {
            (Class::Letters, Class::Digits) => true,
            (Class::Letters, Class::Letters) => !several(one) && several(other),
            _ => false,
        };
    meet.then(|| Word {
        written: text.get(one.start..other.end()).unwrap_or(other.text).to_owned(),
        folded: folded(&format!("{}{}", one.text, other.text)),
        apart_after: Some(folded(one.text)),
    })
}

fn written(text: &str, pieces: &[Piece<'_>]) -> String {
    let end = pieces.last().map_or(0, Piece::end);
    text.get(start(pieces)..end).unwrap_or_default().to_owned()
}

fn start(pieces: &[Piece<'_>]) -> usize {
    pieces.first().map_or(0, |piece| piece.start)
}

fn folded(text: &str) -> String {
    fold(text.trim_matches('\'')).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.folded).collect()
    }

    #[test]
    fn marks_belong_to_their_letter_and_what_shows_nothing_does_not_count() {
        for (text, expected) in [
            ("Tu\u{308}ro\u{308}ffner", vec!["türöffner"]),
            ("out\u{ad}look pri\u{200b}nter", vec!["outlook", "printer"]),
            ("Ｐｒｉｎｔｅｒ", vec!["printer"]),
            ("हिन्दी में", vec!["हिन्दी", "में"]),
            ("x\u{302}y", vec!["x\u{302}y"]),
            ("Windows™ läuft", vec!["windows", "läuft"]),
            ("doesn’t geht´s", vec!["doesn't", "geht's"]),
            ("", vec![]),
            ("\u{301} - ' -- … !? \u{1f600}", vec![]),
        ] {
            assert_eq!(cut(text), expected, "{text}");
        }
    }

    #[test]
    fn hyphens_of_every_kind_give_the_parts_and_the_whole() {
        for hyphen in ["-", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2212}", "\u{ff0d}", "--", "."] {
            assert_eq!(cut(&format!("Wi{hyphen}Fi")), ["wi", "fi", "wifi"], "{hyphen}");
        }
        assert_eq!(cut("W-LAN_Kabel"), ["w", "lan", "kabel", "wlankabel"]);
        for apart in ["vor- und", "vor -und", "vor, und", "vor _und"] {
            assert_eq!(cut(apart), ["vor", "und"], "{apart}");
        }
    }

    #[test]
    fn letters_and_digits_give_the_parts_and_the_whole() {
        assert_eq!(cut("Office365"), ["office", "365", "office365"]);
        assert_eq!(cut("Office 365"), ["office", "365", "office365"]);
        assert_eq!(cut("KB\u{a0}5034441"), ["kb", "5034441", "kb5034441"]);
        assert_eq!(cut("Windows-11"), ["windows", "11", "windows11"]);
        assert_eq!(cut("W LAN"), ["w", "lan", "wlan"]);
        assert_eq!(cut("22H2"), ["22", "h", "2", "22h2"]);
        assert_eq!(cut("5 minutes"), ["5", "minutes"]);
        assert_eq!(cut("office\n365"), ["office", "365"], "another line is another word");
        let written: Vec<String> = words("Office365 KB 5").into_iter().map(|word| word.written).collect();
        assert_eq!(written, ["office365", "office365", "office365", "kb", "5", "kb 5"]);
    }

    #[test]
    fn scripts_without_spaces_give_pairs() {
        assert_eq!(cut("打印机"), ["打印", "印机"]);
        assert_eq!(cut("墨"), ["墨"]);
        assert_eq!(cut("プリンター"), cut("ﾌﾟﾘﾝﾀｰ"));
        assert_eq!(cut("Outlookが開かない。"), ["outlook", "が開", "開か", "かな", "ない"]);
        assert_eq!(cut("第3回"), ["第", "3", "回"]);
        assert_eq!(cut("ที่นี่"), ["ที่นี่"], "two characters with their marks");
        assert_eq!(cut("프린터 오류"), ["프린터", "오류"]);
    }

    proptest::proptest! {
        #[test]
        fn a_word_is_found_again_in_what_was_written(text in "[\\PC \u{301}\u{ad}\u{200b}a-c0-3._'・-]{0,40}") {
            for word in words(&text) {
                let again: Vec<String> = words(&word.written).into_iter().map(|word| word.folded).collect();
                assert!(again.contains(&word.folded), "{text:?}: {word:?}, {again:?}");
            }
        }
    }
}
