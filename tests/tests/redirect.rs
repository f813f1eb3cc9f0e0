//! `redirect_stdout`, `redirect_stderr` and `Capture`. Tests named `test_..` are those of `CPython`'s
//! `TestRedirectStream`.
//!
//! A stream is the whole process's, and the harness uses it too, from other threads and above the
//! descriptor. So every test runs itself once more in a process of its own, without the harness's
//! capturing, and looks at what came out of it.

#![cfg(unix)]

mod support;

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, PipeReader, Read, Write};
use std::os::fd::AsFd;
use std::process::{self, Command, Output};
use std::sync::Barrier;
use std::time::Duration;
use std::{iter, panic, thread};

use guard_core::{
    Capture, ExitStack, LocalGuard, chdir, enter, nullcontext, redirect_stderr, redirect_stdout,
    with,
};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use support::lost::losing;
use support::{blow_up, caught, child};

type Redirected<'a, T> = LocalGuard<'a, T, io::Result<()>>;

/// Runs `scenario` in a process of its own, and gives what that has printed on its streams.
fn alone(name: &str, scenario: impl FnOnce() -> io::Result<()>) -> Option<(String, String)> {
    if child::is_child() {
        bounded();
        scenario().expect("nothing fails that is not looked at");
        return None;
    }
    Some(printed(&child::run(name)))
}

/// Aborts if the test hangs, so that it fails.
fn bounded() {
    thread::spawn(|| {
        thread::sleep(Duration::from_secs(50));
        process::abort();
    });
}

fn printed(output: &Output) -> (String, String) {
    assert!(output.status.success(), "{output:?}");
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    (out.into_owned(), err.into_owned())
}

/// That `text` has each of `seen` once and nothing of `unseen`.
fn assert_has(text: &str, seen: &[&str], unseen: &[&str]) {
    for part in seen {
        assert_eq!(text.matches(part).count(), 1, "{part:?} in {text:?}");
    }
    for part in unseen {
        assert!(!text.contains(part), "{part:?} in {text:?}");
    }
}

fn sh(script: &str) -> io::Result<()> {
    let status = Command::new("sh").args(["-c", script]).status()?;
    assert!(status.success(), "{script}");
    Ok(())
}

