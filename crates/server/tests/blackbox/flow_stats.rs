//! What walks tell of a flow.

use serde_json::json;

use crate::flow_kit::{at, author, document, published};
use crate::site::Site;

pub fn authors_alone_are_told_and_of_their_own_flows(site: &Site) {
    let author = author(site);
    let flow = published(&author, &document("Beamer", "beamer"));
    let empty = author.get(&at(&flow, "/stats")).expect(200);
    assert_eq!((&empty["versions"], &empty["pending_walks"], &empty["flow_id"]), (&json!([]), &json!(0), &json!(flow)));
    assert_eq!(author.get(&at(site.ours.flow, "/stats")).expect(200)["versions"], json!([]), "a registered flow");
    for (user, status) in [
        (site.ours.technician, 403),
        (site.ours.coverage, 200),
        (site.ours.admin, 200),
        (site.ours.owner, 200),
        (site.ours.viewer, 403),
        (site.theirs.engineer, 404),
    ] {
        assert_eq!(site.as_user(user).get(&at(&flow, "/stats")).status, status);
    }
    assert_eq!(site.technician().get(&at(&flow, "/stats")).problem(403), "flow_authoring_required");
    assert_eq!(author.get(&at(uuid::Uuid::new_v4(), "/stats")).problem(404), "flow_not_found");
    assert_eq!(author.get(&at(&flow, "/stats?version=7")).expect(200)["versions"], json!([]));
    for bad in ["0", "-1", "01", "x", "", "4294967296", "1&version=2"] {
        assert_eq!(author.get(&at(&flow, &format!("/stats?version={bad}"))).problem(422), "invalid_request", "{bad}");
    }
    assert_eq!(author.get(&at("x", "/stats")).problem(422), "invalid_request");
}
