//! Plans, sites, and readers and writers that fail.

mod support;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, BufRead, Cursor, ErrorKind, Read, Seek, SeekFrom, Write};
use std::pin::Pin;
use std::task::{Context, Poll};

use guard_core::testing::{Exhaust, Faults, Injected, Outcome, Plan};
use guard_core::{Guard, with};
use proptest::prelude::*;
use support::caught;
use support::driven::run;

/// The plans of all runs with one fault at most.
fn singles(scenario: impl FnMut(&Faults) -> io::Result<()>) -> Vec<String> {
    let mut plans = Vec::new();
    let exhaust = Exhaust::new().singly();
    let checked = exhaust
        .after_each(|ran| plans.push(ran.plan().to_string()))
        .check(scenario);
    checked.unwrap_or_else(|report| panic!("{report}"));
    plans
}

/// As [`singles`], with the cancellations.
fn async_singles(scenario: impl AsyncFnMut(&Faults) -> io::Result<()>) -> Vec<String> {
    let mut plans = Vec::new();
    let exhaust = Exhaust::new().singly();
    let exhaust = exhaust.after_each(|ran| plans.push(ran.plan().to_string()));
    let checked = exhaust.check_async(scenario);
    checked.unwrap_or_else(|report| panic!("{report}"));
    plans
}

#[test]
fn each_call_of_std_is_a_place() {
    let plans = singles(|faults| {
        let mut file = faults.io("file", Cursor::new(b"hello\nworld".to_vec()));
        file.read_exact(&mut [0; 2])?;
        let mut line = String::new();
        file.read_line(&mut line)?;
        assert_eq!(line, "llo\n");
        file.seek(SeekFrom::Start(1))?;
        file.write_all(b"i")?;
        file.flush()?;
        assert_eq!(file.get_mut().get_ref(), b"hillo\nworld");
        Ok(())
    });
    let expected = [
        "",
        "file.read#1=error",
        "file.read#2=error",
        "file.seek#1=error",
        "file.write#1=error",
        "file.flush#1=error",
    ];
    assert_eq!(plans, expected);
}

#[test]
fn a_call_that_fails_has_done_nothing() {
    let plan: Plan = "file.read#1=error,file.write#1=error,file.seek#1=error"
        .parse()
        .unwrap();
    let faults = Faults::planned(plan);
    let mut file = faults.io("file", Cursor::new(b"hello".to_vec()));
    let mut file_kind = faults.io("file", io::empty()).kind(ErrorKind::BrokenPipe);
    let error = file.fill_buf().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Other);
    let injected: &Injected = error.get_ref().unwrap().downcast_ref().unwrap();
    assert_eq!((injected.site(), injected.nth()), ("file.read", 1));
    assert_eq!(
        file_kind.write(b"x").unwrap_err().kind(),
        ErrorKind::BrokenPipe
    );
    assert_eq!(file.write(b"J").unwrap(), 1);
    assert!(file.seek(SeekFrom::Start(4)).is_err());
    assert_eq!(file.get_mut().position(), 1);
    assert_eq!(file.into_inner().into_inner(), b"Jello");
}

/// Waits each time before it is ready, in each of the calls.
struct Slow<T> {
    inner: T,
    waited: bool,
}

impl<T: Unpin> Slow<T> {
    fn new(inner: T) -> Self {
        Slow {
            inner,
            waited: false,
        }
    }

    fn turn<Q>(
        mut self: Pin<&mut Self>,
        poller: &mut Context<'_>,
        then: impl FnOnce(Pin<&mut T>, &mut Context<'_>) -> Poll<Q>,
    ) -> Poll<Q> {
        self.waited = !self.waited;
        if self.waited {
            poller.waker().wake_by_ref();
            return Poll::Pending;
        }
        then(Pin::new(&mut self.inner), poller)
    }
}

impl<T: tokio::io::AsyncRead + Unpin> tokio::io::AsyncRead for Slow<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        poller: &mut Context<'_>,
        buffer: &mut tokio::io::ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.turn(poller, |inner, poller| inner.poll_read(poller, buffer))
    }
}

impl<T: tokio::io::AsyncWrite + Unpin> tokio::io::AsyncWrite for Slow<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        poller: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.turn(poller, |inner, poller| inner.poll_write(poller, buffer))
    }

    fn poll_flush(self: Pin<&mut Self>, poller: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.turn(poller, tokio::io::AsyncWrite::poll_flush)
    }

    fn poll_shutdown(self: Pin<&mut Self>, poller: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.turn(poller, tokio::io::AsyncWrite::poll_shutdown)
    }
}

