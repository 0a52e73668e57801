//! The framing of a chunked body (RFC 9112, section 7.1), read byte by byte as actix-http reads it.

/// Where in the framing the next byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The first digit of a size.
    First,
    /// A further digit, or what ends the size.
    Size,
    /// Blanks after the size.
    Blank,
    Extension,
    SizeLf,
    Data,
    DataCr,
    DataLf,
    /// After the last chunk: the end, or a trailer.
    EndCr,
    EndLf,
    Trailer,
    TrailerLf,
}

/// A chunked body that is coming in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chunks {
    place: Place,
    /// Bytes of the chunk that are still to come.
    left: u64,
}

/// How far the bytes of a body go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// All bytes belong to the body, which is not at its end.
    All,
    /// The body ended after so many bytes.
    Ended(usize),
    /// So many bytes are well framed; the next is not.
    Broken(usize),
}

impl Chunks {
    pub(super) const fn new() -> Self {
        Self { place: Place::First, left: 0 }
    }

    /// Follows the framing through `input`.
    pub(super) fn take(&mut self, input: &[u8]) -> Taken {
        let mut at = 0;
        while let Some(byte) = input.get(at) {
            if self.place == Place::Data {
                let here = (input.len() - at) as u64;
                let data = self.left.min(here);
                self.left -= data;
                // At most what is left of `input`.
                at += usize::try_from(data).unwrap_or(usize::MAX);
                if self.left == 0 {
                    self.place = Place::DataCr;
                }
                continue;
            }
            let ends = self.place == Place::EndLf;
            let Some(next) = self.after(*byte) else { return Taken::Broken(at) };
            self.place = next;
            at += 1;
            if ends {
                return Taken::Ended(at);
            }
        }
        Taken::All
    }

    /// Where the byte after `byte` stands; none if `byte` must not stand here.
    fn after(&mut self, byte: u8) -> Option<Place> {
        match (self.place, byte) {
            (Place::First, _) => {
                self.left = 0;
                self.add_digit(byte)
            }
            (Place::Size | Place::Blank, b' ' | b'\t') => Some(Place::Blank),
            (Place::Size | Place::Blank, b';') => Some(Place::Extension),
            (Place::Size | Place::Blank | Place::Extension, b'\r') => Some(Place::SizeLf),
            (Place::Size, _) => self.add_digit(byte),
            (Place::Extension, 0x00..=0x08 | 0x0a..=0x1f | 0x7f) => None,
            (Place::Extension, _) => Some(Place::Extension),
            (Place::SizeLf, b'\n') => Some(if self.left == 0 { Place::EndCr } else { Place::Data }),
            (Place::DataCr, b'\r') => Some(Place::DataLf),
            // After the end a new body would begin.
            (Place::DataLf | Place::EndLf, b'\n') => Some(Place::First),
            (Place::EndCr, b'\r') => Some(Place::EndLf),
            (Place::Trailer, b'\r') => Some(Place::TrailerLf),
            (Place::EndCr | Place::Trailer, _) => Some(Place::Trailer),
            (Place::TrailerLf, b'\n') => Some(Place::EndCr),
            (
                Place::Data
                | Place::Blank
                | Place::SizeLf
                | Place::DataCr
                | Place::DataLf
                | Place::EndLf
                | Place::TrailerLf,
                _,
            ) => None,
        }
    }

    fn add_digit(&mut self, byte: u8) -> Option<Place> {
        let digit = char::from(byte).to_digit(16)?;
        self.left = self.left.checked_mul(16)? + u64::from(digit);
        Some(Place::Size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunked_body_ends_where_its_framing_says() {
        for body in [
            "0\r\n\r\n",
            "5\r\nhello\r\n0\r\n\r\n",
            "a;name=\"x\"\r\n0123456789\r\n000 \t\r\n\r\n",
            "1\r\n\r\r\n0;x\r\nTrailer: y\r\nother: z\r\n\r\n",
        ] {
            let input = [body.as_bytes(), b"GET / HTTP/1.1"].concat();
            assert_eq!(Chunks::new().take(&input), Taken::Ended(body.len()), "{body:?}");
            // The same byte by byte.
            let mut chunks = Chunks::new();
            for (at, byte) in input.iter().enumerate().take(body.len()) {
                let expected = if at + 1 == body.len() { Taken::Ended(1) } else { Taken::All };
                assert_eq!(chunks.take(&[*byte]), expected, "{body:?}, {at}");
            }
        }
    }

    #[test]
    fn a_badly_framed_body_is_broken_where_it_shows() {
        for (body, at) in [
            ("x\r\n", 0),
            ("\r\n", 0),
            ("5x\r\n", 1),
            ("5\nhello", 1),
            ("5\r\rhello", 2),
            ("5\r\nhelloX", 8),
            ("5\r\nhello\rX", 9),
            ("0\r\n\rX", 4),
            ("-1\r\n", 0),
            ("5 5\r\n", 2),
            ("5;a\nb", 3),
            ("11111111111111111\r\n", 16),
        ] {
            assert_eq!(Chunks::new().take(body.as_bytes()), Taken::Broken(at), "{body:?}");
        }
    }
}
