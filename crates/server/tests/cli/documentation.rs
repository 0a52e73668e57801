//! Commands that the documentation gives, as far as they can be looked at without running them.

use std::path::Path;

/// The commands in the code of a page: lines that a backslash continues are one.
fn commands(page: &str) -> Vec<String> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(page)).unwrap();
    let (mut found, mut fenced) = (Vec::new(), false);
    for line in text.replace("\\\n", " ").lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if fenced || line.starts_with("    ") {
            found.push(line.trim().to_owned());
        }
    }
    found
}

#[test]
fn an_answer_that_curl_prints_ends_with_a_line_feed() {
    let pages = ["README.md", "docs/INSTALL.md", "docs/FLOWS.md", "docs/SIGN-IN.md"];
    let calls: Vec<String> = pages.into_iter().flat_map(commands).filter(|line| line.starts_with("curl ")).collect();
    assert!(calls.len() > 12, "{}", calls.len());
    for call in calls.iter().filter(|call| !call.contains(" > ")) {
        assert!(call.contains("-sw '\\n' ") || call.contains("-w '\\n' "), "{call}");
    }
}

#[test]
fn no_command_of_the_installation_names_a_password_of_the_databases_owner() {
    let commands = commands("docs/INSTALL.md");
    assert!(commands.iter().any(|line| line.contains("firstline_owner")));
    for line in commands {
        // What is read from the keyboard is asked for by its form.
        let names = line.contains("firstline_owner:") && !line.starts_with("read -rsp '");
        assert!(!names && !line.contains("OWNER_PASSWORD"), "{line}");
    }
}
