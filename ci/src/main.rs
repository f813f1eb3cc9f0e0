//! Checks every set of features that `guard-core` can be compiled with.
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
    if sets.iter().all(|set| check(set, &options)) {
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
    let set = set.iter().map(String::as_str).collect::<Vec<_>>().join(",");
    println!("checking [{set}]");
    Command::new(env!("CARGO"))
        .args(["clippy", "--quiet", "-p", "guard-core", "--lib"])
        .args(["--no-default-features", "--features", &set])
        .args(options)
        .args(["--", "-D", "warnings"])
        .status()
        .expect("cargo runs")
        .success()
}
