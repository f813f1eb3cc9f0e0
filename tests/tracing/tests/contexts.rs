//! What is told of contexts that are not async.

mod support;

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use guard_core::{
    ContextManager as _, ExitStack, Guard, closing, context_manager, enter, nullcontext,
    on_lost_error, with, within, yield_point,
};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber, info, info_span};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use support::{Book, told, told_of_panic};

#[context_manager]
fn plain() -> u32 {
    info!("enters");
    yield_point!(1);
    info!("exits");
}

/// Fails where `fails` says so.
#[context_manager]
fn fallible(fails: &str) -> Result<u32, String> {
    if fails.contains("enter") {
        return Err("cannot enter".to_owned());
    }
    yield_point!(1);
    if fails.contains("exit") {
        return Err("cannot exit".to_owned());
    }
    Ok(())
}

#[context_manager]
fn panics(when: &str) {
    assert_ne!(when, "enter");
    yield_point!();
    assert_ne!(when, "exit");
}

#[test]
fn halves_are_in_the_span_and_the_body_is_beside_it() {
    let lines = told(|| {
        plain().with(|_| info!("works"));
    });
    let expected = [
        "plain: enters",
        "plain: entered",
        ": works",
        "plain: exits",
        "plain: exited outcome=Completed",
        "plain closed outcome=Completed",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_context_that_is_not_entered_has_no_span() {
    let lines = told(|| drop(plain()));
    assert!(lines.is_empty(), "{lines:?}");
}

#[test]
fn a_context_is_in_the_span_in_which_it_is_entered() {
    let lines = told(|| {
        let context = info_span!("made").in_scope(plain);
        info_span!("used").in_scope(|| context.with(|_| ()));
    });
    assert!(
        lines.contains(&"used > plain: entered".to_owned()),
        "{lines:?}"
    );
}

#[test]
fn the_outcome_is_that_which_the_exit_half_is_told() {
    let failed = told(|| {
        plain()
            .try_with(|_| Err::<(), _>("no"))
            .expect_err("an error");
    });
    assert_eq!(failed.last().unwrap(), "plain closed outcome=Failed");
    let panicked = told_of_panic(|| plain().with(|_| panic!("in the body")));
    assert_eq!(panicked.last().unwrap(), "plain closed outcome=Panicked");
    let dropped = told(|| {
        enter!(_ = plain());
    });
    assert_eq!(dropped.last().unwrap(), "plain closed outcome=Dropped");
    let completed = told(|| with!(_ = plain() => {}));
    assert_eq!(completed.last().unwrap(), "plain closed outcome=Completed");
    let exited = told(|| Guard::exit(plain().enter()));
    assert_eq!(exited.last().unwrap(), "plain closed outcome=Completed");
}

#[test]
fn errors_of_the_halves_are_told() {
    let lines = told(|| {
        fallible("enter").with(|_| ()).expect_err("an error");
    });
    assert_eq!(
        lines,
        [
            "fallible: could not enter error=\"cannot enter\"",
            "fallible closed"
        ]
    );
    let lines = told(|| {
        fallible("exit").with(|_| ()).expect_err("an error");
    });
    let expected = [
        "fallible: entered",
        "fallible: exited outcome=Completed error=\"cannot exit\"",
        "fallible closed outcome=Completed",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn panics_of_the_halves_are_told() {
    let lines = told_of_panic(|| panics("enter").with(|()| ()));
    assert_eq!(
        lines,
        ["panics: panicked in its enter half", "panics closed"]
    );
    let lines = told_of_panic(|| panics("exit").with(|()| ()));
    let expected = [
        "panics: entered",
        "panics: panicked in its exit half outcome=Completed",
        "panics closed outcome=Completed",
    ];
    assert_eq!(lines, expected);
}

/// The hook is one for the process.
static HOOK: Mutex<()> = Mutex::new(());

#[test]
fn lost_errors_are_told_where_they_are_lost() {
    let _locked = HOOK.lock();
    on_lost_error(|lost| info!("hook of {}", lost.context()));
    let lines = told(|| {
        info_span!("caller").in_scope(|| drop(fallible("exit").enter().unwrap()));
    });
    let expected = [
        "caller > fallible: entered",
        "caller > fallible: exited outcome=Dropped error=\"cannot exit\"",
        "caller > fallible closed outcome=Dropped",
        "caller: the exit half returned \"cannot exit\", which is lost \
         context=contexts::fallible outcome=Dropped",
        "caller: hook of contexts::fallible",
        "caller closed",
    ];
    assert_eq!(lines, expected);
}

/// Panics when it is told of what is named.
struct Panics(&'static str);

impl Panics {
    fn at(&self, what: &str) {
        assert_ne!(self.0, what, "the subscriber panics");
    }
}

impl<S: Subscriber> Layer<S> for Panics {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.at(event.metadata().level().as_str());
    }

    fn on_record(&self, _: &Id, _: &Record<'_>, _: Context<'_, S>) {
        self.at("record");
    }

    fn on_enter(&self, _: &Id, _: Context<'_, S>) {
        self.at("enter");
    }

    fn on_exit(&self, _: &Id, _: Context<'_, S>) {
        self.at("exit");
    }

    fn on_close(&self, _: Id, _: Context<'_, S>) {
        self.at("close");
    }
}

#[test]
fn a_subscriber_that_panics_keeps_no_half_from_running() {
    #[context_manager]
    fn noted(log: &Mutex<Vec<&'static str>>) {
        log.lock().unwrap().push("enters");
        yield_point!();
        log.lock().unwrap().push("exits");
    }
    for what in ["DEBUG", "record", "enter", "exit", "close"] {
        let log = Mutex::new(Vec::new());
        let subscriber = tracing_subscriber::registry().with(Panics(what));
        tracing::subscriber::with_default(subscriber, || {
            noted(&log).with(|()| log.lock().unwrap().push("works"));
            drop(noted(&log).enter());
        });
        let expected = ["enters", "works", "exits", "enters", "exits"];
        assert_eq!(*log.lock().unwrap(), expected, "{what}");
    }
}

#[test]
fn a_lost_error_stands_beside_that_of_the_body() {
    let _locked = HOOK.lock();
    on_lost_error(|_| {});
    let lines = told(|| {
        let body = |_: &mut u32| Err::<(), _>("no".to_owned());
        fallible("exit").try_with(body).expect_err("an error");
    });
    let loss = ": the exit half returned \"cannot exit\", which is lost \
                context=contexts::fallible outcome=Failed error=\"no\"";
    assert!(lines.contains(&loss.to_owned()), "{lines:?}");
    let lines = told_of_panic(|| {
        drop(panics("exit").try_with(|()| Err::<(), _>("no".to_owned())));
    });
    let loss = ": the exit half panicked, so that this error is lost \
                context=contexts::panics outcome=Failed error=\"no\"";
    assert!(lines.contains(&loss.to_owned()), "{lines:?}");
}

#[test]
fn a_subscriber_that_panics_keeps_no_loss_from_the_hook() {
    static LOST: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let _locked = HOOK.lock();
    on_lost_error(|lost| LOST.lock().unwrap().push(lost.context().to_owned()));
    let subscriber = tracing_subscriber::registry().with(Panics("ERROR"));
    tracing::subscriber::with_default(subscriber, || drop(fallible("exit").enter().unwrap()));
    assert_eq!(*LOST.lock().unwrap(), ["contexts::fallible"]);
}

#[test]
fn arguments_are_recorded_only_if_they_are_named() {
    struct Account {
        owner: &'static str,
    }
    impl Account {
        #[context_manager(fields(owner = self.owner, amount, path = %path.display()))]
        fn booking(&mut self, amount: u32, path: &Path, _secret: &str) -> u32 {
            yield_point!(amount);
            self.owner = "nobody";
        }
    }
    let mut account = Account { owner: "Ann" };
    let lines = told(|| account.booking(3, Path::new("a/b"), "1234").with(|_| ()));
    let recorded = "booking closed owner=Ann amount=3 path=a/b outcome=Completed";
    assert_eq!(lines.last().unwrap(), recorded);
    assert_eq!(account.owner, "nobody");
}

#[test]
fn an_argument_that_is_only_recorded_is_held() {
    #[derive(Debug)]
    struct Permit<'l>(&'l Mutex<Vec<&'static str>>);
    impl Drop for Permit<'_> {
        fn drop(&mut self) {
            self.0.lock().unwrap().push("dropped");
        }
    }
    #[context_manager(fields(permit = ?permit))]
    fn hold(permit: Permit<'_>) {
        yield_point!();
    }
    let log = Mutex::new(Vec::new());
    hold(Permit(&log)).with(|()| log.lock().unwrap().push("body"));
    assert_eq!(*log.lock().unwrap(), ["body", "dropped"]);
}

#[test]
fn a_guard_can_be_exited_on_another_thread() {
    let book = Book::default();
    let dispatch = tracing::Dispatch::new(book.clone().subscriber());
    let guard = tracing::dispatcher::with_default(&dispatch, || plain().enter());
    thread::spawn(move || tracing::dispatcher::with_default(&dispatch, || Guard::exit(guard)))
        .join()
        .expect("no panic");
    let lines = book.lines();
    assert_eq!(lines.len(), 5, "{lines:?}");
    assert_eq!(lines[2], "plain: exits");
    assert_eq!(lines[4], "plain closed outcome=Completed");
}

#[test]
fn contexts_within_contexts() {
    #[context_manager]
    fn outer() -> Result<(), String> {
        enter!(_ = plain());
        yield_point!();
        fallible("exit").with(|_| ())
    }
    let lines = told(|| {
        outer().with(|()| ()).expect_err("an error");
    });
    let expected = [
        "outer > plain: enters",
        "outer > plain: entered",
        "outer: entered",
        "outer > fallible: entered",
        "outer > fallible: exited outcome=Completed error=\"cannot exit\"",
        "outer > fallible closed outcome=Completed",
        "outer > plain: exits",
        "outer > plain: exited outcome=Dropped",
        "outer > plain closed outcome=Dropped",
        "outer: exited outcome=Completed error=\"cannot exit\"",
        "outer closed outcome=Completed",
    ];
    assert_eq!(lines, expected);
}

#[within(_ = plain())]
fn fails_inside() -> Result<(), String> {
    Err("no".to_owned())
}

#[test]
fn all_forms_tell_the_same() {
    let outcome_of = |form: fn()| {
        let last = told(form).pop().expect("a line");
        let outcome = last.strip_prefix("plain closed outcome=");
        outcome.unwrap_or_else(|| panic!("{last}")).to_owned()
    };
    assert_eq!(outcome_of(|| drop(fails_inside())), "Failed");
    assert_eq!(
        outcome_of(|| {
            Some(plain()).with(|_| ());
        }),
        "Completed"
    );
    assert_eq!(
        outcome_of(|| plain().fallible::<io::Error>().with(|_| ()).unwrap()),
        "Completed"
    );
    assert_eq!(
        outcome_of(|| {
            let scope = ExitStack::scope(|stack| {
                stack.enter(plain());
                Err::<(), _>("no")
            });
            scope.expect_err("an error");
        }),
        "Failed"
    );
    assert_eq!(
        outcome_of(|| {
            let stack = ExitStack::new();
            stack.enter(plain());
        }),
        "Dropped"
    );
}

#[test]
fn tools_have_spans_too() {
    let lines = told(|| nullcontext(1).with(|_| ()));
    assert_eq!(
        lines.last().unwrap(),
        "nullcontext closed outcome=Completed"
    );
    let lines = told(|| closing(1, drop).with(|_| ()));
    assert_eq!(lines.last().unwrap(), "closing closed outcome=Completed");
}

mod elsewhere {
    use super::*;

    #[context_manager]
    pub fn quiet() {
        yield_point!();
    }
}

/// Spans and events are of the module of the function, and not of ours.
#[test]
fn filters_find_the_module_of_the_function() {
    let targets = Targets::default();
    let subscriber = tracing_subscriber::registry().with(targets.clone());
    tracing::subscriber::with_default(subscriber, || elsewhere::quiet().with(|()| ()));
    assert_eq!(*targets.0.lock().unwrap(), ["contexts::elsewhere"; 3]);
}

/// Those of one span and its two events.
#[derive(Clone, Default)]
struct Targets(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Targets {
    fn on_new_span(&self, span: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        self.0
            .lock()
            .unwrap()
            .push(span.metadata().target().to_owned());
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.0
            .lock()
            .unwrap()
            .push(event.metadata().target().to_owned());
    }
}
