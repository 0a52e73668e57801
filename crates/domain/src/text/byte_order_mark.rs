//! The byte order mark before a text.

/// The mark that some editors and systems put before a text.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// `text` without the byte order mark at its beginning. A mark inside a text is kept.
#[must_use]
pub fn without_byte_order_mark(text: &str) -> &str {
    text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text)
}

/// How many of `bytes`, a text in UTF-8, are a byte order mark at its beginning.
#[must_use]
pub fn byte_order_mark_len(bytes: &[u8]) -> usize {
    let mut mark = [0; 4];
    let mark = BYTE_ORDER_MARK.encode_utf8(&mut mark).as_bytes();
    if bytes.starts_with(mark) { mark.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_byte_order_mark_is_left_out_and_only_at_the_beginning() {
        for (text, without) in [
            ("\u{feff}{}", "{}"),
            ("{}", "{}"),
            ("\u{feff}\u{feff}a", "\u{feff}a"),
            ("a\u{feff}", "a\u{feff}"),
            ("", ""),
        ] {
            assert_eq!(without_byte_order_mark(text), without);
            assert_eq!(text.len() - byte_order_mark_len(text.as_bytes()), without.len());
        }
    }
}
