//! What a timeline looks like, at 80 columns, and that any books make one.
//!
//! After a change that is meant to be seen: `INSTA_UPDATE=always cargo test -p guard-tests --test
//! timeline`.

mod support;

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use guard_core::testing::{Handle, Outcome, ResourceTracker, Timeline};
use guard_core::{AsyncContext, Exit};
use proptest::prelude::*;
use support::driven::cancelled;
use support::{caught, child};

/// A tracker whose clock goes on by 3 ms with each look.
fn ticking() -> ResourceTracker {
    let ticks = AtomicU64::new(0);
    ResourceTracker::with_clock(move || {
        Duration::from_millis(3 * ticks.fetch_add(1, Ordering::Relaxed))
    })
}

fn text(timeline: &Timeline) -> String {
    let text = timeline.to_string();
    narrow(&text);
    text
}

/// The message of an assertion that fails. The lines of this file are left out of it, which change
/// with every test that is added.
// Input:  (opened at tests/tests/timeline.rs:42)
// Output: (opened at tests/tests/timeline.rs:..)
fn failing(assertion: impl FnOnce()) -> String {
    let message = caught(assertion).expect_err("the assertion fails");
    narrow(&message);
    let mut parts = message.split("timeline.rs:");
    let mut stable = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        stable.push_str("timeline.rs:..");
        stable.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    stable
}

fn narrow(text: &str) {
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "too long: {line}\n{text}");
    }
}

#[test]
fn nothing_opened() {
    insta::assert_snapshot!(text(&ticking().timeline()));
}

#[test]
fn all_is_well() {
    let tracker = ticking();
    let outcome = tracker.resource("database").try_with(|_| {
        tracker.resource("transaction").try_with(|_| {
            tracker.resource("cursor").with(|_| ());
            Err::<(), _>("no such table")
        })
    });
    assert_eq!(outcome, Err("no such table"));
    drop(tracker.open("log file"));
    insta::assert_snapshot!(text(&tracker.timeline()));
}

#[test]
fn never_closed() {
    let tracker = ticking();
    tracker.resource("pool").with(|_| {
        let descriptor = tracker.handle("descriptor");
        drop(tracker.open("buffer"));
        descriptor.fail(std::io::Error::other("no space left on device"));
    });
    insta::assert_snapshot!(failing(|| tracker.assert_balanced()));
}

#[test]
fn closed_twice() {
    let tracker = ticking();
    tracker.resource("listener").with(|listener| {
        let _session = tracker.open("session");
        listener.close();
    });
    insta::assert_snapshot!(failing(|| tracker.assert_balanced()));
}

#[test]
fn used_after_close() {
    let tracker = ticking();
    let socket = tracker.open("socket");
    let kept = socket.handle().clone();
    drop(socket);
    kept.touch();
    drop(tracker.open("file"));
    kept.touch();
    insta::assert_snapshot!(failing(|| tracker.assert_balanced()));
}

#[test]
fn out_of_order() {
    let tracker = ticking();
    let pool = tracker.open("pool");
    let metrics = tracker.open("metrics");
    let connections = [tracker.open("connection"), tracker.open("connection")];
    drop(metrics);
    drop(pool);
    drop(connections);
    insta::assert_snapshot!(failing(|| tracker.assert_lifo()));
}

#[test]
fn everything_at_once() {
    let tracker = ticking();
    let config = tracker.open("config");
    let _lock = tracker.handle("lock file");
    let socket = tracker.handle("socket");
    socket.fail("connection reset by peer");
    let cache = tracker.open("cache");
    drop(config);
    socket.close();
    socket.close_with(Exit::Dropped);
    let gone = cache.handle().clone();
    drop(cache);
    gone.touch();
    insta::assert_snapshot!(failing(|| tracker.assert_lifo()));
}

