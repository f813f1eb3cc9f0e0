//! `closing` and `nullcontext`, and what of std closes itself, held across a yield point. Tests named
//! `test_..` are those of `CPython`'s `ClosingTestCase`, `NullcontextTestCase`,
//! `FileContextTestCase` and `LockContextTestCase`.

mod support;

use std::fs::{self, File};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::{io, thread};

use guard_core::{
    Closed, Guard, LocalGuard, Returns, closing, context_manager, enter, nullcontext, with,
    yield_point,
};
use rusqlite::Connection;
use support::lost::losing;
use support::{Log, blow_up, caught};

/// Something to close, whose closing is noted, and fails on demand.
#[derive(Debug)]
struct Line {
    log: Log,
    broken: bool,
}

impl Line {
    fn new(log: &Log) -> Self {
        Line {
            log: log.clone(),
            broken: false,
        }
    }

    fn hang_up(self) {
        self.log.note("hung up");
    }

    fn close(mut self) -> Result<(), &'static str> {
        self.close_in_place()
    }

    fn close_in_place(&mut self) -> Result<(), &'static str> {
        self.log.note("closed");
        if self.broken { Err("broken") } else { Ok(()) }
    }
}

trait Close {
    fn log(&self) -> &Log;
    fn close(self: Box<Self>);
}

impl Close for Line {
    fn log(&self) -> &Log {
        &self.log
    }

    fn close(self: Box<Self>) {
        self.hang_up();
    }
}

#[test]
fn test_closing() {
    let log = Log::new();
    let entered = closing(Line::new(&log), Line::hang_up);
    assert!(log.take().is_empty(), "nothing has run");
    let seven = entered.with(|line| {
        line.log.note("body");
        7
    });
    assert_eq!(seven, 7);
    assert_eq!(log.take(), ["body", "hung up"]);
}

#[test]
fn test_closing_error() {
    let log = Log::new();
    let failed = closing(Line::new(&log), Line::hang_up).try_with(|line| {
        line.log.note("body");
        Err::<(), _>(0)
    });
    assert_eq!(failed, Err(0));
    assert_eq!(log.take(), ["body", "hung up"]);

    let panicked = caught(|| closing(Line::new(&log), Line::hang_up).with(|_| blow_up("boom")));
    assert_eq!(panicked, Err::<(), _>("boom".to_owned()));
    assert_eq!(log.take(), ["hung up"]);
}

#[test]
fn closing_that_fails() {
    let log = Log::new();
    let closed = closing(Line::new(&log), Line::close).with(|line| line.broken = true);
    assert_eq!(closed, Err("broken"));
    let closed = closing(Line::new(&log), Line::close).with(|_| 7);
    assert_eq!(closed, Ok(7));

    // The body's error is the one that is returned, and the other is not lost.
    let (failed, lost) = losing(|| {
        closing(Line::new(&log), Line::close).try_with(|line| {
            line.broken = true;
            Err::<(), _>("body")
        })
    });
    assert_eq!(failed, Err("body"));
    assert_eq!(lost.len(), 1);
    assert!(lost[0].context.contains("closing"), "{lost:?}");
    assert_eq!(lost[0].loss, "error \"broken\"");
    assert_eq!(log.take(), ["closed"; 3]);
}

#[test]
fn by_reference_and_boxed() {
    let log = Log::new();
    let mut line = Line::new(&log);
    for broken in [false, true] {
        line.broken = broken;
        let closed = closing(&mut line, Line::close_in_place).with(|_| ());
        assert_eq!(closed.is_err(), broken);
    }
    line.log.note("still there");
    assert_eq!(log.take(), ["closed", "closed", "still there"]);

    let boxed: Box<dyn Close> = Box::new(line);
    closing(boxed, Close::close).with(|line| line.log().note("body"));
    assert_eq!(log.take(), ["body", "hung up"]);
}