/// What both streams do alike.
macro_rules! either_stream {
    ($stream:ident, $redirect:ident, $print:ident, $number:literal) => {
        mod $stream {
            use super::*;

            fn alone(name: &str, scenario: impl FnOnce() -> io::Result<()>) -> Option<String> {
                let name = format!("{}::{name}", stringify!($stream));
                let (out, err) = super::alone(&name, scenario)?;
                Some(if $number == 1 { out } else { err })
            }

            #[test]
            fn test_no_redirect_in_init() {
                let printed = alone("test_no_redirect_in_init", || {
                    let capture = Capture::new()?;
                    let redirected = $redirect(&capture);
                    $print!("<before>\n");
                    redirected.with(|_| ())?;
                    assert_eq!(capture.text()?, "");
                    Ok(())
                });
                if let Some(printed) = printed {
                    assert_has(&printed, &["<before>"], &[]);
                }
            }

            #[test]
            fn test_redirect_to_string_io() {
                let printed = alone("test_redirect_to_string_io", || {
                    let capture = Capture::new()?;
                    $print!("<before>");
                    $redirect(&capture).with(|_| $print!("<inside>"))?;
                    $print!("<after>");
                    assert_eq!(capture.text()?, "<inside>");
                    Ok(())
                });
                if let Some(printed) = printed {
                    assert_has(&printed, &["<before><after>"], &["<inside>"]);
                }
            }

            #[test]
            fn test_enter_result_is_target() {
                alone("test_enter_result_is_target", || {
                    let mut capture = Capture::new()?;
                    let at: *const Capture = &raw const capture;
                    $redirect(&mut capture).with(|lent| {
                        assert!(std::ptr::eq(&raw const **lent, at));
                    })?;
                    let text = $redirect(capture).try_with(|lent| {
                        $print!("mine");
                        lent.text()
                    })?;
                    assert_eq!(text, "mine");
                    Ok(())
                });
            }

            #[test]
            fn test_cm_is_reusable() {
                let printed = alone("test_cm_is_reusable", || {
                    let capture = Capture::new()?;
                    let redirected = || $redirect(&capture);
                    redirected().with(|_| $print!("one\n"))?;
                    $print!("<between>");
                    redirected().with(|_| $print!("two\n"))?;
                    assert_eq!(capture.text()?, "one\ntwo\n");
                    Ok(())
                });
                if let Some(printed) = printed {
                    assert_has(&printed, &["<between>"], &["one", "two"]);
                }
            }

            #[test]
            fn test_cm_is_reentrant() {
                let printed = alone("test_cm_is_reentrant", || {
                    let (outer, inner) = (Capture::new()?, Capture::new()?);
                    $redirect(&outer).try_with(|_| {
                        $print!("1");
                        $redirect(&outer).with(|_| $print!("2"))?;
                        $redirect(&inner).with(|_| $print!("3"))?;
                        $print!("4");
                        io::Result::Ok(())
                    })?;
                    $print!("<after>");
                    assert_eq!(outer.text()?, "124");
                    assert_eq!(inner.text()?, "3");
                    Ok(())
                });
                if let Some(printed) = printed {
                    assert_has(&printed, &["<after>"], &[]);
                }
            }

            #[test]
            fn given_back_on_every_way_out() {
                let printed = alone("given_back_on_every_way_out", || {
                    let capture = Capture::new()?;
                    let failed = $redirect(&capture).try_with(|_| {
                        $print!("f");
                        Err::<(), _>(io::Error::from(io::ErrorKind::Other))
                    });
                    assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::Other);
                    $print!("<failed>");
                    let panicked = caught(|| {
                        $redirect(&capture).with(|_| {
                            $print!("p");
                            blow_up("boom")
                        })
                    });
                    assert_eq!(panicked.map(drop), Err("boom".to_owned()));
                    $print!("<panicked>");
                    for n in 0..2 {
                        enter!(_ = $redirect(&capture)?);
                        $print!("c");
                        if n == 0 {
                            continue;
                        }
                        $print!("e");
                    }
                    $print!("<left>");
                    with!(_ = $redirect(&capture)? => { $print!("w"); });
                    $print!("<through>");
                    assert_eq!(capture.text()?, "fpccew");
                    Ok(())
                });
                if let Some(printed) = printed {
                    assert_has(&printed, &["<failed><panicked><left><through>"], &[]);
                }
            }

            #[test]
            fn children_and_c_are_included() {
                let printed = alone("children_and_c_are_included", || {
                    let capture = Capture::new()?;
                    $redirect(&capture).try_with(|_| {
                        sh(concat!("echo by-sh >&", $number))?;
                        let raw = if $number == 1 {
                            rustix::io::write(io::stdout(), b"raw\n")
                        } else {
                            rustix::io::write(io::stderr(), b"raw\n")
                        };
                        assert_eq!(raw, Ok(4));
                        io::Result::Ok(())
                    })?;
                    sh(concat!("echo '<after>' >&", $number))?;
                    assert_eq!(capture.text()?, "by-sh\nraw\n");
                    Ok(())
                });
                if let Some(printed) = printed {
                    assert_has(&printed, &["<after>"], &["by-sh", "raw"]);
                }
            }

            #[test]
            fn megabytes_do_not_make_the_writer_wait() {
                alone("megabytes_do_not_make_the_writer_wait", || {
                    const LENGTH: usize = 3 << 20;
                    let capture = Capture::new()?;
                    let line = "x".repeat(63);
                    $redirect(&capture).try_with(|_| {
                        for _ in 0..LENGTH / 64 {
                            $print!("{line}\n");
                        }
                        let script = format!("head -c {LENGTH} /dev/zero >&{}", $number);
                        sh(&script)
                    })?;
                    let bytes = capture.bytes()?;
                    assert_eq!(bytes.len(), 2 * LENGTH);
                    assert_eq!(bytes.iter().filter(|byte| **byte == b'x').count(), LENGTH / 64 * 63);
                    Ok(())
                });
            }

            #[test]
            fn guards_that_are_dropped_out_of_order() {
                let printed = alone("guards_that_are_dropped_out_of_order", || {
                    let captures = [Capture::new()?, Capture::new()?, Capture::new()?];
                    let [a, b, c] = captures.each_ref().map(|to| $redirect(to).enter_local());
                    let [a, b, c] = [a?, b?, c?];
                    $print!("1");
                    // That of the middle leaves the stream as it is.
                    Redirected::exit(b)?;
                    $print!("2");
                    // That on top goes back to what was below the middle.
                    Redirected::exit(c)?;
                    $print!("3");
                    let d = $redirect(&captures[1]).enter_local()?;
                    $print!("4");
                    drop(a);
                    $print!("5");
                    drop(d);
                    $print!("<after>");
                    let texts = captures.each_ref().map(Capture::text);
                    let [a, b, c] = texts.map(|text| text.expect("it can be read"));
                    assert_eq!([&*a, &*b, &*c], ["3", "45", "12"]);
                    Ok(())
                });
                if let Some(printed) = printed {
                    assert_has(&printed, &["<after>"], &[]);
                }
            }

            #[test]
            fn other_threads_wait() {
                alone("other_threads_wait", || {
                    const THREADS: usize = 8;
                    let all_there = Barrier::new(THREADS);
                    let said = |n: usize| -> io::Result<String> {
                        let capture = Capture::new()?;
                        all_there.wait();
                        $redirect(&capture).try_with(|_| {
                            for _ in 0..50 {
                                $print!("{n}\n");
                                $redirect(&capture).with(|_| $print!("{n}\n"))?;
                                thread::yield_now();
                            }
                            io::Result::Ok(())
                        })?;
                        capture.text()
                    };
                    thread::scope(|scope| {
                        let threads = [(); THREADS].map({
                            let mut next = 0;
                            move |()| {
                                let n = next;
                                next += 1;
                                (n, scope.spawn(move || said(n)))
                            }
                        });
                        for (n, thread) in threads {
                            let said = thread.join().expect("it does not panic")?;
                            assert_eq!(said, format!("{n}\n").repeat(100), "its own, and all of it");
                        }
                        Ok(())
                    })
                });
            }

            #[test]
            fn entering_that_fails_keeps_nothing() {
                let printed = alone("entering_that_fails_keeps_nothing", || {
                    let capture = Capture::new()?;
                    let entered = without_descriptors(|| {
                        $redirect(&capture).with(|_| unreachable!("it is not entered"))
                    });
                    assert_eq!(entered.map(drop).unwrap_err().raw_os_error(), Some(24), "EMFILE");
                    $print!("<still here>");
                    // Neither the turn nor the stream is taken.
                    let redirected = || $redirect(&capture).with(|_| $print!("t"));
                    thread::scope(|scope| scope.spawn(redirected).join()).expect("no panic")?;
                    redirected()?;
                    $print!("<and here>");
                    assert_eq!(capture.text()?, "tt");
                    Ok(())
                });
                if let Some(printed) = printed {
                    assert_has(&printed, &["<still here><and here>"], &[]);
                }
            }

            #[test]
            fn giving_back_that_fails_is_an_error() {
                alone("giving_back_that_fails_is_an_error", || {
                    let (outer, capture) = (Capture::new()?, Capture::new()?);
                    let most = getrlimit(Resource::Nofile);
                    $redirect(&outer).try_with(|_| {
                        let exited = $redirect(&capture).with(|_| limit_descriptors($number));
                        setrlimit(Resource::Nofile, most)?;
                        assert_eq!(exited.unwrap_err().raw_os_error(), Some(9), "EBADF");
                        // It did not come back, and the turn is over nevertheless.
                        $print!("still there");
                        io::Result::Ok(())
                    })?;
                    assert_eq!(capture.text()?, "still there");
                    assert_eq!(outer.text()?, "");
                    let redirected = || $redirect(&outer).with(|_| $print!("again"));
                    thread::scope(|scope| scope.spawn(redirected).join()).expect("no panic")?;
                    assert_eq!(outer.text()?, "again");

                    let (_, lost) = losing(|| {
                        let guard = $redirect(&capture).enter_local();
                        limit_descriptors($number);
                        drop(guard);
                    });
                    setrlimit(Resource::Nofile, most)?;
                    assert_eq!(lost.len(), 1, "{lost:?}");
                    assert!(lost[0].loss.contains("code: 9"), "{lost:?}");
                    Ok(())
                });
            }

            #[test]
            fn to_a_file_and_to_a_pipe() {
                alone("to_a_file_and_to_a_pipe", || {
                    let dir = tempfile::tempdir()?;
                    let path = dir.path().join("log");
                    fs::write(&path, "old\n")?;
                    let log = File::options().append(true).open(&path)?;
                    $redirect(&log).with(|_| $print!("new\n"))?;
                    $redirect(log).with(|_| $print!("newer\n"))?;
                    assert_eq!(fs::read_to_string(&path)?, "old\nnew\nnewer\n");

                    let (reader, writer): (PipeReader, _) = io::pipe()?;
                    $redirect(writer).with(|_| $print!("through\n"))?;
                    // At its end once nobody writes, which a descriptor left behind would.
                    let mut text = String::new();
                    BufReader::new(reader).read_to_string(&mut text)?;
                    assert_eq!(text, "through\n");
                    Ok(())
                });
            }

            #[test]
            fn no_descriptor_is_left_or_inherited() {
                alone("no_descriptor_is_left_or_inherited", || {
                    let capture = Capture::new()?;
                    let before = open_descriptors();
                    for _ in 0..100 {
                        $redirect(&capture).try_with(|_| $redirect(&capture).with(|_| ()))?;
                    }
                    assert_eq!(open_descriptors(), before);

                    let inherited = || -> io::Result<usize> {
                        let output = Command::new("ls").arg("/dev/fd/").output()?;
                        Ok(output.stdout.lines().count())
                    };
                    let outside = inherited()?;
                    let inside = $redirect(&capture).try_with(|_| inherited())?;
                    assert_eq!(inside, outside);
                    Ok(())
                });
            }
        }
    };
}