#[test]
fn other_outcomes() {
    let tracker = ticking();
    let _ = tracker.resource("transaction").try_with(|_| {
        drop(tracker.open("savepoint"));
        Err::<(), _>("disk full")
    });
    tracker.resource("journal").with(|_| ());
    let expected = [
        ("savepoint", Outcome::Dropped),
        ("transaction", Outcome::Completed),
        ("index", Outcome::Completed),
        ("journal", Outcome::Completed),
    ];
    insta::assert_snapshot!(failing(|| tracker.assert_outcomes(expected)));
}

#[test]
fn several_threads() {
    let tracker = ticking();
    let pool = tracker.open("pool");
    let kept = tracker.clone();
    let worker = thread::Builder::new().name("app::workers::worker-1".into());
    let worker = worker.spawn(move || {
        let connection = kept.open("connection");
        let leaked = kept.handle("temporary table");
        connection.close();
        connection.close();
        leaked
    });
    let leaked = worker.expect("a thread").join().expect("it ends");
    leaked.touch();
    drop(pool);
    insta::assert_snapshot!(failing(|| tracker.assert_balanced()));
}

#[test]
fn cancelled_at_each_poll() {
    let tracker = ticking();
    for polls in 1..=4 {
        let session = tracker.async_resource("session");
        let body = async |_: &mut Handle| support::turn().await;
        cancelled(AsyncContext::with(session, body), polls);
    }
    insta::assert_snapshot!(text(&tracker.timeline()));
}

#[test]
fn long_names_and_errors() {
    let tracker = ticking();
    let url = "postgres://user@database.internal.example.com:5432/production";
    let rows = tracker.handle(url);
    rows.fail("could not connect to server: connection refused\n    is the server running?");
    rows.close_with(Exit::Failed(
        &"the server closed the connection unexpectedly",
    ));
    drop(tracker.open("two\nlines\tand a tab \u{1b}[31m"));
    drop(tracker.open("データベース接続"));
    drop(tracker.open("🔒 lock"));
    let expected = [(url, Outcome::Completed)];
    insta::assert_snapshot!(failing(|| tracker.assert_outcomes(expected)));
}

#[test]
fn more_events_than_columns() {
    let tracker = ticking();
    let outer = tracker.open("outer");
    let leaked = tracker.handle("leaked");
    for n in 0..30 {
        let inner = tracker.open(&format!("inner {n}"));
        inner.fail(n);
        leaked.fail(n);
        drop(inner);
    }
    drop(outer);
    insta::assert_snapshot!(failing(|| tracker.assert_balanced()));
}

#[test]
fn hundreds_of_rows() {
    let tracker = ticking();
    let pool = tracker.open("pool");
    for n in 0..300 {
        let handle = tracker.handle(&format!("connection {n}"));
        if n != 77 && n != 200 {
            handle.close();
        }
    }
    drop(pool);
    insta::assert_snapshot!(failing(|| tracker.assert_balanced()));
}

#[test]
fn more_wrong_rows_than_are_shown() {
    let tracker = ticking();
    for n in 0..100 {
        tracker.handle(&format!("connection {n}"));
    }
    insta::assert_snapshot!(failing(|| tracker.assert_balanced()));
}

#[test]
fn hundreds_of_rows_without_a_mistake() {
    let tracker = ticking();
    for n in 0..100 {
        drop(tracker.open(&format!("connection {n}")));
    }
    insta::assert_snapshot!(text(&tracker.timeline()));
}

// ---- marking ----

#[test]
fn problems_of_another_tracker_mark_nothing() {
    let (one, other) = (ticking(), ticking());
    one.handle("file");
    other.handle("file");
    let timeline = one.timeline().marking(&other.unbalanced());
    assert!(!timeline.to_string().contains('✗'));
    let timeline = timeline.marking(&one.unbalanced());
    assert!(timeline.to_string().contains("\n✗ file"));
}

#[test]
fn what_is_marked_twice_is_told_once() {
    let tracker = ticking();
    let (outer, inner) = (tracker.open("outer"), tracker.open("inner"));
    drop(outer);
    drop(inner);
    let problems = tracker.out_of_order();
    let timeline = tracker.timeline().marking(&problems).marking(&problems);
    assert_eq!(
        timeline.to_string().matches("closed before inner").count(),
        1
    );
}

