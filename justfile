# Lists what there is.
default:
    @just --list

# Serves on the embedded database; settings come from FIRSTLINE__… and flags.
run *args:
    cargo run -- serve {{args}}

# Shows the service at work: people, tokens, curl lines, two calls walked.
demo *args="--walk":
    cargo run -- demo {{args}}

# Every test; installs Postgres' binaries if they are missing.
test *args:
    ./scripts/test {{args}}

# Formats the sources.
fmt:
    cargo fmt --all

# What the compiler and its linter have to say, as errors.
lint:
    cargo clippy --workspace --all-targets -- -D warnings

# Measures the release binary over loopback; one JSON line for each case.
bench *args:
    cargo build --release --package firstline-server
    cargo run --release --package firstline-bench -- {{args}}

# Proves a promise of docs/PROOFS.md by attacking the real binary: a name, all, list or sabotage.
prove *args="list":
    cargo prove {{args}}

# What CI runs.
ci:
    ./.ci/run