impl<T: futures::AsyncRead + Unpin> futures::AsyncRead for Slow<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        poller: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.turn(poller, |inner, poller| inner.poll_read(poller, buffer))
    }
}

impl<T: futures::AsyncWrite + Unpin> futures::AsyncWrite for Slow<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        poller: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.turn(poller, |inner, poller| inner.poll_write(poller, buffer))
    }

    fn poll_flush(self: Pin<&mut Self>, poller: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.turn(poller, futures::AsyncWrite::poll_flush)
    }

    fn poll_close(self: Pin<&mut Self>, poller: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.turn(poller, futures::AsyncWrite::poll_close)
    }
}

/// What is expected of two reads, a write, a flush and a shutdown, each of which waits once.
const OF_ASYNC: [&str; 11] = [
    "",
    "socket.read#1=error",
    "socket.read#2=error",
    "socket.write#1=error",
    "socket.flush#1=error",
    "socket.shutdown#1=error",
    "cancel=1",
    "cancel=2",
    "cancel=3",
    "cancel=4",
    "cancel=5",
];

#[test]
fn a_call_of_tokio_that_waits_is_one_place() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let plans = async_singles(async |faults| {
        let inner = tokio::io::join(&b"hello"[..], Vec::new());
        let mut socket = faults.io("socket", Slow::new(inner));
        assert_eq!(socket.read(&mut [0; 3]).await?, 3);
        assert_eq!(socket.read(&mut [0; 3]).await?, 2);
        socket.write_all(b"bye").await?;
        socket.flush().await?;
        socket.shutdown().await
    });
    assert_eq!(plans, OF_ASYNC);
}

#[test]
fn a_call_of_futures_that_waits_is_one_place() {
    use futures::{AsyncReadExt, AsyncWriteExt};
    let plans = async_singles(async |faults| {
        let mut reader = faults.io("socket", Slow::new(&b"hello"[..]));
        let mut writer = faults.io("socket", Slow::new(Vec::new()));
        assert_eq!(reader.read(&mut [0; 3]).await?, 3);
        assert_eq!(reader.read(&mut [0; 3]).await?, 2);
        writer.write_all(b"bye").await?;
        writer.flush().await?;
        writer.close().await
    });
    assert_eq!(plans, OF_ASYNC);
}

#[test]
fn a_resource_fails_at_either_half() {
    let ended = |plan: &str| {
        let faults = Faults::planned(plan.parse().unwrap());
        let result = caught(|| faults.resource("a").with(|a| a.touch()));
        (
            result.map(|exit| exit.map_err(|error| error.to_string())),
            faults.tracker().outcomes(),
        )
    };
    let closed = || vec![("a".to_owned(), Outcome::Completed)];
    let panicked = Err("a payload that is no text".to_owned());
    assert_eq!(ended(""), (Ok(Ok(())), closed()));
    let at = |site| Ok(Err(format!("injected error at `{site}#1`")));
    assert_eq!(ended("a.enter#1=error"), (at("a.enter"), vec![]));
    assert_eq!(ended("a.exit#1=error"), (at("a.exit"), closed()));
    assert_eq!(ended("a.enter#1=panic"), (panicked.clone(), vec![]));
    assert_eq!(ended("a.exit#1=panic"), (panicked, closed()));
}

#[test]
fn an_async_resource_awaits_in_either_half() {
    let plans = async_singles(async |faults| {
        let context = faults.async_resource("a").map_err(io::Error::from);
        context.with(async |a| a.touch()).await
    });
    let sites = [
        "a.enter#1=error",
        "a.enter#1=panic",
        "a.exit#1=error",
        "a.exit#1=panic",
    ];
    let cancels = ["cancel=1", "cancel=2"];
    assert_eq!(plans, [&[""][..], &sites, &cancels].concat());
    let faults = Faults::planned(Plan::new().error("a.exit", 1));
    let ended = run(faults.async_resource("a").with(async |a| a.touch()));
    assert_eq!(ended.unwrap_err().site(), "a.exit");
}