// ---- as a picture ----

fn mixed() -> ResourceTracker {
    let tracker = ticking();
    let config = tracker.open("config <&> \"quoted\"");
    let socket = tracker.handle("socket");
    tracker.handle("lock file");
    socket.fail("connection reset by peer");
    drop(config);
    socket.close();
    socket.close_with(Exit::Dropped);
    socket.touch();
    let _ = tracker
        .resource("transaction")
        .try_with(|_| Err::<(), _>("disk full"));
    tracker
}

fn parsed<Q>(svg: &str, f: impl FnOnce(roxmltree::Node<'_, '_>) -> Q) -> Q {
    let document = roxmltree::Document::parse(svg).expect("it is XML");
    f(document.root_element())
}

fn with_class(root: roxmltree::Node<'_, '_>, class: &str) -> usize {
    let of_class = |node: &roxmltree::Node<'_, '_>| node.attribute("class") == Some(class);
    root.descendants().filter(of_class).count()
}

#[test]
fn a_picture_shows_what_the_text_shows() {
    let tracker = mixed();
    let timeline = tracker.timeline().marking(&tracker.unbalanced());
    parsed(&timeline.to_svg(), |root| {
        let rows = ["row", "shade", "open", "again", "sign", "error", "failed"];
        assert_eq!(
            rows.map(|class| with_class(root, class)),
            [4, 2, 1, 1, 1, 1, 1]
        );
        let texts: Vec<_> = root.descendants().filter_map(|node| node.text()).collect();
        for text in [
            "config <&> \"quoted\"",
            "Failed(\"disk full\")",
            "never closed",
        ] {
            assert!(texts.contains(&text), "{text} is not in {texts:?}");
        }
    });
}

#[test]
fn a_picture_tells_where_and_when() {
    let tracker = mixed();
    parsed(&tracker.timeline().to_svg(), |root| {
        let titles = root.descendants().filter(|node| node.has_tag_name("title"));
        let titles: Vec<_> = titles.filter_map(|node| node.text()).collect();
        let socket = titles.iter().find(|title| title.starts_with("socket\n"));
        let lines: Vec<_> = socket.expect("the title of its row").lines().collect();
        let starts = [
            "socket",
            "opened at tests/tests/timeline.rs:",
            "error \"connection reset by peer\" at ",
            "closed Completed at ",
            "closed Dropped at ",
            "used after close at ",
        ];
        assert_eq!(lines.len(), starts.len());
        for (line, start) in lines.iter().zip(starts) {
            assert!(line.starts_with(start), "{line}");
        }
        assert!(lines[1].ends_with("on thread a_picture_tells_where_and_when after 3 ms"));
    });
}

#[test]
fn a_picture_is_written_when_an_assertion_fails() {
    let directory = tempfile::tempdir().expect("a directory");
    let tracker = ticking().svg_on_failure(directory.path().join("made/for/it"));
    tracker.assert_balanced();
    assert!(
        !directory.path().join("made").exists(),
        "nothing has failed"
    );
    tracker.handle("file");
    let message = caught(|| tracker.assert_balanced()).expect_err("it is open");
    let path = directory.path().join("made/for/it");
    let path = path.join("a_picture_is_written_when_an_assertion_fails.svg");
    assert!(message.ends_with(&format!("the timeline as a picture: {}\n", path.display())));
    let svg = std::fs::read_to_string(path).expect("it is there");
    parsed(&svg, |root| assert_eq!(with_class(root, "shade"), 1));
}

#[test]
fn a_picture_that_cannot_be_written_loses_nothing() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let tracker = ticking().svg_on_failure(file.path());
    tracker.handle("descriptor");
    let message = caught(|| tracker.assert_balanced()).expect_err("it is open");
    assert!(message.contains("✗ `descriptor` was never closed"));
    assert!(message.contains("\n✗ descriptor ┣━"));
    assert!(message.contains("\nthe timeline cannot be written to "));
}

