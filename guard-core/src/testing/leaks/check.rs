use std::any::Any;
use std::boxed::Box;
use std::eprintln;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::string::{String, ToString};
use std::time::Duration;
use std::vec::Vec;

use super::{LeakWatch, Leaks};
use crate::testing::isolated::{self, Wishes};
use crate::testing::ledger::{self, uncounted};

/// What to look at, before and after, for what is left behind.
///
/// [`LeakCheck::new`] looks at nothing. The [default](LeakCheck::default) looks at descriptors,
/// threads and child processes.
///
/// # What there is to look at
///
/// | check | Linux | other Unix | elsewhere |
/// |---|---|---|---|
/// | [`descriptors`](Self::descriptors) | `/proc/self/fd`, with what each points to | `/dev/fd`, with the kind of each | nothing |
/// | [`threads`](Self::threads) | `/proc/self/task`, with names | nothing | nothing |
/// | [`children`](Self::children) | `/proc`, with command lines and what they have inherited | nothing | nothing |
/// | [`files_in`](Self::files_in) | the directory | the directory | the directory |
/// | [`allocations`](Self::allocations) | the [allocator](super::super::CountingAllocator) | the allocator | the allocator |
///
/// # What runs beside it
///
/// | check | belongs to | so that beside other tests |
/// |---|---|---|
/// | `descriptors`, `threads`, `children` | the process | it needs a process of its own: [`isolated`](Self::isolated), [`no_leaks`], or [cargo-nextest] |
/// | `files_in` | the directory | it needs a directory that nobody else writes to |
/// | `allocations` | the thread | nothing is needed |
///
/// Where a process of its own will not do, [`serial`](crate::testing::serial) keeps those tests
/// apart that enter it.
///
/// [cargo-nextest]: https://nexte.st
///
/// # What is not a leak
///
/// What was there before, also if a file that was open has another number by now. What is there for a
/// moment, as a thread is that has been joined and has not quite ended: before something is reported
/// there is another look, and another, for up to [a second](Self::patience).
///
/// What is made at the first use and kept for all others is reported, since it looks no
/// different: the threads of a global pool, the buffer of a stream. Use it once before the check.
///
/// # Examples
///
/// ```
/// use guard_core::testing::LeakCheck;
/// use std::fs::File;
///
/// # if cfg!(target_os = "linux") {
/// let watch = LeakCheck::new().descriptors().start();
/// let file = File::open("/dev/null")?;
/// std::mem::forget(file);
///
/// let leaks = watch.finish();
/// assert_eq!(leaks.len(), 1);
/// assert!(leaks.to_string().contains("-> /dev/null"));
/// # }
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Debug)]
pub struct LeakCheck {
    pub(super) descriptors: bool,
    pub(super) threads: bool,
    pub(super) children: Children,
    pub(super) allocations: bool,
    pub(super) directories: Vec<PathBuf>,
    pub(super) patience: Duration,
}

/// What is asked of child processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Children {
    Ignored,
    /// They may remain, but may not have inherited anything.
    Kept,
    Ended,
}

impl Default for LeakCheck {
    /// Looks at descriptors, threads and children.
    fn default() -> Self {
        LeakCheck::new().descriptors().threads().children()
    }
}

