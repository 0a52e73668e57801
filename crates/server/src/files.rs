//! Files that people write with whatever editor they have.

use std::io::{self, Read};
use std::path::Path;

use firstline_domain::text::without_byte_order_mark;

/// The text of a file in UTF-8, without the byte order mark that some editors put first.
///
/// # Errors
/// What the system says; `InvalidData` for a file in another encoding, with the remedy for UTF-16.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    text(std::fs::read(path)?)
}

/// As [`read_text`], of what is piped in.
///
/// # Errors
/// As [`read_text`].
pub(crate) fn read_piped(mut input: impl Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    text(bytes)
}

fn text(bytes: Vec<u8>) -> io::Result<String> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is UTF-16: save it as UTF-8"));
    }
    let text = String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))?;
    Ok(match without_byte_order_mark(&text) {
        bare if bare.len() == text.len() => text,
        bare => bare.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_is_left_out_and_utf_16_refused_with_the_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        let read = |bytes: &[u8]| {
            std::fs::write(&file, bytes).unwrap();
            let read = read_text(&file).map_err(|error| error.to_string());
            assert_eq!(read_piped(bytes).map_err(|error| error.to_string()), read);
            read
        };
        assert_eq!(read(b"\xef\xbb\xbfa\r\n"), Ok("a\r\n".to_owned()));
        assert_eq!(read("ä\u{feff}".as_bytes()), Ok("ä\u{feff}".to_owned()));
        assert_eq!(read(b""), Ok(String::new()));
        assert_eq!(read(b"\xff\xfea\0"), Err("it is UTF-16: save it as UTF-8".to_owned()));
        assert_eq!(read(b"\xe9t\xe9"), Err("it is not UTF-8".to_owned()));
    }
}