#[test]
fn a_picture_is_written_where_the_environment_says() {
    const ALONE: &str = "fails_in_a_process_of_its_own";
    let directory = tempfile::tempdir().expect("a directory");
    let output = child::run_with(ALONE, "GUARD_TIMELINE_SVG", directory.path());
    assert!(!output.status.success());
    let path = directory.path().join("fails_in_a_process_of_its_own.svg");
    assert!(child::stderr(&output).contains(&path.display().to_string()));
    assert!(path.exists());
}

#[test]
fn fails_in_a_process_of_its_own() {
    if child::is_child() {
        let tracker = ticking().svg_on_failure("/dev/null/is/no/directory");
        tracker.handle("file");
        tracker.assert_balanced();
    }
}

// ---- any books ----

#[derive(Clone, Debug)]
enum Step {
    Open(String),
    Close(usize),
    Touch(usize),
    Fail(usize, String),
}

fn step() -> impl Strategy<Value = Step> {
    // All of Unicode, with what a terminal obeys, what is wide and what is not allowed in XML.
    let name = prop_oneof![".{0,40}", "[a-c]{1,3}", "[\\x00-\\x1f\u{fffe}漢🔒<&]{0,12}"];
    prop_oneof![
        3 => name.clone().prop_map(Step::Open),
        3 => any::<usize>().prop_map(Step::Close),
        1 => any::<usize>().prop_map(Step::Touch),
        1 => (any::<usize>(), name).prop_map(|(index, error)| Step::Fail(index, error)),
    ]
}

fn play(steps: Vec<Step>, tracker: &ResourceTracker) {
    let mut handles = Vec::new();
    for step in steps {
        let of = |index: usize| -> Option<&Handle> {
            handles.get(index.checked_rem(handles.len()).unwrap_or(0))
        };
        match step {
            Step::Open(name) => handles.push(tracker.handle(&name)),
            Step::Close(index) => of(index).into_iter().for_each(Handle::close),
            Step::Touch(index) => of(index).into_iter().for_each(Handle::touch),
            Step::Fail(index, error) => of(index).into_iter().for_each(|h| h.fail(error.clone())),
        }
    }
}

/// How many rows are shown, and how many are said to be left out.
fn counted(text: &str) -> (usize, usize) {
    let mut counts = (0, 0);
    for line in text.lines().skip(1) {
        // A row tells for how long it was held, and the legend does not.
        let units = [
            " ns  ", " µs  ", " ms  ", " s  ", " min  ", " h  ", "years  ",
        ];
        let left_out = line
            .split_once("… ")
            .and_then(|(_, rest)| rest.split_once(" row"));
        if units.iter().any(|unit| line.contains(unit)) {
            counts.0 += 1;
        } else if let Some((rows, _)) = left_out {
            counts.1 += rows.parse::<usize>().expect("a number");
        }
    }
    counts
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_books_fit(
        steps in prop::collection::vec(step(), 0..160),
        millis in prop::collection::vec(any::<u64>(), 1..4),
        marked in any::<bool>(),
    ) {
        let looks = AtomicUsize::new(0);
        let tracker = ResourceTracker::with_clock(move || {
            Duration::from_millis(millis[looks.fetch_add(1, Ordering::Relaxed) % millis.len()])
        });
        play(steps, &tracker);
        let mut timeline = tracker.timeline();
        if marked {
            timeline = timeline.marking(&tracker.unbalanced()).marking(&tracker.out_of_order());
        }
        let text = timeline.to_string();
        narrow(&text);
        if tracker.opened() > 0 {
            let (shown, left_out) = counted(&text);
            prop_assert!(shown <= 40, "{}", text);
            prop_assert_eq!(shown + left_out, tracker.opened(), "{}", text);
        }
        parsed(&timeline.to_svg(), |root| assert_eq!(with_class(root, "row"), tracker.opened()));
    }
}