impl LeakCheck {
    /// Looks at nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::LeakCheck;
    ///
    /// assert!(LeakCheck::new().start().finish().is_empty());
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        LeakCheck {
            descriptors: false,
            threads: false,
            children: Children::Ignored,
            allocations: false,
            directories: Vec::new(),
            patience: Duration::from_secs(1),
        }
    }

    /// Looks at the open descriptors of the process: files, sockets, pipes and whatever else has
    /// one. A socket is reported with its addresses where the system tells them.
    ///
    /// # Examples
    ///
    /// ```should_panic
    /// # if !cfg!(target_os = "linux") { panic!() }
    /// use guard_core::testing::LeakCheck;
    ///
    /// LeakCheck::new().descriptors().in_place(|| {
    ///     let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    ///     std::mem::forget(listener);
    /// });
    /// ```
    #[must_use]
    pub const fn descriptors(mut self) -> Self {
        self.descriptors = true;
        self
    }

    /// Looks at the threads of the process. A thread is reported with its name, of which Linux
    /// keeps 15 bytes.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::LeakCheck;
    ///
    /// LeakCheck::new().threads().in_place(|| {
    ///     std::thread::spawn(|| ()).join().unwrap();
    /// });
    /// ```
    #[must_use]
    pub const fn threads(mut self) -> Self {
        self.threads = true;
        self
    }

    /// Looks at the child processes: those that run, and those that have ended and were never
    /// waited for.
    ///
    /// Also at the descriptors, other than the standard streams, that a new child has inherited or
    /// that an older one was handed meanwhile, and which keep a file or connection open that this
    /// process has closed. What this process, or the older child, had open before is left out. A
    /// descriptor that the child has opened itself looks the same, unless it is marked to be closed
    /// on exec, as most are.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::LeakCheck;
    /// use std::process::Command;
    ///
    /// # if cfg!(unix) {
    /// LeakCheck::new().children().in_place(|| {
    ///     assert!(Command::new("true").status().unwrap().success());
    /// });
    /// # }
    /// ```
    #[must_use]
    pub const fn children(mut self) -> Self {
        self.children = Children::Ended;
        self
    }

    /// As [`children`](Self::children), but they may remain. What they have inherited is still
    /// reported.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::LeakCheck;
    /// use std::process::Command;
    ///
    /// # if cfg!(unix) {
    /// let check = LeakCheck::new().keeping_children();
    /// let mut child = check.in_place(|| Command::new("sleep").arg("100").spawn())?;
    /// let killed = child.kill();
    /// child.wait()?; // also if it could not be killed
    /// killed?;
    /// # }
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub const fn keeping_children(mut self) -> Self {
        self.children = Children::Kept;
        self
    }

    /// Looks at the files in a directory and all below it. May be called for several. A directory
    /// that is not there counts as empty.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::LeakCheck;
    /// use std::fs;
    ///
    /// let dir = tempfile::tempdir()?;
    /// let watch = LeakCheck::new().files_in(dir.path()).start();
    /// fs::write(dir.path().join("lock"), "")?;
    /// assert_eq!(watch.finish().len(), 1);
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn files_in(mut self, dir: impl Into<PathBuf>) -> Self {
        self.directories.push(dir.into());
        self
    }

    /// Looks at the memory that this thread allocates meanwhile and that is not freed. It needs a
    /// [`CountingAllocator`](crate::testing::CountingAllocator) as the program's
    /// `#[global_allocator]`.
    ///
    /// A block that another thread frees counts as not freed. So does what the closure of
    /// [`in_place`](Self::in_place) returns, and what has grown of what was there before. Memory
    /// of before that is freed makes up for nothing.
    ///
    /// While the test harness captures what is printed, it keeps the text in memory, on the thread
    /// that prints, and so that counts too. The same is true of what the first panic with a backtrace
    /// reads about the program. A body that prints is best checked in a
    /// [process of its own](Self::isolated), where nothing is captured.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::{CountingAllocator, LeakCheck};
    ///
    /// #[global_allocator]
    /// static ALLOCATOR: CountingAllocator = CountingAllocator::new();
    ///
    /// # fn main() {
    /// LeakCheck::new().allocations().in_place(|| drop(vec![1, 2, 3]));
    /// # }
    /// ```
    #[must_use]
    pub const fn allocations(mut self) -> Self {
        self.allocations = true;
        self
    }

    /// How long to go on looking before something is reported, in the hope that it is about to go
    /// away. A second, unless told otherwise. A check that finds nothing never waits.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::LeakCheck;
    /// use std::time::Duration;
    ///
    /// let check = LeakCheck::default().patience(Duration::from_secs(10));
    /// check.in_place(|| { /* starts threads that take their time to end */ });
    /// ```
    #[must_use]
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Looks at what there is before.
    ///
    /// # Panics
    ///
    /// When [`allocations`](Self::allocations) are looked at, and the program's allocator is not a
    /// [`CountingAllocator`](crate::testing::CountingAllocator).
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::LeakCheck;
    ///
    /// let watch = LeakCheck::default().start();
    /// // ..
    /// let leaks = watch.finish();
    /// assert!(leaks.is_empty(), "{leaks}");
    /// ```
    #[track_caller]
    pub fn start(&self) -> LeakWatch {
        assert!(
            !self.allocations || ledger::is_installed(),
            "`LeakCheck::allocations` has nobody who counts\nhelp: `#[global_allocator] static ALLOCATOR: CountingAllocator = CountingAllocator::new();`"
        );
        LeakWatch::new(self)
    }

    /// Calls `f` right here, and panics when something is left behind.
    ///
    /// When `f` panics itself, what is left behind is printed to standard error, and the panic goes
    /// on.
    ///
    /// # Panics
    ///
    /// With the [`Leaks`], if there are any. Also as [`start`](Self::start) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::LeakCheck;
    ///
    /// let length = LeakCheck::default().in_place(|| {
    ///     std::fs::File::open("Cargo.toml")?.metadata().map(|file| file.len())
    /// })?;
    /// assert!(length > 0);
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn in_place<T>(&self, f: impl FnOnce() -> T) -> T {
        let (value, leaks) = self.compared(f);
        assert!(leaks.is_empty(), "{leaks}");
        value
    }

    /// Calls `f` in a [process of its own](crate::testing::isolated), and panics when something is
    /// left behind.
    ///
    /// # Panics
    ///
    /// As [`in_place`](Self::in_place) and [`isolated`](crate::testing::isolated) do.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::LeakCheck;
    ///
    /// // In a function that is a `#[test]`:
    /// LeakCheck::new().threads().isolated(|| {
    ///     std::thread::spawn(|| ()).join().unwrap();
    /// });
    /// ```
    #[track_caller]
    pub fn isolated(&self, f: impl FnOnce()) {
        isolated::run(Wishes::default(), || self.judged(f));
    }

    fn judged(&self, f: impl FnOnce()) -> Result<(), String> {
        let ((), leaks) = self.compared(f);
        if leaks.is_empty() {
            Ok(())
        } else {
            Err(leaks.to_string())
        }
    }

    #[track_caller]
    fn compared<T>(&self, f: impl FnOnce() -> T) -> (T, Leaks) {
        let watch = self.start();
        match catch_unwind(AssertUnwindSafe(f)) {
            Ok(value) => (value, watch.finish()),
            Err(payload) => {
                ledger::disregard(&*payload);
                go_on(payload, &watch.finish())
            }
        }
    }
}

