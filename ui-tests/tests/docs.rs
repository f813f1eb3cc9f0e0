//! `docs/diagnostics.md` shows the cases of `fail/` as they are. To write it anew:
//! `GUARD_BLESS=1 cargo test -p guard-ui-tests --test docs`

mod common;

use std::{env, fs};

use common::{MENDED, here, names, words_are_those_expected};

const PAGE: &str = "../docs/diagnostics.md";

const INTRODUCTION: &str = "\
# Diagnostics

The mistakes that can be made with `guard`, what the compiler says to each, and the code mended.

This page is made from the tests in `ui-tests`, whose paths stand above the code. The messages are
those of Rust 1.95, word for word; of several errors the first is shown, without the notes that
lead into the inside of a macro, of `guard_core` or of the standard library. The mended code is
compiled with warnings denied, and run.

One mistake is not an error unless you ask for it: `let _ = f(..).enter();` exits at once, because
in Rust `_` does not hold. Turn on the lint that catches it in `Cargo.toml`:

```toml
[lints.rust]
let_underscore_drop = \"warn\"
```
";

#[test]
fn the_page_shows_the_cases() {
    if !words_are_those_expected("`docs/diagnostics.md`") {
        return;
    }
    let made = page();
    if env::var_os("GUARD_BLESS").is_some() {
        fs::write(here(PAGE), &made).expect("the page is written");
    }
    let committed = fs::read_to_string(here(PAGE)).unwrap_or_default();
    assert!(
        committed == made,
        "`docs/diagnostics.md` is stale: `GUARD_BLESS=1 cargo test -p guard-ui-tests --test docs`"
    );
}

fn page() -> String {
    let families = MENDED.map(|family| {
        let names = names(format!("fail/{family}"), "rs").into_iter();
        let sections: String = names
            .map(|name| section(&format!("{family}/{name}")))
            .collect();
        format!("\n{}{sections}", heading(family))
    });
    format!("{INTRODUCTION}{}", families.concat())
}

fn heading(family: &str) -> &'static str {
    match family {
        "item" => "## The item\n\nWhat `#[context_manager]` can stand on.\n",
        "argument" => {
            "## Arguments\n\nWhat stands in the parentheses of `#[context_manager(..)]`.\n"
        }
        "signature" => "## The signature\n\nWhat the function takes, returns and fails with.\n",
        "yield-point" => {
            "## The yield point\n\nEvery path reaches one `yield_point!`, once, with the promised value.\n"
        }
        "use" => "## Use\n\nHolding a context, and what comes of it.\n",
        "types" => {
            "## Types\n\nErrors of the compiler's own, which are to read as in any function.\n"
        }
        "stack" => "## Stacks\n\nWhat an `ExitStack` takes, for how long, and what it gives.\n",
        "within" => "## `#[within]`\n\nA function whose body runs inside of contexts.\n",
        "async" => {
            "## Async\n\nContexts that have to be awaited, and what is sent or left behind.\n"
        }
        _ => panic!("`{family}` has no heading"),
    }
}

fn section(case: &str) -> String {
    let title = title(case);
    let mistake = code(&format!("fail/{case}.rs"));
    let message = message(&read(&format!("fail/{case}.stderr")));
    let mended = code(&format!("mended/{case}.rs"));
    format!(
        "\n### {title}\n\n```rust\n{mistake}\n```\n\n```text\n{message}\n```\n\nMended:\n\n```rust\n{mended}\n```\n"
    )
}

fn title(case: &str) -> String {
    let text = read(&format!("fail/{case}.rs"));
    let line = text
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("//! "));
    let title = line.and_then(|line| line.strip_suffix('.'));
    title
        .unwrap_or_else(|| panic!("`{case}` does not begin with a title"))
        .to_owned()
}

/// The first line, which is for the tests, gives way to the path, so that the lines keep the
/// numbers that the message gives them.
fn code(path: &str) -> String {
    let text = read(path);
    let (_, code) = text.split_once('\n').expect("a first line");
    let code = code.trim_end().trim_end_matches("\n\nfn main() {}");
    format!("// {path}\n{code}")
}

fn read(path: &str) -> String {
    fs::read_to_string(here(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The first error, without the notes that lead out of the user's code.
fn message(stderr: &str) -> String {
    let next = ["\n\nerror", "\n\nwarning"];
    let end = next.iter().filter_map(|next| stderr.find(next)).min();
    let mut parts: Vec<Vec<&str>> = Vec::new();
    for line in stderr[..end.unwrap_or(stderr.len())].lines() {
        match parts.last_mut() {
            Some(part) if !begins_note(line) => part.push(line),
            _ => parts.push(vec![line]),
        }
    }
    let parts = parts.into_iter().map(|part| part.join("\n"));
    let shown: Vec<_> = parts.filter(|part| !leads_inside(part)).collect();
    shown
        .join("\n")
        .trim_end_matches([' ', '|', '\n'])
        .to_owned()
}

fn begins_note(line: &str) -> bool {
    let line = line.trim_start().trim_start_matches("= ");
    line.starts_with("note: ") || line.starts_with("help: ")
}

fn leads_inside(note: &str) -> bool {
    let signs = [
        "$WORKSPACE",
        "$RUST",
        "__private",
        "this error originates in",
    ];
    signs.iter().any(|sign| note.contains(sign)) && !note.contains("// help: ")
}