either_stream!(stdout, redirect_stdout, print, 1);
either_stream!(stderr, redirect_stderr, eprint, 2);

fn limit_descriptors(most: u64) {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let current = Some(most);
    setrlimit(Resource::Nofile, Rlimit { current, maximum }).expect("it is lowered");
}

/// Calls `f` with no descriptor to be had.
fn without_descriptors<Q>(f: impl FnOnce() -> Q) -> Q {
    let before = getrlimit(Resource::Nofile);
    limit_descriptors(64);
    let all: Vec<_> = iter::from_fn(|| File::open("/dev/null").ok()).collect();
    let result = f();
    drop(all);
    setrlimit(Resource::Nofile, before).expect("it is raised again");
    result
}

fn open_descriptors() -> usize {
    fs::read_dir("/dev/fd").expect("there is a list").count()
}

#[test]
fn one_stream_to_the_other() {
    let printed = alone("one_stream_to_the_other", || {
        redirect_stdout(io::stderr()).try_with(|_| {
            print!("<out>");
            sh("echo '<child>'")
        })?;
        redirect_stderr(io::stdout()).with(|_| eprint!("<err>"))?;
        let both = Capture::new()?;
        with!(_ = redirect_stdout(&both)?, _ = redirect_stderr(io::stdout())? => {
            println!("1");
            eprintln!("2");
            sh("echo 3; echo 4 >&2")?;
        });
        print!("<end>");
        assert_eq!(both.text()?, "1\n2\n3\n4\n");
        Ok(())
    });
    if let Some((out, err)) = printed {
        assert_has(&out, &["<err>", "<end>"], &["<out>", "<child>", "1\n2"]);
        assert_has(&err, &["<out>", "<child>"], &["<err>", "1\n2"]);
    }
}

