//! `suppress` and its matchers. Tests named `test_..` are those of `CPython`'s `TestSuppress`.

#![allow(
    clippy::needless_borrows_for_generic_args,
    reason = "that a reference will do is what is tested"
)]

mod support;

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};
use std::num::{ParseFloatError, ParseIntError};
use std::rc::Rc;

use guard_core::{ExitStack, Matches, OfType, of_type, suppress};
use support::{blow_up, caught};

fn fails(kind: ErrorKind) -> io::Result<u8> {
    Err(io::Error::new(kind, "as asked"))
}

/// An enum, as libraries have them: a variant is what a subclass is elsewhere.
#[derive(Debug, PartialEq)]
enum Lookup {
    Index(usize),
    Key(&'static str),
}

impl fmt::Display for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl Error for Lookup {}

#[test]
fn test_no_result_from_enter() {
    // The function is given nothing, and what it returns is all that there is.
    assert_eq!(suppress((), || Ok::<_, Lookup>(())), Ok(Some(())));
}

#[test]
fn test_no_exception() {
    assert_eq!(
        suppress(|_: &Lookup| true, || Ok(2_i32.pow(5))),
        Ok(Some(32))
    );
}

#[test]
fn test_exact_exception() {
    assert_eq!(
        suppress(ErrorKind::NotFound, || fails(ErrorKind::NotFound)).expect("suppressed"),
        None
    );
}

#[test]
fn test_exception_hierarchy() {
    let index = |error: &Lookup| matches!(error, Lookup::Index(_));
    for at in [0, 7] {
        assert_eq!(
            suppress(index, || Err::<(), _>(Lookup::Index(at))),
            Ok(None)
        );
    }
    assert_eq!(
        suppress(index, || Err::<(), _>(Lookup::Key("a"))),
        Err(Lookup::Key("a"))
    );
}

#[test]
fn test_other_exception() {
    let error = suppress(ErrorKind::NotFound, || fails(ErrorKind::TimedOut)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert_eq!(error.to_string(), "as asked", "the very error");
}

#[test]
fn test_no_args() {
    const NONE: [ErrorKind; 0] = [];
    let kinds = Vec::<ErrorKind>::new();
    assert!(suppress((), || fails(ErrorKind::NotFound)).is_err());
    assert!(suppress(&(), || fails(ErrorKind::NotFound)).is_err());
    assert!(suppress(NONE, || fails(ErrorKind::NotFound)).is_err());
    assert!(suppress(&*kinds, || fails(ErrorKind::NotFound)).is_err());
}

#[test]
fn test_multiple_exception_args() {
    let gone = [ErrorKind::NotFound, ErrorKind::BrokenPipe];
    let kinds = gone.to_vec();
    let by_text = |error: &io::Error| error.to_string() == "as asked";
    for kind in gone {
        assert!(matches!(suppress(gone, || fails(kind)), Ok(None)));
        assert!(matches!(suppress(&gone, || fails(kind)), Ok(None)));
        assert!(matches!(suppress(&*kinds, || fails(kind)), Ok(None)));
        assert!(matches!(suppress((gone,), || fails(kind)), Ok(None)));
    }
    assert!(suppress(gone, || fails(ErrorKind::TimedOut)).is_err());
    // One that is told by its text, among those that are told by their kind.
    assert!(matches!(
        suppress((gone, by_text), || fails(ErrorKind::TimedOut)),
        Ok(None)
    ));
    assert!(suppress((gone, by_text), || Err::<(), _>(ErrorKind::TimedOut.into())).is_err());
}

#[test]
fn test_cm_is_reentrant() {
    let missing = [ErrorKind::NotFound];
    // Not `Copy`, and so by reference.
    let name = String::from("as asked");
    let named = move |error: &io::Error| error.to_string() == name;
    for _ in 0..2 {
        assert!(matches!(
            suppress(&missing, || fails(ErrorKind::NotFound)),
            Ok(None)
        ));
        assert!(matches!(
            suppress(&named, || fails(ErrorKind::Other)),
            Ok(None)
        ));
        let both = (ErrorKind::NotFound, &named);
        for kind in [ErrorKind::NotFound, ErrorKind::Other] {
            assert!(matches!(suppress(&both, || fails(kind)), Ok(None)));
        }
        assert!(matches!(
            suppress(&ErrorKind::NotFound, || fails(ErrorKind::NotFound)),
            Ok(None)
        ));
    }
    let mut reached = Vec::new();
    let outer = suppress(&missing, || {
        let inner = suppress(&missing, || fails(ErrorKind::NotFound))?;
        reached.push(inner);
        fails(ErrorKind::NotFound)?;
        reached.push(Some(0));
        Ok(())
    });
    assert!(matches!(outer, Ok(None)));
    assert_eq!(
        reached,
        [None],
        "the inner one lets the outer body go on, and the outer one ends it"
    );
}

/// The members of a group that are meant are dropped, and the others come back.
#[test]
fn test_exception_groups() {
    let failed = || {
        let failed = ExitStack::scope(|stack| {
            stack.try_callback(|| fails(ErrorKind::NotFound).map(drop));
            stack.try_callback(|| Err("stuck"));
            stack.try_callback(|| fails(ErrorKind::BrokenPipe).map(drop));
            fails(ErrorKind::NotFound)
        });
        failed.expect_err("four errors")
    };
    let missing = of_type::<io::Error>().that(ErrorKind::NotFound);
    let left = failed().suppress(missing).expect_err("two are left");
    assert_eq!(left.len(), 2);
    assert!(left.body().is_none(), "its error was dropped");
    let kinds = left
        .iter()
        .map(|e| e.downcast_ref::<io::Error>().map(io::Error::kind));
    assert_eq!(
        kinds.collect::<Vec<_>>(),
        [Some(ErrorKind::BrokenPipe), None]
    );

    let texts = |error: &(dyn Error + Send + Sync + 'static)| !error.is::<io::Error>();
    let exits = failed().suppress(texts);
    let exits = exits.expect_err("three are left");
    assert_eq!(exits.len(), 3);
    assert!(
        exits
            .body()
            .is_some_and(<dyn Error + Send + Sync>::is::<io::Error>)
    );

    assert_eq!(failed().suppress([missing; 0]).expect_err("all").len(), 4);
    assert!(failed().suppress(|_: &_| true).is_ok());
}

#[test]
fn a_panic_is_never_suppressed() {
    let everything = |_: &io::Error| true;
    let panicked = caught(|| suppress(everything, || -> io::Result<()> { blow_up("boom") }));
    assert_eq!(panicked.map(drop), Err("boom".to_owned()));
}

#[test]
fn the_matcher_is_not_asked_about_success() {
    let asked = |_: &io::Error| -> bool { unreachable!("there is no error") };
    assert!(matches!(suppress(asked, || Ok(1)), Ok(Some(1))));
}

#[test]
fn every_place_of_a_tuple_counts() {
    let is = |n: usize| move |error: &Lookup| *error == Lookup::Index(n);
    let eight = (is(0), is(1), is(2), is(3), is(4), is(5), is(6), is(7));
    let caught: Vec<_> = (0..9).map(|n| eight.matches(&Lookup::Index(n))).collect();
    assert_eq!(
        caught,
        [true, true, true, true, true, true, true, true, false]
    );
}

/// What is told by a matcher of a `ParseIntError` about errors of one dynamic type.
macro_rules! looks_into {
    ($($name:ident: $dynamic:ty),* $(,)?) => { $(
        #[test]
        fn $name() {
            fn parsed(text: &str) -> Result<u32, $dynamic> {
                if text == "1.5.2" {
                    text.parse::<f32>()?;
                }
                Ok(text.parse()?)
            }
            let number = of_type::<ParseIntError>();
            assert_eq!(suppress(number, || parsed("7")).expect("it is one"), Some(7));
            assert_eq!(suppress(number, || parsed("x")).expect("suppressed"), None);
            let other = suppress(number, || parsed("1.5.2")).unwrap_err();
            assert!(other.is::<ParseFloatError>(), "untouched");

            let empty = number.that(|error: &ParseIntError| error.to_string().contains("empty"));
            assert!(matches!(suppress(empty, || parsed("")), Ok(None)));
            assert!(suppress(empty, || parsed("x")).is_err());

            let either = (number, of_type::<ParseFloatError>());
            assert!(matches!(suppress(either, || parsed("1.5.2")), Ok(None)));
        }
    )* };
}

looks_into! {
    into_a_box: Box<dyn Error>,
    into_a_box_that_can_be_sent_and_shared: Box<dyn Error + Send + Sync>,
    into_anyhow: anyhow::Error,
    into_eyre: eyre::Report,
}

#[test]
fn into_a_box_that_can_be_sent_and_other_owners() {
    let boxed: Box<dyn Error + Send> = Box::new(Lookup::Key("a"));
    assert!(matches!(
        suppress(of_type::<Lookup>(), || Err::<(), _>(boxed)),
        Ok(None)
    ));
    let counted: Rc<dyn Error> = Rc::new(Lookup::Key("a"));
    assert!(matches!(
        suppress(of_type::<Lookup>(), || Err::<(), _>(counted)),
        Ok(None)
    ));
}

#[test]
fn an_error_without_an_owner() {
    fn all(matcher: &dyn Matches<dyn Error>, errors: &[&(dyn Error + 'static)]) -> usize {
        errors
            .iter()
            .filter(|error| matcher.matches(**error))
            .count()
    }
    let (key, format) = (Lookup::Key("a"), fmt::Error);
    let errors: [&(dyn Error + 'static); 2] = [&key, &format];
    assert_eq!(all(&of_type::<Lookup>(), &errors), 1);
    assert_eq!(
        all(&(of_type::<Lookup>(), of_type::<fmt::Error>()), &errors),
        2
    );
    assert_eq!(
        all(
            &|error: &(dyn Error + 'static)| error.is::<fmt::Error>(),
            &errors
        ),
        1
    );
    assert_eq!(all(&(), &errors), 0);

    let shared: &(dyn Error + Send + Sync) = &key;
    assert!(of_type::<Lookup>().matches(shared));
    assert!(!of_type::<fmt::Error>().matches(shared));
}

#[derive(Debug)]
struct Caused(Lookup);
impl fmt::Display for Caused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("caused")
    }
}

impl Error for Caused {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}
#[test]
fn through_the_context_that_was_added() {
    let number = of_type::<ParseIntError>();
    let anyhow = || {
        use anyhow::Context;
        let parsed = "x".parse::<u8>().context("the port");
        parsed.context("the configuration")
    };
    assert!(matches!(suppress(number, anyhow), Ok(None)));
    assert!(suppress(of_type::<ParseFloatError>(), anyhow).is_err());

    let eyre = || {
        use eyre::WrapErr;
        "x".parse::<u8>().wrap_err("the port")
    };
    assert!(matches!(suppress(number, eyre), Ok(None)));

    let boxed = || Err::<(), Box<dyn Error>>(Caused(Lookup::Index(1)).into());
    let first = of_type().that(|error: &Lookup| *error == Lookup::Index(0));
    assert!(matches!(suppress(of_type::<Lookup>(), boxed), Ok(None)));
    assert!(suppress(first, boxed).is_err());
}

#[test]
fn a_matcher_of_a_type_is_copied_and_shown() {
    let number: OfType<ParseIntError> = of_type();
    let again = number;
    let error = Box::<dyn Error>::from("x".parse::<u8>().unwrap_err());
    assert!(number.matches(&error));
    assert_eq!(
        format!("{again:?}"),
        "OfType<core::num::error::ParseIntError>"
    );
}
