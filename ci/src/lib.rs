//! What the two published packages say of themselves, for the checks of continuous integration.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The manifest of a package of this workspace, as cargo reads it.
#[derive(Debug)]
pub struct Manifest {
    /// Its version.
    pub version: String,
    /// Each feature, and what it turns on.
    pub features: BTreeMap<String, Vec<String>>,
    /// All of it.
    pub value: Value,
}

impl Manifest {
    /// That of the package `name`.
    ///
    /// # Panics
    ///
    /// Where there is none.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let metadata = cargo(&["metadata", "--no-deps", "--format-version=1"]);
        let metadata: Value = serde_json::from_str(&metadata).expect("cargo writes JSON");
        let packages = metadata["packages"].as_array().expect("packages");
        let value = packages.iter().find(|package| package["name"] == name);
        let value = value
            .unwrap_or_else(|| panic!("there is no {name}"))
            .clone();
        Manifest {
            version: value["version"].as_str().expect("a version").to_owned(),
            features: serde_json::from_value(value["features"].clone()).expect("features"),
            value,
        }
    }
}

/// What cargo prints, called in the root of the workspace.
///
/// # Panics
///
/// Where it fails.
#[must_use]
pub fn cargo(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(args)
        .current_dir(root())
        .output()
        .expect("cargo runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {args:?}: {errors}");
    String::from_utf8(output.stdout).expect("text")
}

/// The root of the workspace.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Where cargo puts what it makes.
#[must_use]
pub fn target() -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR");
    root().join(target.map_or_else(|| "target".into(), PathBuf::from))
}
