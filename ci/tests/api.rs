//! `guard-core/api.txt` is all that users can name, with all features, so that a change of it is seen.
//!
//! To write it anew: `GUARD_BLESS=1 cargo test -p guard-ci --test api`

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

#[test]
fn the_listing_is_that_of_the_source() {
    let listing = guard_ci::root().join("guard-core/api.txt");
    let api = public_api::Builder::from_rustdoc_json(described())
        .omit_blanket_impls(true)
        .build()
        .expect("the description is read");
    let made = api.to_string();
    if env::var_os("GUARD_BLESS").is_some() {
        fs::write(&listing, &made).expect("the listing is written");
    }
    let committed = fs::read_to_string(&listing).unwrap_or_default();
    let differs = difference(&committed, &made);
    assert!(
        differs.is_empty(),
        "`guard-core/api.txt` is stale; if the change is meant, `GUARD_BLESS=1 cargo test -p guard-ci --test api`:\n{differs}"
    );
}

/// What rustdoc writes on `guard-core` for programs.
fn described() -> PathBuf {
    let target = guard_ci::target().join("api");
    let status = Command::new(env!("CARGO"))
        .args([
            "rustdoc",
            "--quiet",
            "--locked",
            "-p",
            "guard-core",
            "--lib",
            "--all-features",
            // Which compiles the macros without optimisation.
            "--release",
        ])
        .arg("--target-dir")
        .arg(&target)
        .args([
            "--",
            "-Zunstable-options",
            "--output-format=json",
            "--cap-lints=allow",
        ])
        .current_dir(guard_ci::root())
        // The pinned compiler has what is asked for, but not yet for everybody.
        .env("RUSTC_BOOTSTRAP", "1")
        .status()
        .expect("cargo runs");
    assert!(status.success(), "`guard-core` is described");
    target.join("doc/guard_core.json")
}

fn difference(committed: &str, made: &str) -> String {
    let gone = committed
        .lines()
        .filter(|line| made.lines().all(|other| other != *line));
    let new = made
        .lines()
        .filter(|line| committed.lines().all(|other| other != *line));
    let gone = gone.map(|line| format!("- {line}\n"));
    gone.chain(new.map(|line| format!("+ {line}\n"))).collect()
}