#[test]
fn names_that_are_refused() {
    for name in [
        "", " a", "a ", "a,b", "a\nb", "a\rb", "it's", "a\"b", "a`b", "a\\b", "\u{200b}",
    ] {
        let message = caught(|| Faults::none().point(name)).unwrap_err();
        assert!(
            message.contains("cannot be the name of a fault site\nhelp: "),
            "{message}"
        );
    }
}

#[test]
fn an_error_of_the_scenarios_own() {
    let faults = Faults::planned(Plan::new().error("b", 1).panic("c", 1).panic("d", 1));
    assert_eq!(faults.point_as("a", || unreachable!()), Ok::<_, i32>(()));
    assert_eq!(faults.point_as("b", || 7), Err(7));
    assert!(faults.error_point("c").is_ok(), "it never panics");
    assert!(caught(|| faults.point("d")).is_err());
    assert!(faults.point("d").is_ok(), "the second time");
}

#[test]
fn no_panic_is_injected_where_one_unwinds() {
    let plan = || Plan::new().panic("first", 1).panic("second", 1);
    let reached = RefCell::new(Vec::new());
    let faults = Faults::planned(plan());
    let ended = caught(|| {
        support::while_unwinding(|| reached.borrow_mut().push(faults.point("second").is_ok()));
    });
    assert_eq!((ended, reached.into_inner()), (Ok(()), vec![true]));
}

#[test]
fn clones_belong_to_the_same_run() {
    let faults = Faults::planned(Plan::new().error("a", 3));
    let other = faults.clone();
    let both = [&faults, &other, &faults].map(|faults| faults.point("a").is_ok());
    assert_eq!(both, [true, true, false]);
    let guard = other.resource("b").enter().unwrap();
    assert_eq!(faults.tracker().open_now(), 1);
    Guard::exit(guard).unwrap();
    assert!(format!("{faults:?}").contains("a#3=error"));
    let block = || -> Result<(), Injected> {
        with!(c = faults.resource("c")? => { c.touch() });
        Ok(())
    };
    block().unwrap();
    faults.tracker().assert_lifo();
}

fn fault() -> impl Strategy<Value = (String, usize, bool)> {
    let site = "[a-zA-Zäß0-9._#=-]{1,3}( [a-z=#]{1,3})?";
    (site, 1..1_000_usize, any::<bool>())
}

proptest! {
    #[test]
    fn a_plan_is_read_back_from_what_it_prints(
        faults in prop::collection::vec(fault(), 0..4),
        cancel in prop::option::of(1..1_000_usize),
    ) {
        let mut plan = Plan::new();
        let mut kinds = BTreeMap::new();
        for (site, nth, panics) in &faults {
            plan = if *panics { plan.panic(site, *nth) } else { plan.error(site, *nth) };
            kinds.entry((site.clone(), *nth)).or_insert(*panics);
        }
        if let Some(nth) = cancel {
            plan = plan.cancel(nth);
        }
        let text = plan.to_string();
        prop_assert_eq!(&text.parse::<Plan>().unwrap(), &plan);
        prop_assert_eq!(&text.replace(',', " ,\t").parse::<Plan>().unwrap(), &plan);
        // It does what it says.
        for ((site, nth), panics) in kinds {
            let faults = Faults::planned(text.parse().unwrap());
            for _ in 1..nth {
                drop(caught(|| faults.point(&site)));
            }
            let hit = caught(|| faults.point(&site));
            prop_assert_eq!(hit.is_err(), panics);
            prop_assert_eq!(hit.is_ok_and(|hit| hit.is_err()), !panics);
        }
    }

    #[test]
    fn any_text_is_a_plan_or_told_to_be_none(text in "[ab#=,0-9 ]{0,6}(=error|=panic|cancel=[0-9]{0,2})?") {
        match text.parse::<Plan>() {
            Ok(plan) => prop_assert_eq!(&plan.to_string().parse::<Plan>().unwrap(), &plan),
            Err(error) => prop_assert!(error.to_string().contains("is none of `site#n=error`")),
        }
    }
}

#[test]
fn texts_that_are_no_plans() {
    for text in [
        "a",
        "a=error",
        "a#0=error",
        "a#1=fail",
        "cancel=0",
        "cancel",
        "a#x=panic",
        "#1",
    ] {
        assert!(text.parse::<Plan>().is_err(), "{text}");
    }
    assert_eq!(" , ".parse::<Plan>(), Ok(Plan::new()));
}