#[test]
fn in_every_form() -> Result<(), &'static str> {
    let log = Log::new();
    {
        enter!(plain = closing(Line::new(&log), Line::hang_up));
        enter!(fails = closing(Line::new(&log), Line::close)?);
        plain.log.note("entered");
        fails.log.note("entered");
    }
    assert_eq!(log.take(), ["entered", "entered", "closed", "hung up"]);

    let broken = (|| {
        with!(line = closing(Line::new(&log), Line::close)? => {
            line.broken = true;
        });
        Ok(())
    })();
    assert_eq!(broken, Err("broken"));

    // The guard has a name, may be sent where its contents may, and what it holds is closed once.
    let plain: Guard<Line> = closing(Line::new(&log), Line::hang_up).enter();
    let fails: Guard<Line, Result<(), &str>> = closing(Line::new(&log), Line::close).enter()?;
    thread::spawn(move || {
        Guard::exit(plain);
        Guard::exit(fails)
    })
    .join()
    .expect("it does not panic")?;
    assert_eq!(log.take(), ["closed", "hung up", "closed"]);

    let on_this_thread = std::rc::Rc::new(log.clone());
    let _local: LocalGuard<'_, _> = closing(on_this_thread, |log| log.note("let go")).enter_local();
    Ok(())
}

#[test]
fn whether_it_can_fail_may_be_left_open() {
    fn lent<R: Closed<u8>>(close: impl FnOnce(u8) -> R) -> <R::Returns as Returns>::Wrapped<u8> {
        closing(3, close).with(|n| *n)
    }
    assert_eq!(lent(|_| ()), 3);
    assert_eq!(
        lent(|_| Err(io::ErrorKind::Other)),
        Err(io::ErrorKind::Other)
    );
}

#[test]
fn a_connection_of_another_crate() {
    let rows = closing(
        Connection::open_in_memory().expect("it opens"),
        Connection::close,
    )
    .with(|db| db.query_one("SELECT 1", [], |row| row.get::<_, u8>(0)));
    assert_eq!(rows.expect("it closes"), Ok(1));
}

#[test]
fn test_nullcontext() {
    let log = Log::new();
    let lent = nullcontext(log.noisy("value")).with(|value| {
        log.note("body");
        value.name.clone()
    });
    assert_eq!(lent, "value");
    assert_eq!(log.take(), ["body", "drop value"]);

    let mut kept = 1;
    nullcontext(&mut kept).with(|kept| **kept += 1);
    enter!(unit = nullcontext(()));
    let () = *unit;
    assert_eq!(kept, 2);
    assert_eq!(*nullcontext(3).enter(), 3);
}

#[context_manager]
fn written(path: &Path) -> io::Result<File> {
    let mut file = File::options()
        .create(true)
        .truncate(true)
        .read(true)
        .write(true)
        .open(path)?;
    yield_point!(file);
    file.rewind()?;
    assert_ne!(file.read(&mut [0])?, 0, "the file is open until here");
    Ok(())
}

/// Whether this process has a descriptor of the file at `path`, where that can be told.
fn is_open(path: &Path) -> bool {
    let descriptors = fs::read_dir("/proc/self/fd")
        .into_iter()
        .flatten()
        .flatten();
    descriptors
        .filter_map(|entry| fs::read_link(entry.path()).ok())
        .any(|open| open == path)
}

#[test]
fn test_with_open() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("file");
    let seen_open = cfg!(target_os = "linux");

    let wrote = written(&path).try_with(|file| {
        assert_eq!(is_open(&path), seen_open);
        writeln!(file, "Booh")
    });
    wrote.expect("it is written");
    assert!(!is_open(&path), "closed after the body has ended well");
    assert_eq!(fs::read_to_string(&path).expect("written"), "Booh\n");

    let failed = written(&path).try_with(|file| {
        file.write_all(b"1")?;
        Err::<(), _>(io::Error::from(io::ErrorKind::InvalidData))
    });
    assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::InvalidData);
    assert!(!is_open(&path), "closed after it has failed");

    let panicked = caught(|| {
        written(&path).with(|file| {
            file.write_all(b"1").expect("written");
            blow_up("boom")
        })
    });
    assert_eq!(panicked.map(drop), Err("boom".to_owned()));
    assert!(!is_open(&path), "closed after it has panicked");
}

#[context_manager]
fn locked(lock: &Mutex<u32>) -> u32 {
    let mut held = lock.lock().unwrap_or_else(PoisonError::into_inner);
    let mut value = *held;
    yield_point!(value);
    *held = value;
}

