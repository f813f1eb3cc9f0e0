//! The code of `docs/testing.md`, and what it prints. The page has parts of this file word for word.

mod support;

use std::fs;

use support::child;

mod leaky {
    use std::io::{self, Read};
    use std::process::{Command, Stdio};

    fn sorted(mut lines: impl Read) -> io::Result<String> {
        let mut sort = Command::new("sort")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (to, from) = (sort.stdin.take(), sort.stdout.take());
        let (mut to, mut from) = (to.expect("a pipe"), from.expect("a pipe"));
        io::copy(&mut lines, &mut to)?;
        drop(to);
        let mut text = String::new();
        from.read_to_string(&mut text)?;
        sort.wait()?;
        Ok(text)
    }

    #[test]
    fn sorts() {
        assert_eq!(sorted(&b"pear\napple\n"[..]).unwrap(), "apple\npear\n");
    }

    use guard_core::testing::exhaust;

    #[should_panic(expected = "2 of 3 runs went wrong")]
    #[test]
    fn leaves_nothing_behind() {
        exhaust(|faults| sorted(faults.io("lines", &b"pear\napple\n"[..])));
    }
}

mod mended {
    use guard_core::testing::exhaust;
    use guard_core::{Exit, context_manager, yield_point};
    use std::io::{self, Read};
    use std::process::{Child, Command, Stdio};

    /// A child process that does not outlive the body.
    #[context_manager]
    fn running(mut command: Command) -> io::Result<Child> {
        let mut child = command.spawn()?;
        let killed = match yield_point!(child) {
            Exit::Completed => Ok(()),
            _ => child.kill(),
        };
        child.wait()?; // also if it could not be killed
        killed
    }

    fn sorted(mut lines: impl Read) -> io::Result<String> {
        let mut sort = Command::new("sort");
        sort.stdin(Stdio::piped()).stdout(Stdio::piped());
        running(sort).try_with(|sort| {
            let (to, from) = (sort.stdin.take(), sort.stdout.take());
            let (mut to, mut from) = (to.expect("a pipe"), from.expect("a pipe"));
            io::copy(&mut lines, &mut to)?;
            drop(to);
            let mut text = String::new();
            from.read_to_string(&mut text)?;
            Ok(text)
        })
    }

    #[test]
    fn leaves_nothing_behind() {
        exhaust(|faults| sorted(faults.io("lines", &b"pear\napple\n"[..])));
    }
}

mod books {
    use guard_core::testing::{Faults, Injected, exhaust};

    fn transfer(faults: &Faults) -> Result<(), Injected> {
        let connection = faults.tracker().handle("connection");
        let _transaction = faults.tracker().open("transaction");
        faults.point("withdraw")?;
        faults.point("deposit")?;
        connection.close();
        Ok(())
    }

    #[should_panic(expected = "`connection` was never closed")]
    #[test]
    fn closes_the_connection() {
        exhaust(transfer);
    }
}

mod cancelled {
    use guard_core::testing::{Exhaust, Handle};

    #[test]
    fn closes_the_session_even_if_it_is_cancelled() {
        Exhaust::new().tokio().run_async(async |faults| {
            let session = faults.async_resource("session");
            let work = async |session: &mut Handle| {
                tokio::task::yield_now().await;
                session.touch();
                faults.point("request")
            };
            session.try_with(work).await
        });
    }
}

mod leaks {
    use guard_core::testing::no_leaks;
    use std::thread;

    #[test]
    fn joins_its_threads() {
        no_leaks(|| {
            thread::scope(|scope| {
                scope.spawn(|| println!("at work"));
            });
        });
    }
}

mod fixture {
    use guard_core::testing::temp_dir;
    use guard_core::within;
    use std::{fs, io};

    #[within(dir = temp_dir().keep_on_failure()?)]
    #[test]
    fn writes_a_report() -> io::Result<()> {
        fs::write(dir.join("report.txt"), "done")?;
        assert_eq!(fs::read_to_string(dir.join("report.txt"))?, "done");
        Ok(())
    }
}

mod shared {
    use guard_core::testing::{Shared, TempDir, temp_dir};
    use guard_core::within;
    use std::{fs, io};

    static CACHE: Shared<io::Result<TempDir>> = Shared::new(|| temp_dir().enter());

    #[within(cache = CACHE.lend()?)]
    #[test]
    fn fills_the_cache() -> io::Result<()> {
        fs::write(cache.join("entry"), "1")
    }
}

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/testing.md");

/// The fenced blocks of the page in one language.
fn blocks(language: &str) -> Vec<String> {
    let page = fs::read_to_string(PAGE).expect("the page");
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(found) = line.strip_prefix("```") {
            let block: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
            if found == language {
                blocks.push(block.join("\n"));
            }
        }
    }
    blocks
}

/// Without the indentation of each line, as the code of the page stands in modules here, and without
/// what is said of tests that fail.
fn dedented(text: &str) -> String {
    let lines = text.lines().map(str::trim_start);
    let lines = lines.filter(|line| !line.starts_with("#[should_panic"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_page_shows_code_that_is_compiled() {
    let here = dedented(include_str!("guide.rs"));
    let blocks = blocks("rust");
    assert!(blocks.len() > 5);
    for block in blocks {
        assert!(
            here.contains(&dedented(&block)),
            "not in this file:\n{block}"
        );
    }
}

/// Without what is another each time: numbers, units of time, and how much room they take.
// Input:  ✗ connection  ┣━━━━━━━━━▶ > 286 µs  never closed (child 4711)
// Output: ✗ connection ┣━▶ > 0 s never closed (child 0)
fn without_numbers(text: &str) -> String {
    let mut plain = String::new();
    for c in text.chars() {
        let c = if c.is_ascii_digit() { '0' } else { c };
        if !(matches!(c, '0' | ' ' | '━') && plain.ends_with(c)) {
            plain.push(c);
        }
    }
    plain
        .replace("0 ms", "0 s")
        .replace("0 µs", "0 s")
        .replace("0 ns", "0 s")
}

#[test]
fn the_page_shows_what_is_printed() {
    if child::is_child() {
        return;
    }
    let tests = [
        "leaky::leaves_nothing_behind",
        "books::closes_the_connection",
    ];
    let blocks = blocks("text");
    assert_eq!(blocks.len(), tests.len());
    for (test, block) in tests.into_iter().zip(blocks) {
        let printed = child::stderr(&child::run(test));
        let shown = without_numbers(&printed).contains(&without_numbers(&block));
        assert!(shown, "what the page shows is not in:\n{printed}");
    }
}
