//! What is published is complete, and no more than that.

use guard_ci::{Manifest, cargo};

const PUBLISHED: [&str; 2] = ["guard-core", "guard-macros"];

fn files(package: &str) -> Vec<String> {
    let list = cargo(&[
        "package",
        "--list",
        "--allow-dirty",
        "--quiet",
        "-p",
        package,
    ]);
    list.lines().map(|line| line.replace('\\', "/")).collect()
}

#[test]
fn each_package_has_its_licences_and_its_readme() {
    for package in PUBLISHED {
        let files = files(package);
        for file in ["LICENSE-APACHE", "LICENSE-MIT", "README.md"] {
            assert!(
                files.iter().any(|name| name == file),
                "{package} lacks {file}"
            );
        }
    }
}

/// Tests compare with files of the workspace, and run only in it.
#[test]
fn no_package_has_tests_or_snapshots() {
    for package in PUBLISHED {
        let files = files(package);
        let foreign = |file: &&String| {
            let parts = file.split('/').collect::<Vec<_>>();
            ["tests", "snapshots", "benches"]
                .iter()
                .any(|part| parts.contains(part))
        };
        assert_eq!(files.iter().find(foreign), None, "{package}");
    }
}

/// `src/guide.rs` and `src/lib.rs` include them, which nothing but the documentation notices.
#[test]
fn each_page_that_is_included_is_packed() {
    let sources = guard_ci::root().join("guard-core/src");
    let files = files("guard-core");
    for source in ["guide.rs", "lib.rs"] {
        let text = std::fs::read_to_string(sources.join(source)).expect("a source");
        let pages = text.split("include_str!(\"../").skip(1);
        let pages: Vec<_> = pages.filter_map(|rest| rest.split('"').next()).collect();
        assert!(!pages.is_empty(), "{source} includes no page");
        for page in pages {
            assert!(
                files.iter().any(|file| file == page),
                "{page} is not packed"
            );
        }
    }
}

/// The two are made for each other: no other version of the macros may be taken.
#[test]
fn the_core_takes_the_macros_of_its_own_version() {
    let (core, macros) = (Manifest::of("guard-core"), Manifest::of("guard-macros"));
    assert_eq!(core.version, macros.version);
    let dependencies = core.value["dependencies"].as_array().expect("dependencies");
    let taken = dependencies
        .iter()
        .find(|found| found["name"] == "guard-macros");
    assert_eq!(
        taken.expect("the macros")["req"],
        format!("={}", macros.version)
    );
}

#[test]
fn what_the_registry_asks_for_is_said() {
    for package in PUBLISHED {
        let manifest = Manifest::of(package).value;
        for key in [
            "description",
            "documentation",
            "license",
            "readme",
            "rust_version",
        ] {
            assert!(
                manifest[key].is_string(),
                "{package} does not say its {key}"
            );
        }
        for (key, most) in [("keywords", 5), ("categories", 5)] {
            let count = manifest[key].as_array().map_or(0, Vec::len);
            assert!((1..=most).contains(&count), "{package} has {count} {key}");
        }
        assert_eq!(
            manifest["metadata"]["docs"]["rs"]["all-features"], true,
            "{package}"
        );
    }
}
