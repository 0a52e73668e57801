//! Scripts: the requests of a recording as text.
//!
//! ```text
//! @set FIRSTLINE__LIMITS__ENABLED true     a setting of the service
//! @let printer {"format":...}              a text for `${printer}`
//! @sweep                                   adds the requests of `sweep` for every route
//!
//! ## intake of a flow                      name of the exchange, unique in the script
//! technician POST /api/v1/l1/intake        caller, method, path
//! accept-encoding: gzip                    a header; without a value it takes away a default one
//! > {"problem_statement":"x"}              the body, JSON unless a content-type is given; lines are joined
//! = session /session_id                    keeps a member of the answer's JSON for `${session}`
//! = tag header etag                        keeps a header
//! ! unrecorded                             records no body
//! ! until /0/pending_walks 0               repeats until the member has that value
//! ! any retry-after                        records that the header is there, with any value
//! ! terminate                              asks the service to end before the request
//! ```
//!
//! The caller is a member of the team, `their.` and a member of the other team, or `anonymous`. With `raw` alone in
//! place of caller, method and path, the lines of the body are sent as they are, each with CR LF, on a connection of
//! its own.
//! `${...}` stands for a value ([`crate::values`]).

/// A file of requests.
pub struct Script {
    pub name: String,
    pub settings: Vec<(String, String)>,
    pub lets: Vec<(String, String)>,
    pub exchanges: Vec<Exchange>,
}

/// A request, and what is kept of its answer.
#[derive(Debug, Clone, Default)]
pub struct Exchange {
    pub name: String,
    /// Caller, method and path; method and path are empty for raw bytes.
    pub caller: String,
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Option<String>,
    pub keeps: Vec<Keep>,
    pub unrecorded: bool,
    pub any: Option<String>,
    pub terminate: bool,
    pub until: Option<(String, String)>,
}

/// A value that later requests use.
#[derive(Debug, Clone)]
pub enum Keep {
    Member { name: String, pointer: String },
    Header { name: String, header: String },
}

impl Script {
    pub fn parse(name: &str, text: &str) -> Self {
        let mut script = Self { name: name.to_owned(), settings: Vec::new(), lets: Vec::new(), exchanges: Vec::new() };
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")) {
            if let Some(rest) = line.strip_prefix('@') {
                script.head(rest);
            } else if let Some(title) = line.strip_prefix("## ") {
                assert!(script.exchanges.iter().all(|one| one.name != title), "{name}: {title} stands twice");
                script.exchanges.push(Exchange { name: title.to_owned(), ..Exchange::default() });
            } else {
                let exchange = script.exchanges.last_mut().unwrap_or_else(|| panic!("{name}: {line}"));
                exchange.line(line);
            }
        }
        script
    }

    fn head(&mut self, line: &str) {
        let mut words = line.splitn(3, ' ');
        match (words.next(), words.next(), words.next()) {
            (Some("set"), Some(name), Some(value)) => self.settings.push((name.to_owned(), value.to_owned())),
            (Some("let"), Some(name), Some(value)) => self.lets.push((name.to_owned(), value.to_owned())),
            (Some("sweep"), None, None) => self.exchanges.extend(crate::sweep::exchanges()),
            _ => panic!("{}: @{line}", self.name),
        }
    }
}

impl Exchange {
    /// The request as the recording names it.
    pub fn request_line(&self) -> String {
        [self.caller.as_str(), &self.method, &self.path].join(" ").trim_end().to_owned()
    }

    fn line(&mut self, line: &str) {
        if self.caller.is_empty() {
            let mut words = line.splitn(3, ' ').map(str::to_owned);
            let mut word = || words.next().unwrap_or_default();
            (self.caller, self.method, self.path) = (word(), word(), word());
        } else if let Some(text) = line.strip_prefix('>') {
            let text = text.strip_prefix(' ').unwrap_or(text);
            let raw = self.caller == "raw";
            let body = self.body.get_or_insert_default();
            body.push_str(text);
            if raw && !text.ends_with("${cut}") {
                body.push_str("\r\n");
            }
        } else if let Some(keep) = line.strip_prefix("= ") {
            let words: Vec<&str> = keep.split(' ').collect();
            self.keeps.push(match words[..] {
                [name, "header", header] => Keep::Header { name: name.to_owned(), header: header.to_owned() },
                [name, pointer] => Keep::Member { name: name.to_owned(), pointer: pointer.to_owned() },
                _ => panic!("{}: {line}", self.name),
            });
        } else if let Some(directive) = line.strip_prefix("! ") {
            let words: Vec<&str> = directive.split(' ').collect();
            match words[..] {
                ["any", header] => self.any = Some(header.to_owned()),
                ["terminate"] => self.terminate = true,
                ["unrecorded"] => self.unrecorded = true,
                ["until", pointer, value] => self.until = Some((pointer.to_owned(), value.to_owned())),
                _ => panic!("{}: {line}", self.name),
            }
        } else {
            let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("{}: {line}", self.name));
            self.headers.push((name.to_owned(), value.trim_start().to_owned()));
        }
    }
}
