//! Checks every set of features that `guard-core` can be compiled with, and tests those that take something
//! away: without `std`, and without `alloc`. `cargo test --workspace` runs what the others add.
//!
//! `cargo run -p guard-ci`; what follows `--` are options for each call of cargo.

use std::collections::BTreeSet;
use std::env;
use std::process::{Command, ExitCode};

use guard_ci::Manifest;

type Features = BTreeSet<String>;

fn main() -> ExitCode {
    let manifest = Manifest::of("guard-core");
    let options: Vec<_> = env::args().skip(1).collect();
    let sets = closed_sets(&manifest);
    println!("{} sets of features", sets.len());
    let checked = sets.iter().all(|set| check(set, &options));
    let tested = checked && tested(&manifest).iter().all(|set| test(set, &options));
    if tested {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Without those that imply the same as another one. `default` has no code of its own.
fn closed_sets(manifest: &Manifest) -> BTreeSet<Features> {
    let mut sets = BTreeSet::from([Features::new()]);
    for feature in names(manifest) {
        let implied = closure(manifest, &feature);
        let with = sets.iter().map(|set| set | &implied);
        sets = with
            .collect::<BTreeSet<_>>()
            .union(&sets)
            .cloned()
            .collect();
    }
    sets
}

/// None, and those that need no other crate.
fn tested(manifest: &Manifest) -> BTreeSet<Features> {
    let mut sets = BTreeSet::from([Features::new()]);
    let plain = names(manifest).filter(|feature| {
        let implied = &manifest.features[feature];
        implied
            .iter()
            .all(|name| manifest.features.contains_key(name))
    });
    sets.extend(plain.map(|feature| closure(manifest, &feature)));
    sets
}

fn names(manifest: &Manifest) -> impl Iterator<Item = String> {
    let names = manifest.features.keys();
    names.filter(|name| *name != "default").cloned()
}

/// A feature and what it turns on in its own package.
fn closure(manifest: &Manifest, feature: &str) -> Features {
    let implied = manifest.features.get(feature).into_iter().flatten();
    let implied = implied.filter(|implied| manifest.features.contains_key(*implied));
    let mut closed: Features = implied
        .flat_map(|implied| closure(manifest, implied))
        .collect();
    if feature != "default" {
        closed.insert(feature.to_owned());
    }
    closed
}

fn check(set: &Features, options: &[String]) -> bool {
    cargo("clippy", set, options, &["--lib", "--", "-D", "warnings"])
}

/// The library has no tests of its own but those of its documentation.
fn test(set: &Features, options: &[String]) -> bool {
    cargo("test", set, options, &["--doc"])
}

fn cargo(command: &str, set: &Features, options: &[String], rest: &[&str]) -> bool {
    let set = set.iter().map(String::as_str).collect::<Vec<_>>().join(",");
    println!("{command} {}: {set}", rest[0]);
    Command::new(env!("CARGO"))
        .args([
            command,
            "--quiet",
            "-p",
            "guard-core",
            "--no-default-features",
            "--features",
            &set,
        ])
        .args(options)
        .args(rest)
        .status()
        .expect("cargo runs")
        .success()
}
