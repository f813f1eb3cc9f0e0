//! The machine code of the simplest context manager, beside that of the same guard by hand.
//!
//! `GUARD_BLESS=1 cargo test -p guard-tests --test assembly` writes it into `docs/performance.md`.

#![cfg(all(target_arch = "x86_64", target_os = "linux"))]

mod support;

use std::sync::OnceLock;
use std::{env, fs};

use support::nested;

/// One function, as the compiler has written it.
struct Code(Vec<String>);

impl Code {
    fn of(name: &str) -> Self {
        let function: Vec<_> = assembly()
            .lines()
            .skip_while(|line| *line != format!("{name}:"))
            .skip(1)
            .take_while(|line| !line.starts_with(".Lfunc_end"))
            .collect();
        assert!(!function.is_empty(), "there is no `{name}` in the assembly");
        Code(function.into_iter().filter_map(instruction).collect())
    }

    /// From the entry to where a body that does not panic comes out.
    fn way_through(&self) -> &[String] {
        let end = self.0.iter().position(|line| line.starts_with("ret"));
        &self.0[..=end.expect("it returns")]
    }

    /// How many instructions of the way through `belong`.
    fn count(&self, belong: impl Fn(&str) -> bool) -> usize {
        self.way_through()
            .iter()
            .filter(|line| belong(line))
            .count()
    }

    fn calls(&self) -> usize {
        self.count(|line| line.starts_with("call"))
    }

    fn branches(&self) -> usize {
        self.count(|line| line.starts_with('j'))
    }

    /// Instructions that read memory: no stores of constants or registers.
    fn loads(&self) -> usize {
        self.count(|line| {
            let (operation, operands) = line.split_once(' ').unwrap_or((line, ""));
            let source = operands
                .rsplit_once(", ")
                .map_or(operands, |(source, _)| source);
            let reads_target = !operation.starts_with("mov") && operands.contains('(');
            !["lea", "call"].iter().any(|no| operation.starts_with(no))
                && (reads_target || source.contains('('))
        })
    }
}

// Input:  "\tmovq\t%rdi, %rbx"
// Output: "movq %rdi, %rbx", and nothing for what is no instruction
fn instruction(line: &str) -> Option<String> {
    let line = line.strip_prefix('\t')?;
    (!line.starts_with('.')).then(|| line.replace('\t', " "))
}

/// What `tests/assembly` is compiled to.
fn assembly() -> &'static str {
    static ASSEMBLY: OnceLock<String> = OnceLock::new();
    ASSEMBLY.get_or_init(|| {
        let target = nested::target("assembly");
        let status = nested::cargo("rustc", "assembly")
            .args(["--quiet", "--release", "--target-dir"])
            .arg(&target)
            .args(["--", "--emit"])
            .arg(format!("asm={}", target.join("assembly.s").display()))
            .status()
            .expect("cargo runs");
        assert!(status.success(), "`tests/assembly` has to compile");
        fs::read_to_string(target.join("assembly.s")).expect("the compiler has written it")
    })
}

/// What the frame costs: stores into memory that nobody reads unless the body panics, and a register
/// that is saved.
const STORES: usize = 7;
/// Asking whether a panic unwinds: the address of the count, the count, a test and a branch.
const ASKING: usize = 5;
/// Registers that have to be saved for what is asked, and the space for them.
const REGISTERS: usize = 4;

/// What a form may count beyond the same by hand.
fn beyond(name: &str, more: usize) {
    let (ours, theirs) = (Code::of(name), Code::of("by_hand"));
    assert_eq!(ours.calls(), theirs.calls(), "{name} calls the body alone");
    let (ours, theirs) = (ours.way_through().len(), theirs.way_through().len());
    assert!(
        ours <= theirs + more,
        "{name} has {ours} instructions, by hand there are {theirs}, and no more than {more} are known"
    );
}

#[test]
fn with_is_a_drop_by_hand_and_the_stores_of_the_frame() {
    beyond("by_with", STORES);
    let (ours, theirs) = (Code::of("by_with"), Code::of("by_hand"));
    assert_eq!(ours.branches(), 0, "it knows where the frame stands");
    assert!(
        ours.loads() <= theirs.loads(),
        "nothing of the frame is read"
    );
}

#[test]
fn a_block_asks_once_whether_it_is_entered_in_a_panic() {
    beyond("by_with_macro", STORES + ASKING + REGISTERS);
    assert_eq!(Code::of("by_with_macro").branches(), 1);
}

#[test]
fn a_scope_asks_when_it_is_entered_and_when_it_is_left() {
    beyond("by_enter_macro", STORES + 2 * ASKING + REGISTERS);
    assert_eq!(Code::of("by_enter_macro").branches(), 2);
}

/// The page has the code as it is.
#[test]
fn the_page_shows_what_is_compiled() {
    let path = nested::root().join("docs/performance.md");
    let page = fs::read_to_string(&path).expect("there is a page");
    let names = ["by_hand", "by_with", "by_with_macro", "by_enter_macro"];
    let shown = names.into_iter().fold(page.clone(), |page, name| {
        let (before, rest) = page.split_once(&format!("<!-- {name} -->\n")).expect(name);
        let (_, after) = rest
            .split_once("```\n\n")
            .expect("a block and an empty line");
        let code = Code::of(name).way_through().join("\n");
        format!("{before}<!-- {name} -->\n```text\n{code}\n```\n\n{after}")
    });
    if env::var_os("GUARD_BLESS").is_some() {
        fs::write(&path, shown).expect("the page can be written");
    } else {
        assert!(
            page == shown,
            "the page shows other code, which `GUARD_BLESS=1` writes anew"
        );
    }
}