#[test]
fn the_streams_are_given_back_apart() {
    let printed = alone("the_streams_are_given_back_apart", || {
        let (out, err) = (Capture::new()?, Capture::new()?);
        let to_out = redirect_stdout(&out).enter_local()?;
        let to_err = redirect_stderr(&err).enter_local()?;
        Redirected::exit(to_out)?;
        print!("<out>");
        eprint!("inside");
        Redirected::exit(to_err)?;
        eprint!("<err>");
        assert_eq!((&*out.text()?, &*err.text()?), ("", "inside"));
        Ok(())
    });
    if let Some((out, err)) = printed {
        assert_has(&out, &["<out>"], &["<err>", "inside"]);
        assert_has(&err, &["<err>"], &["<out>", "inside"]);
    }
}

#[test]
fn in_an_exit_stack() {
    let printed = alone("in_an_exit_stack", || {
        let (out, err) = (Capture::new()?, Capture::new()?);
        let stack = ExitStack::local();
        let number = stack.enter(nullcontext(7));
        let lent = stack
            .enter(redirect_stdout(&out))
            .expect("it is redirected");
        stack
            .enter(redirect_stderr(&err))
            .expect("it is redirected");
        stack.callback(|| eprint!("called"));
        print!("inside {number}");
        assert_eq!(lent.text()?, "inside 7");
        stack.close().expect("it is given back");
        print!("<out>");
        eprint!("<err>");
        assert_eq!((&*out.text()?, &*err.text()?), ("inside 7", "called"));
        Ok(())
    });
    if let Some((out, err)) = printed {
        assert_has(&out, &["<out>"], &["inside"]);
        assert_has(&err, &["<err>"], &["called"]);
    }
}

