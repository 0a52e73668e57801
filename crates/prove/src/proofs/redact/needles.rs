//! What must be nowhere in a log, in each form that a careless line could give it.

use std::fmt::Write;

/// A secret, and what it looks like as it is, in hexadecimal, as a list of bytes, and in base64 wherever it begins.
pub(super) struct Needle {
    pub(super) name: String,
    forms: Vec<String>,
}

impl Needle {
    /// `secret` must be long enough that nothing else contains it.
    pub(super) fn new(name: impl Into<String>, secret: &str) -> Self {
        let name = name.into();
        assert!(secret.len() >= 8, "{name} is too short to be looked for");
        let hex = secret.bytes().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let list = secret.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(", ");
        let mut forms = vec![secret.to_owned(), hex, list];
        forms.extend((0..3).map(|before| base64_within(secret.as_bytes(), before)));
        Self { name, forms }
    }

    /// Where it is in a text: some of what stands around it.
    pub(super) fn find(&self, text: &str) -> Option<String> {
        let at = self.forms.iter().find_map(|form| text.find(form))?;
        let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
        Some(text[line..].chars().take(300).collect())
    }
}

/// The characters of base64 that depend on `bytes` alone when so many bytes stand before them.
fn base64_within(bytes: &[u8], before: usize) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: Vec<bool> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)).collect();
    // The first whole group of six bits begins where the bytes before have used theirs up.
    let first = (6 - before * 8 % 6) % 6;
    let groups = bits[first..].chunks_exact(6);
    let index = |group: &[bool]| group.iter().fold(0, |index, bit| index * 2 + usize::from(*bit));
    groups.map(|group| char::from(ALPHABET[index(group)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_in_every_form() {
        let needle = Needle::new("password", "hush-hush");
        for text in [
            "x\ntext: hush-hush!",
            "68757368 2d68757368".replace(' ', "").as_str(),
            "[1, 104, 117, 115, 104, 45, 104, 117, 115, 104, 2]",
            "aHVzaC1odXNo",
            // After one byte, and after two: "xhush-hush", "xxhush-hush".
            "eGh1c2gtaHVzaA==",
            "eHhodXNoLWh1c2g=",
        ] {
            assert!(needle.find(text).is_some(), "{text}");
        }
        assert_eq!(needle.find("nothing of the kind"), None);
        assert_eq!(needle.find("a\nb hush-hush c\n").unwrap(), "b hush-hush c\n");
    }
}
