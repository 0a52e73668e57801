//! The address of a client: the peer's, unless the peer is a proxy that the settings list.

use std::net::{IpAddr, SocketAddr};

use actix_web::http::header::{self, HeaderMap, HeaderName};
use ipnet::IpNet;

/// Which header the proxies write. One only: a header that they do not write is the client's own invention.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`: addresses, comma between them.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239), of which only `for` counts.
    Forwarded,
}

impl ForwardedHeader {
    const fn name(self) -> HeaderName {
        match self {
            Self::XForwardedFor => header::X_FORWARDED_FOR,
            Self::Forwarded => header::FORWARDED,
        }
    }
}

/// Where the address of a client is found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientAddressRule {
    /// The networks of the proxies whose header is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The header that they write.
    pub header: ForwardedHeader,
}

impl ClientAddressRule {
    /// Whether the peer is one of the listed proxies.
    #[must_use]
    pub fn trusts(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.trusted_proxies.iter().any(|network| network.contains(&peer))
    }

    /// The client's address: the rightmost in the header that is no listed proxy, if the peer is one. What stands left
    /// of it, the client may have written. Where that place cannot be read, the peer's address.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.trusts(peer) {
            return peer;
        }
        let Some(hops) = self.hops(headers) else { return peer };
        let mut last = peer;
        for hop in hops.iter().rev() {
            match hop {
                None => return peer,
                Some(address) if self.trusts(*address) => last = *address,
                Some(address) => return *address,
            }
        }
        last
    }

    /// Whether the request tells of a proxy that the settings do not know.
    pub(crate) fn is_unlisted_proxy(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        let told = [header::X_FORWARDED_FOR, header::FORWARDED].iter().any(|name| headers.contains_key(name));
        told && !self.trusts(peer)
    }

    /// The addresses of the header from left to right, `None` for one that cannot be read; `None` for a header that is
    /// broken as a whole.
    fn hops(&self, headers: &HeaderMap) -> Option<Vec<Option<IpAddr>>> {
        let mut hops = Vec::new();
        for value in headers.get_all(self.header.name()) {
            let text = String::from_utf8_lossy(value.as_bytes());
            match self.header {
                ForwardedHeader::XForwardedFor => hops.extend(text.split(',').map(address)),
                ForwardedHeader::Forwarded => hops.extend(split(&text, ',')?.into_iter().map(forwarded_for)),
            }
        }
        Some(hops)
    }
}

/// The `for` of one element of `Forwarded`, if it has exactly one and that is an address.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let mut found = split(element, ';')?
        .into_iter()
        .filter_map(|pair| pair.split_once('='))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
    let (only, None) = (found.next()?.1.trim(), found.next()) else { return None };
    address(only.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(only))
}

/// An address, with a port or without; one of version 6 in brackets or, without a port, as it is.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let address = match bracketed {
        Some(inner) => IpAddr::V6(inner.parse().ok()?),
        None => text.parse().or_else(|_| text.parse::<SocketAddr>().map(|with_port| with_port.ip())).ok()?,
    };
    Some(address.to_canonical())
}

