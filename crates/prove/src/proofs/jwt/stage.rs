//! Providers on loopback, people of two accounts, and a service that trusts the former to name the latter.

use firstline_testkit::http::Client;
use firstline_testkit::people::{AUDIENCE, ISSUER, SECRET};
use firstline_testkit::provider::{Provider, keys};
use firstline_testkit::service::Service;
use firstline_testkit::signer::{Signer, hmac_token};
use serde_json::{Value, json};
use uuid::Uuid;

use super::forger::{API, Forger};
use crate::env::Env;
use crate::rng::Rng;

/// Where every token is tried: a route that any first-line user may call, and that changes nothing.
pub(super) const PATH: &str = "/api/v1/l1/sessions/active";

/// People, and where they are.
pub(super) struct People {
    pub(super) account: Uuid,
    pub(super) other_account: Uuid,
    pub(super) technician: Uuid,
    pub(super) inactive: Uuid,
    pub(super) foreigner: Uuid,
    pub(super) nobody: Uuid,
}

impl People {
    pub(super) fn new(rng: &mut Rng) -> Self {
        let [account, other_account, technician, inactive, foreigner, nobody] = std::array::from_fn(|_| rng.uuid());
        Self { account, other_account, technician, inactive, foreigner, nobody }
    }

    /// As a provisioning file. The identities are those of the provider `tenant`; both accounts know one `shared`.
    pub(super) fn entries(&self) -> Value {
        let user = |id: Uuid, account: Uuid, active: bool, subject: &str| {
            json!({ "id": id, "account_id": account, "email": format!("{id}@example.com"), "role": "l1_tech",
                    "active": active, "identity": { "issuer": name("tenant"), "subject": subject } })
        };
        json!({
            "accounts": [{ "id": self.account, "name": "A" }, { "id": self.other_account, "name": "B" }],
            "users": [
                user(self.technician, self.account, true, "mia"),
                user(self.inactive, self.account, false, "gone"),
                user(self.foreigner, self.other_account, true, "eve"),
            ],
        })
    }
}

/// What the provider of this label calls itself.
pub(super) fn name(label: &str) -> String {
    format!("https://{label}.id.example/")
}

/// A running service with everything around it.
pub(super) struct Stage {
    pub(super) people: People,
    /// A key of the same kind as each provider's that nobody has published.
    pub(super) strangers: Vec<Signer>,
    forgers: Vec<Forger>,
    _providers: Vec<Provider>,
    client: Client,
    _service: Service,
}

/// Label, algorithm and the settings that say whom the tokens name.
const PROVIDERS: [(&str, &str, &str); 6] = [
    ("rsa", "RS256", "users = \"id\""),
    ("ec", "ES256", "users = \"id\""),
    ("ed", "EdDSA", "users = \"id\""),
    ("ed-twin", "EdDSA", "users = \"id\""),
    ("held", "ES256", "users = \"id\"\naccount_id = \"ACCOUNT\""),
    ("tenant", "EdDSA", "users = \"identity\"\naccount_claim = \"account\""),
];

impl Stage {
    pub(super) fn start(env: &Env, url: &str) -> Self {
        let people = People::new(&mut env.rng("jwt people"));
        let (mut settings, mut providers) = (String::new(), Vec::new());
        let subject = people.technician.to_string();
        let mut forgers = vec![own(&subject)];
        for (label, algorithm, users) in PROVIDERS {
            // Two keys each, so that a token that names none means neither.
            let (signer, second) = (Signer::new(algorithm), Signer::new(algorithm));
            let (first_id, second_id) = (format!("{label}-1"), format!("{label}-2"));
            let provider = Provider::start(keys(&[signer.jwk(&first_id), second.jwk(&second_id)]));
            settings.push_str(&entry(&name(label), algorithm, &provider.url(), users));
            providers.push(provider);
            let (subject, account) =
                if label == "tenant" { ("mia", Some(people.account)) } else { (subject.as_str(), None) };
            forgers.push(Forger::provider(label, &name(label), signer, &first_id, &second_id, subject, account));
        }
        let settings = settings.replace("ACCOUNT", &people.account.to_string());
        // Each forgery that names an unknown key waits for a fetch, and fetches are this far apart at the least.
        let floor = [("FIRSTLINE__AUTH__KEYS_REFRESH_FLOOR", "10ms")];
        let service = serve(env, url, &people, &settings, &floor);
        let strangers = ["RS256", "ES256", "EdDSA"].map(Signer::new).into();
        let client = Client::new(service.address(), None);
        Self { people, strangers, forgers, _providers: providers, client, _service: service }
    }

    pub(super) const fn client(&self) -> &Client {
        &self.client
    }

    /// Every issuer, the service itself first.
    pub(super) fn forgers(&self) -> &[Forger] {
        &self.forgers
    }

    /// The issuer of this label.
    pub(super) fn forger(&self, label: &str) -> &Forger {
        self.forgers.iter().find(|forger| forger.label == label).expect("an issuer of that label")
    }
}

fn own(subject: &str) -> Forger {
    let sign = |header: &str, claims: &str| hmac_token("HS256", SECRET.as_bytes(), header, claims);
    Forger::own(ISSUER, AUDIENCE, Box::new(sign), subject)
}

/// One `[[auth.issuers]]`.
pub(super) fn entry(issuer: &str, algorithm: &str, url: &str, users: &str) -> String {
    format!(
        "[[auth.issuers]]\nissuer = \"{issuer}\"\naudience = \"{API}\"\nalgorithm = \"{algorithm}\"\n\
         jwks_url = \"{url}\"\n{users}\n"
    )
}

/// A service with these settings in its file.
pub(super) fn serve(env: &Env, url: &str, people: &People, settings: &str, more: &[(&str, &str)]) -> Service {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("settings.toml");
    std::fs::write(&file, settings).expect("the settings file");
    let file = file.to_str().expect("a path in UTF-8");
    let mut environment = vec![("FIRSTLINE_CONFIG", file)];
    environment.extend_from_slice(more);
    env.service(url, &people.entries(), &environment)
}
