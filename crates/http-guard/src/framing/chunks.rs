//! The framing of a chunked body (RFC 9112, section 7.1), read byte by byte as actix-http reads it.

/// What the next byte must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
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
    state: State,
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
        Self { state: State::First, left: 0 }
    }

    /// Follows the framing through `input`.
    pub(super) fn take(&mut self, input: &[u8]) -> Taken {
        let mut at = 0;
        while let Some(byte) = input.get(at) {
            if self.state == State::Data {
                let here = (input.len() - at) as u64;
                let data = self.left.min(here);
                self.left -= data;
                // At most what is left of `input`.
                at += usize::try_from(data).unwrap_or(usize::MAX);
                if self.left == 0 {
                    self.state = State::DataCr;
                }
                continue;
            }
            let ends = self.state == State::EndLf;
            let Some(next) = self.after(*byte) else { return Taken::Broken(at) };
            self.state = next;
            at += 1;
            if ends {
                return Taken::Ended(at);
            }
        }
        Taken::All
    }

    /// The state after `byte`; none if `byte` is not allowed here.
    fn after(&mut self, byte: u8) -> Option<State> {
        match (self.state, byte) {
            (State::First, _) => {
                self.left = 0;
                self.add_digit(byte)
            }
            (State::Size | State::Blank, b' ' | b'\t') => Some(State::Blank),
            (State::Size | State::Blank, b';') => Some(State::Extension),
            (State::Size | State::Blank | State::Extension, b'\r') => Some(State::SizeLf),
            (State::Size, _) => self.add_digit(byte),
            (State::Extension, 0x00..=0x08 | 0x0a..=0x1f | 0x7f) => None,
            (State::Extension, _) => Some(State::Extension),
            (State::SizeLf, b'\n') => Some(if self.left == 0 { State::EndCr } else { State::Data }),
            (State::DataCr, b'\r') => Some(State::DataLf),
            // After the end a new body would begin.
            (State::DataLf | State::EndLf, b'\n') => Some(State::First),
            (State::EndCr, b'\r') => Some(State::EndLf),
            (State::Trailer, b'\r') => Some(State::TrailerLf),
            (State::EndCr | State::Trailer, _) => Some(State::Trailer),
            (State::TrailerLf, b'\n') => Some(State::EndCr),
            (
                State::Data
                | State::Blank
                | State::SizeLf
                | State::DataCr
                | State::DataLf
                | State::EndLf
                | State::TrailerLf,
                _,
            ) => None,
        }
    }

    fn add_digit(&mut self, byte: u8) -> Option<State> {
        let digit = char::from(byte).to_digit(16)?;
        self.left = self.left.checked_mul(16)? + u64::from(digit);
        Some(State::Size)
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