/// Splits at a separator outside of quotes. `None` if a quote does not end.
fn split(text: &str, separator: char) -> Option<Vec<&str>> {
    let (mut parts, mut from, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, char) in text.char_indices() {
        match char {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if char == separator && !quoted => {
                parts.push(text.get(from..at)?);
                from = at + char.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text.get(from..)?);
    (!quoted).then_some(parts)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    const PROXY: &str = "10.0.0.1";

    fn client(header: ForwardedHeader, peer: &str, lines: &[(&'static str, &str)]) -> String {
        let trusted_proxies = ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().unwrap()).to_vec();
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        ClientAddressRule { trusted_proxies, header }.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn the_rightmost_address_that_is_no_proxy_is_the_client() {
        for (peer, value, expected) in [
            (PROXY, "203.0.113.5", "203.0.113.5"),
            (PROXY, "198.51.100.9, 203.0.113.5", "203.0.113.5"),
            (PROXY, "203.0.113.5, 10.9.9.9,10.0.0.2", "203.0.113.5"),
            // What a client has put in front changes nothing, however broken.
            (PROXY, "garbage, \u{fc}, 203.0.113.5", "203.0.113.5"),
            (PROXY, "<script>, 203.0.113.5", "203.0.113.5"),
            (PROXY, ",, 203.0.113.5", "203.0.113.5"),
            // Proxies alone: the farthest.
            (PROXY, "10.1.1.1, 10.0.0.2", "10.1.1.1"),
            // A broken place that counts: the peer.
            (PROXY, "203.0.113.5, garbage", PROXY),
            (PROXY, "203.0.113.5,", PROXY),
            (PROXY, "203.0.113.5, unknown, 10.0.0.2", PROXY),
            (PROXY, "", PROXY),
            (PROXY, "203.0.113.555", PROXY),
            (PROXY, "203.0.113.5 203.0.113.6", PROXY),
            (PROXY, "[2001:db8::1", PROXY),
            (PROXY, "\"203.0.113.5", PROXY),
            // Ports and brackets.
            (PROXY, "203.0.113.5:4711", "203.0.113.5"),
            (PROXY, "2001:db8::17", "2001:db8::17"),
            (PROXY, "[2001:db8::17]", "2001:db8::17"),
            (PROXY, "[2001:db8::17]:4711", "2001:db8::17"),
            (PROXY, "::ffff:203.0.113.5", "203.0.113.5"),
            (PROXY, "203.0.113.5, ::ffff:10.0.0.2", "203.0.113.5"),
            ("fd00::1", "2001:db8::17, fd12::9", "2001:db8::17"),
            ("::ffff:10.0.0.1", "203.0.113.5", "203.0.113.5"),
            // A peer that is not listed is the client, whatever it says.
            ("192.0.2.7", "203.0.113.5", "192.0.2.7"),
            ("::ffff:192.0.2.7", "203.0.113.5", "192.0.2.7"),
            ("2001:db8::9", "10.0.0.1", "2001:db8::9"),
        ] {
            let found = client(ForwardedHeader::XForwardedFor, peer, &[("x-forwarded-for", value)]);
            assert_eq!(found, expected, "{peer} {value}");
        }
    }

    #[test]
    fn forwarded_is_read_as_rfc_7239_writes_it() {
        for (value, expected) in [
            ("for=203.0.113.5", "203.0.113.5"),
            ("For=\"203.0.113.5:80\";proto=https;by=10.0.0.1", "203.0.113.5"),
            ("for=192.0.2.43, for=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
            ("for=203.0.113.5;host=\"a,b;c\", for=10.0.0.2", "203.0.113.5"),
            ("host=\"a\\\",for=1.2.3.4\";for=203.0.113.5", "203.0.113.5"),
            ("for=unknown, for=203.0.113.5", "203.0.113.5"),
            ("for=203.0.113.5, for=_hidden", PROXY),
            ("for=203.0.113.5, proto=https", PROXY),
            ("for=203.0.113.5;for=203.0.113.6", PROXY),
            ("for=\"203.0.113.5", PROXY),
            ("", PROXY),
        ] {
            let found = client(ForwardedHeader::Forwarded, PROXY, &[("forwarded", value)]);
            assert_eq!(found, expected, "{value}");
        }
    }

    #[test]
    fn several_lines_of_the_header_are_one_list_in_their_order() {
        let lines = [("x-forwarded-for", "198.51.100.9"), ("x-forwarded-for", "203.0.113.5, 10.0.0.3")];
        assert_eq!(client(ForwardedHeader::XForwardedFor, PROXY, &lines), "203.0.113.5");
    }

    #[test]
    fn only_the_header_that_was_chosen_counts() {
        let lines = [("x-forwarded-for", "198.51.100.9"), ("forwarded", "for=203.0.113.5")];
        assert_eq!(client(ForwardedHeader::XForwardedFor, PROXY, &lines), "198.51.100.9");
        assert_eq!(client(ForwardedHeader::Forwarded, PROXY, &lines), "203.0.113.5");
        assert_eq!(client(ForwardedHeader::Forwarded, PROXY, &lines[..1]), PROXY);
    }
}
