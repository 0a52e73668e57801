//! Prints how long suggestions take as an account's flows grow: `cargo run --release -p firstline-domain --example
//! suggest_speed`. The flows are those of the starter library, each many times with other words in its name.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement for people")]

use std::path::Path;
use std::time::Instant;

use firstline_domain::flow::authored::VersionNumber;
use firstline_domain::flow::format::parse;
use firstline_domain::flow::tree::Tree;
use firstline_domain::search::{FlowWords, SuggestIndex, Suggestable};
use firstline_domain::text::Name;
use uuid::Uuid;

const QUERIES: [&str; 5] = [
    "Outlook hangs at loading profile since the update this morning",
    "cannot connect to the VPN from my hotel",
    "printer on the second floor shows offline and nothing comes out",
    "password",
    "nobody hears me in the meeting, the headset worked yesterday, I restarted the laptop and tried another one",
];
const ROUNDS: u32 = 200;

fn main() {
    let starters = starters();
    println!(
        "{:>6} {:>10} {:>10} {:>10} {:>12} {:>14}",
        "flows", "words", "read ms", "join ms", "µs a query", "µs the worst"
    );
    for count in [20, 200, 2_000] {
        let trees: Vec<Tree> =
            starters.iter().cycle().zip(0..count).map(|(tree, number)| varied(tree, number)).collect();
        let began = Instant::now();
        let flows = trees.iter().zip(0..).map(|(tree, number)| Suggestable {
            flow_id: Uuid::from_u128(number).into(),
            version: VersionNumber::FIRST,
            tree,
        });
        let words: Vec<FlowWords> = flows.map(FlowWords::read).collect();
        let read = began.elapsed().as_secs_f64() * 1e3;
        let began = Instant::now();
        let index = SuggestIndex::of(&words);
        let join = began.elapsed().as_secs_f64() * 1e3;
        let (mut total, mut worst) = (0.0, 0.0_f64);
        for query in QUERIES {
            let began = Instant::now();
            for _ in 0..ROUNDS {
                assert!(!std::hint::black_box(index.suggest(std::hint::black_box(query), 10)).is_empty());
            }
            let each = began.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS);
            total += each;
            worst = worst.max(each);
        }
        let mean = total / 5.0;
        let kept: usize = words.iter().map(FlowWords::len).sum();
        println!("{count:>6} {kept:>10} {read:>10.1} {join:>10.1} {mean:>12.1} {worst:>14.1}");
    }
}

fn starters() -> Vec<Tree> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../flows");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.map(|file| parse(&std::fs::read_to_string(file).unwrap()).unwrap()).collect()
}

fn varied(tree: &Tree, number: u32) -> Tree {
    let name = format!("{} (site {number}, building {})", tree.name.as_str(), number % 17);
    Tree { name: Name::new(name).unwrap(), ..tree.clone() }
}
