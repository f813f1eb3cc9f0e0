//! The feature `tracing`, whose tests are a workspace of their own, `tests/tracing`: all others are to see
//! what users have without it.

mod support;

use support::nested;

#[test]
fn what_is_told_with_the_feature() {
    let tested = nested::cargo("test", "tracing")
        .arg("--target-dir")
        .arg(nested::target("tracing"))
        .output()
        .expect("cargo runs");
    let said = String::from_utf8_lossy(&tested.stdout);
    let errors = String::from_utf8_lossy(&tested.stderr);
    assert!(tested.status.success(), "{said}{errors}");
    print!("{said}");
}

/// That nothing is left of it in the machine code, `assembly.rs` shows.
#[test]
fn nothing_of_it_is_compiled_in_without_the_feature() {
    let depends_on_it = |name| {
        let tree = nested::cargo("tree", name)
            .args(["--edges", "normal,dev", "--prefix", "none"])
            .output()
            .expect("cargo runs");
        assert!(tree.status.success());
        let tree = String::from_utf8_lossy(&tree.stdout).into_owned();
        assert!(tree.contains("guard-core "), "{tree}");
        tree.contains("tracing ")
    };
    assert!(depends_on_it("tracing"));
    assert!(!depends_on_it("assembly"), "with the default features");
}