fn is_locked(lock: &Mutex<u32>) -> bool {
    matches!(lock.try_lock(), Err(TryLockError::WouldBlock))
}

#[test]
fn test_with_lock() {
    let lock = Mutex::new(0);
    assert!(!is_locked(&lock));
    locked(&lock).with(|value| {
        assert!(is_locked(&lock));
        *value += 1;
    });
    assert!(!is_locked(&lock));
    let failed = locked(&lock).try_with(|_| Err::<(), _>("failed"));
    assert_eq!(failed, Err("failed"));
    assert!(!is_locked(&lock));
    assert_eq!(*lock.lock().expect("no panic yet"), 1);

    // The exit half, with the guard of std in it, runs while the panic unwinds: that poisons.
    let panicked = caught(|| locked(&lock).with(|_| blow_up("boom")));
    assert_eq!(panicked, Err::<(), _>("boom".to_owned()));
    assert!(!is_locked(&lock));
    assert!(lock.is_poisoned());
    assert_eq!(
        locked(&lock).with(|value| *value),
        1,
        "and the value is there"
    );
}

#[context_manager]
fn signalled<'a>(lock: &'a Mutex<bool>, ready: &'a Condvar) -> MutexGuard<'a, bool> {
    let held = lock.lock().unwrap();
    yield_point!(held);
    drop(held);
    ready.notify_all();
}

#[test]
fn test_with_condition() {
    let (lock, ready) = (Mutex::new(false), Condvar::new());
    thread::scope(|scope| {
        let waiter = scope.spawn(|| {
            let held = lock.lock().expect("no panic");
            drop(ready.wait_while(held, |set| !*set).expect("no panic"));
        });
        signalled(&lock, &ready).with(|set| {
            assert!(lock.try_lock().is_err());
            **set = true;
        });
        assert!(waiter.join().is_ok(), "it was woken");
    });
    let failed = signalled(&lock, &ready).try_with(|_| Err::<(), _>("failed"));
    assert_eq!(failed, Err("failed"));
    assert!(lock.try_lock().is_ok());
}

/// A counting semaphore that never has more than its permits.
struct Semaphore {
    free: Mutex<usize>,
    released: Condvar,
    permits: usize,
}

impl Semaphore {
    fn new(permits: usize) -> Self {
        Semaphore {
            free: Mutex::new(permits),
            released: Condvar::new(),
            permits,
        }
    }

    #[context_manager]
    fn acquired(&self) {
        let free = self.free.lock().unwrap();
        let mut free = self.released.wait_while(free, |free| *free == 0).unwrap();
        *free -= 1;
        drop(free);
        yield_point!();
        let mut free = self.free.lock().unwrap();
        *free += 1;
        assert!(*free <= self.permits, "released more often than acquired");
        self.released.notify_one();
    }

    fn free(&self) -> usize {
        *self.free.lock().unwrap()
    }
}

#[test]
fn test_with_semaphore() {
    let semaphore = Semaphore::new(2);
    semaphore.acquired().with(|()| {
        assert_eq!(semaphore.free(), 1);
        semaphore
            .acquired()
            .with(|()| assert_eq!(semaphore.free(), 0));
        let failed = semaphore.acquired().try_with(|()| Err::<(), _>("failed"));
        assert_eq!(failed, Err("failed"));
        assert_eq!(semaphore.free(), 1);
    });
    assert!(caught(|| semaphore.acquired().with(|()| blow_up("boom"))).is_err());
    assert_eq!(semaphore.free(), 2);
}

#[test]
fn test_with_bounded_semaphore() {
    let semaphore = Semaphore::new(2);
    let inside = Mutex::new((0, 0));
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                semaphore.acquired().with(|()| {
                    {
                        let mut inside = inside.lock().unwrap();
                        inside.0 += 1;
                        inside.1 = inside.1.max(inside.0);
                    }
                    thread::yield_now();
                    inside.lock().unwrap().0 -= 1;
                });
            });
        }
    });
    let (left, most) = *inside.lock().unwrap();
    assert_eq!(left, 0);
    assert!(most <= 2, "{most} at once");
    assert_eq!(semaphore.free(), 2);
}
