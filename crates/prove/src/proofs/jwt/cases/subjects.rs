//! Whom a token names: nobody, somebody who may not, or somebody of an account that its issuer does not speak for.

use serde_json::{Value, json};
use uuid::Uuid;

use super::case::Cases;
use crate::proofs::jwt::forger::with;
use crate::proofs::jwt::stage::Stage;

pub(super) fn of(stage: &Stage, cases: &mut Cases) {
    let people = &stage.people;
    let technician = people.technician.to_string();
    for label in ["own", "rsa", "ec", "ed", "ed-twin", "held"] {
        for (kind, subject) in [
            ("inactive user", json!(people.inactive)),
            ("unknown user", json!(people.nobody)),
            ("nil user", json!(Uuid::nil())),
            ("subject a number", json!(7)),
            ("subject a list", json!([technician])),
            ("subject an e-mail address", json!(format!("{technician}@example.com"))),
            ("subject empty", json!("")),
            ("subject with a NUL", json!(format!("{technician}\0"))),
            ("subject with a blank", json!(format!("{technician} "))),
            ("subject with SQL", json!(format!("{technician}' OR '1'='1"))),
            ("subject of a provider", json!("mia")),
        ] {
            cases.token(label, kind, stage.forger(label).with_claim("sub", subject));
        }
    }
    cases.token(
        "held",
        "user of an account that the issuer is not for",
        stage.forger("held").with_claim("sub", people.foreigner.to_string()),
    );
    let tenant = stage.forger("tenant");
    let naming = |subject: Value, account: Value| {
        let claims = with(with(tenant.claims(), "sub", subject), "account", account);
        tenant.signed(tenant.header(), claims)
    };
    let (here, there) = (json!(people.account), json!(people.other_account));
    for (kind, subject, account) in [
        ("identity of another account", json!("eve"), here.clone()),
        ("identity of another account", json!("mia"), there),
        ("identity of nobody", json!("nobody"), here.clone()),
        ("identity of an inactive user", json!("gone"), here.clone()),
        ("identity in capitals", json!("MIA"), here.clone()),
        ("identity with a pattern", json!("%"), here.clone()),
        ("identity with SQL", json!("mia' OR '1'='1"), here.clone()),
        ("identity with a NUL", json!("mia\0"), here.clone()),
        ("identity very long", json!("m".repeat(300)), here.clone()),
        ("identity by a user's id", json!(technician), here.clone()),
        ("account unknown", json!("mia"), json!(people.nobody)),
        ("account null", json!("mia"), Value::Null),
        ("account no id", json!("mia"), json!("A")),
        ("account a list", json!("mia"), json!([here])),
    ] {
        cases.token("tenant", kind, naming(subject, account));
    }
}