fn go_on(payload: Box<dyn Any + Send>, leaks: &Leaks) -> ! {
    if !leaks.is_empty() {
        uncounted(|| eprintln!("{leaks}"));
    }
    resume_unwind(payload)
}

/// Calls `f` in a [process of its own](crate::testing::isolated), and panics when descriptors,
/// threads, child processes or temporary files are left behind.
///
/// The process has a directory for temporary files of its own, which is removed at the end,
/// whatever is in it. On the main thread, where there is no other process, that directory is not
/// looked at; see [`isolated`](crate::testing::isolated) for when that is.
///
/// For other checks there is [`LeakCheck`], which also says what is looked at on which system.
///
/// # Panics
///
/// With the [`Leaks`], if there are any. Also as [`isolated`](crate::testing::isolated) does.
///
/// # Examples
///
/// ```
/// use guard_core::testing::no_leaks;
///
/// // In a function that is a `#[test]`:
/// no_leaks(|| {
///     let dir = tempfile::tempdir().unwrap();
///     std::fs::write(dir.path().join("notes.txt"), "text").unwrap();
/// });
/// ```
#[track_caller]
pub fn no_leaks(f: impl FnOnce()) {
    let wishes = Wishes {
        own_temp_dir: true,
        ..Wishes::default()
    };
    isolated::run(wishes, || {
        let check = LeakCheck::default();
        let temp = isolated::own_temp_dir();
        temp.into_iter().fold(check, LeakCheck::files_in).judged(f)
    });
}