#[test]
fn read_meanwhile() {
    alone("read_meanwhile", || {
        let capture = Capture::new()?;
        redirect_stdout(capture.clone()).try_with(|lent| {
            print!("one");
            assert_eq!(lent.text()?, "one", "what is buffered is there");
            print!(" two");
            sh("printf ' three'")?;
            assert_eq!(
                capture.text()?,
                "one three two",
                "a child does not wait for Rust's buffer"
            );
            io::Result::Ok(())
        })?;
        assert_eq!(capture.text()?, "one three two");
        assert_eq!(capture.text()?, "one three two", "reading leaves it");
        redirect_stdout(&capture).try_with(|_| io::stdout().write_all(&[255]))?;
        assert_eq!(capture.bytes()?.last(), Some(&255));
        assert_eq!(
            capture.text().unwrap_err().kind(),
            io::ErrorKind::InvalidData
        );
        Ok(())
    });
}

/// Prints through the C library, and has it empty its buffer.
#[allow(unsafe_code)]
fn puts(text: &std::ffi::CStr) {
    use std::ffi::{c_char, c_int, c_void};
    unsafe extern "C" {
        fn puts(text: *const c_char) -> c_int;
        fn fflush(stream: *mut c_void) -> c_int;
    }
    // SAFETY: the text ends with a NUL.
    let put = unsafe { puts(text.as_ptr()) };
    // SAFETY: no stream stands for all of them.
    let flushed = unsafe { fflush(std::ptr::null_mut()) };
    assert!(put >= 0 && flushed == 0);
}

#[test]
fn the_c_library_is_included() {
    let printed = alone("the_c_library_is_included", || {
        let capture = Capture::new()?;
        redirect_stdout(&capture).with(|_| puts(c"inside"))?;
        puts(c"<after>");
        assert_eq!(capture.text()?, "inside\n");
        Ok(())
    });
    if let Some((out, _)) = printed {
        assert_has(&out, &["<after>"], &["inside"]);
    }
}

