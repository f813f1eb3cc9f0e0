//! Writes `mended.rs`, which `tests/mended.rs` includes: every case of `mended/` as a module of one crate,
//! with a test that runs its `main`. One crate is compiled in seconds, and hundreds take minutes.

use std::path::{Path, PathBuf};
use std::{env, fs};

const TEST: &str = "
#[test]
fn comes_to_a_good_end() {
    crate::succeeds(main());
}
";

fn main() {
    println!("cargo::rerun-if-changed=mended");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let families = entries(Path::new("mended"));
    let modules: String = families.iter().map(|family| module(family, &out)).collect();
    fs::write(out.join("mended.rs"), modules).expect("the modules are written");
}

/// What is in a folder, in order.
fn entries(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    paths
}

fn module(family: &Path, out: &Path) -> String {
    let name = identifier(family);
    let folder = out.join(&name);
    fs::create_dir_all(&folder).expect("a folder for the family");
    let cases: String = entries(family)
        .iter()
        .map(|case| module_of_case(case, &folder))
        .collect();
    format!("mod {name} {{\n{cases}}}\n")
}

// Input:  `mended/use/kept.rs`
// Output: `use_/kept.rs`, which has a test at its end, and
//         `#[path = "use_/kept.rs"] mod kept;`
fn module_of_case(case: &Path, folder: &Path) -> String {
    let name = identifier(case);
    let text = fs::read_to_string(case).expect("a case");
    let copy = folder.join(format!("{name}.rs"));
    fs::write(&copy, text + TEST).expect("the case is copied");
    format!("#[path = \"{}\"]\nmod {name};\n", copy.display())
}

/// `use` and `async` are families, and keywords as well.
fn identifier(path: &Path) -> String {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    let name = stem.expect("a name").replace('-', "_");
    match name.as_str() {
        "use" | "async" => format!("{name}_"),
        _ => name,
    }
}