#[cfg(target_os = "linux")] // for `/dev/full`
#[test]
fn flushing_that_fails_is_an_error() {
    let printed = alone("flushing_that_fails_is_an_error", || {
        let full = File::options().write(true).open("/dev/full")?;
        let capture = Capture::new()?;
        redirect_stdout(&capture).try_with(|_| {
            let exited = redirect_stdout(&full).with(|_| print!("late"));
            assert_eq!(exited.unwrap_err().kind(), io::ErrorKind::StorageFull);
            // Given back, and the text is here now.
            println!();
            io::Result::Ok(())
        })?;
        assert_eq!(capture.text()?, "late\n");

        // On the way in, where the stream stays where it is.
        let capture = Capture::new()?;
        let exited = redirect_stdout(&full).with(|_| {
            print!("early");
            let entered = redirect_stdout(&capture).with(|_| unreachable!("not entered"));
            assert_eq!(entered.unwrap_err().kind(), io::ErrorKind::StorageFull);
        });
        assert_eq!(exited.unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(capture.text()?, "");
        println!("<end>");
        Ok(())
    });
    if let Some((out, _)) = printed {
        assert_has(&out, &["early<end>"], &["late"]);
    }
}

#[cfg(target_os = "linux")] // for `/dev/full`
#[test]
fn both_errors_of_the_exit_half_are_told() {
    alone("both_errors_of_the_exit_half_are_told", || {
        let full = File::options().write(true).open("/dev/full")?;
        let most = getrlimit(Resource::Nofile);
        let outer = redirect_stdout(Capture::new()?).with(|_| {
            let exited = redirect_stdout(&full).with(|_| {
                print!("late");
                limit_descriptors(1);
            });
            setrlimit(Resource::Nofile, most).expect("it is raised again");
            let error = exited.unwrap_err().to_string();
            assert_has(&error, &["os error 9", "os error 28"], &[]);
        });
        // The inner one has left the stream where nothing can be written.
        assert_eq!(outer.unwrap_err().kind(), io::ErrorKind::StorageFull);
        Ok(())
    });
}

#[cfg(target_os = "linux")] // for `/dev/full`
#[test]
fn the_error_of_the_body_comes_before_that_of_the_exit_half() {
    alone(
        "the_error_of_the_body_comes_before_that_of_the_exit_half",
        || {
            let full = File::options().write(true).open("/dev/full")?;
            let (failed, lost) = losing(|| {
                redirect_stdout(&full).try_with(|_| {
                    print!("x");
                    Err::<(), _>(io::Error::from(io::ErrorKind::TimedOut))
                })
            });
            assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::TimedOut);
            assert_eq!(lost.len(), 1, "{lost:?}");
            assert!(lost[0].context.contains("redirect_stdout"), "{lost:?}");
            assert!(lost[0].loss.contains("StorageFull"), "{lost:?}");
            Ok(())
        },
    );
}

#[test]
fn in_whichever_order_threads_take_what_is_the_process_s() {
    alone(
        "in_whichever_order_threads_take_what_is_the_process_s",
        || {
            let one = || -> io::Result<()> {
                for _ in 0..200 {
                    enter!(_ = redirect_stdout(io::stderr())?);
                    enter!(_ = redirect_stderr(io::stdout())?);
                    enter!(_ = chdir(".")?);
                }
                Ok(())
            };
            let other = || -> io::Result<()> {
                for _ in 0..200 {
                    enter!(_ = chdir(".")?);
                    enter!(_ = redirect_stderr(io::stdout())?);
                    enter!(_ = redirect_stdout(io::stderr())?);
                }
                Ok(())
            };
            thread::scope(|scope| {
                let threads = [scope.spawn(one), scope.spawn(other)];
                threads.map(|thread| thread.join().expect("no panic"))
            })
            .into_iter()
            .collect()
        },
    );
}

#[test]
fn a_thread_that_ends_by_panic_gives_its_turn_back() {
    alone("a_thread_that_ends_by_panic_gives_its_turn_back", || {
        let panicked = thread::spawn(|| {
            panic::set_hook(Box::new(|_| ()));
            let _guard = redirect_stdout(io::stderr()).enter_local();
            blow_up("boom");
        });
        assert!(panicked.join().is_err());
        redirect_stdout(io::stderr()).with(|_| ())
    });
}

/// What the documentation says of `cargo test`.
#[test]
fn what_the_harness_captures_is_not_seen() {
    const NAME: &str = "what_the_harness_captures_is_not_seen";
    if child::is_child() {
        let capture = Capture::new().expect("it is made");
        redirect_stdout(&capture)
            .try_with(|_| {
                println!("printed");
                writeln!(io::stdout(), "written")
            })
            .expect("it is redirected");
        let text = capture.text().expect("it is read");
        assert!(text.contains("written"), "{text:?}");
        eprintln!("sees what is printed: {}", text.contains("printed"));
        writeln!(io::stderr(), "seen: {text:?}").expect("it is told");
        return;
    }
    let (_, told) = printed(&child::run(NAME));
    assert_has(&told, &["sees what is printed: true"], &[]);
    let (_, told) = printed(&child::run_captured(NAME));
    assert_has(&told, &[r#"seen: "written\n""#], &[]);
}

#[test]
fn a_capture_is_a_descriptor_like_others() {
    let capture = Capture::new().expect("it is made");
    let mut file = File::from(
        capture
            .as_fd()
            .try_clone_to_owned()
            .expect("it is duplicated"),
    );
    file.write_all(b"text").expect("it is written");
    assert_eq!(capture.text().expect("it is read"), "text");
}
