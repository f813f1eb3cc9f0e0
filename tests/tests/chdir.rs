//! `chdir`. Tests named `test_..` are those of `CPython`'s `TestChdir`. The current directory is the
//! whole process's, so that every test runs itself once more in a process of its own.

#![cfg(unix)]

mod support;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Barrier;
use std::{env, fs, io, thread};

use guard_core::{LocalGuard, chdir, enter, with};
use support::lost::losing;
use support::{blow_up, caught, child};
use tempfile::TempDir;

type Changed<'a> = LocalGuard<'a, (), io::Result<()>>;

/// Runs `scenario` in a process of its own, with a directory that has `a`, `a/b` and `c` in it.
fn alone(name: &str, scenario: impl FnOnce(&Path) -> io::Result<()>) {
    if child::is_child() {
        let dir = TempDir::new().expect("a directory");
        let path = dir.path().canonicalize().expect("its path");
        for below in ["a/b", "c"] {
            fs::create_dir_all(path.join(below)).expect("a directory in it");
        }
        scenario(&path).expect("nothing fails that is not looked at");
        return;
    }
    let output = child::run(name);
    assert!(output.status.success(), "{output:?}");
}

fn here() -> PathBuf {
    env::current_dir().expect("it is somewhere")
}

#[test]
fn test_simple() {
    alone("test_simple", |dir| {
        let before = here();
        let context = chdir(dir);
        assert_eq!(here(), before, "nothing has run");
        context.with(|()| assert_eq!(here(), dir))?;
        assert_eq!(here(), before);
        Ok(())
    });
}

#[test]
fn test_reentrant() {
    alone("test_reentrant", |dir| {
        let before = here();
        let (one, two) = (|| chdir(dir), || chdir("a"));
        with!(_ = one()? => {
            assert_eq!(here(), dir);
            with!(_ = two()? => {
                assert_eq!(here(), dir.join("a"));
                with!(_ = one()? => {
                    assert_eq!(here(), dir);
                });
                assert_eq!(here(), dir.join("a"));
            });
            assert_eq!(here(), dir);
        });
        assert_eq!(here(), before);
        Ok(())
    });
}

#[test]
fn test_exception() {
    alone("test_exception", |dir| {
        let before = here();
        let failed = chdir(dir).try_with(|()| {
            assert_eq!(here(), dir);
            Err::<(), _>(io::Error::from(io::ErrorKind::TimedOut))
        });
        assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(here(), before);
        let panicked = caught(|| chdir(dir).with(|()| blow_up("boom")));
        assert_eq!(panicked.map(drop), Err("boom".to_owned()));
        assert_eq!(here(), before);
        let left: io::Result<()> = (|| {
            enter!(_ = chdir(dir)?);
            Err::<(), _>(io::Error::from(io::ErrorKind::NotFound))?;
            Ok(())
        })();
        assert!(left.is_err());
        assert_eq!(here(), before);
        Ok(())
    });
}

#[test]
fn a_directory_that_was_renamed_is_found_again() {
    alone("a_directory_that_was_renamed_is_found_again", |dir| {
        env::set_current_dir(dir.join("a/b"))?;
        chdir(dir).try_with(|()| fs::rename("a", "moved"))?;
        assert_eq!(here(), dir.join("moved/b"));
        env::set_current_dir(dir)
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_directory_that_was_removed_is_returned_to() {
    alone("a_directory_that_was_removed_is_returned_to", |dir| {
        env::set_current_dir(dir.join("c"))?;
        chdir(dir).try_with(|()| fs::remove_dir("c"))?;
        assert_eq!(
            env::current_dir().unwrap_err().kind(),
            io::ErrorKind::NotFound
        );
        // And left, and returned to again.
        chdir(dir).with(|()| assert_eq!(here(), dir))?;
        assert!(env::current_dir().is_err());
        env::set_current_dir(dir)
    });
}

/// Makes this thread one that permissions hold for.
#[cfg(target_os = "linux")]
fn become_nobody() {
    use rustix::process::geteuid;
    use rustix::thread::{Uid, set_thread_uid};

    if geteuid().is_root() {
        set_thread_uid(Uid::from_raw(65534)).expect("root may");
    }
}

#[cfg(target_os = "linux")]
fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is the owner's");
}

#[cfg(target_os = "linux")]
#[test]
fn returning_that_fails_is_an_error() {
    alone("returning_that_fails_is_an_error", |_| {
        become_nobody();
        let dir = TempDir::new()?;
        let [home, away] = ["home", "away"].map(|name| dir.path().join(name));
        fs::create_dir(&home)?;
        fs::create_dir(&away)?;
        let lock_out = || set_mode(&home, 0);
        let let_in = || set_mode(&home, 0o700);

        env::set_current_dir(&home)?;
        let exited = chdir(&away).with(|()| lock_out());
        assert_eq!(exited.unwrap_err().kind(), io::ErrorKind::PermissionDenied);
        assert_eq!(here(), away.canonicalize()?, "it has not moved");
        let_in();

        // The body's error is the one that is returned.
        env::set_current_dir(&home)?;
        let (failed, lost) = losing(|| {
            chdir(&away).try_with(|()| {
                lock_out();
                Err::<(), _>(io::Error::from(io::ErrorKind::TimedOut))
            })
        });
        assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(lost.len(), 1, "{lost:?}");
        assert!(lost[0].loss.contains("PermissionDenied"), "{lost:?}");
        let_in();

        // The one below is returned to nevertheless, and the turn is over.
        env::set_current_dir(dir.path())?;
        chdir(&home).try_with(|()| {
            let exited = chdir(&away).with(|()| lock_out());
            assert!(exited.is_err());
            io::Result::Ok(())
        })?;
        assert_eq!(here(), dir.path().canonicalize()?);
        let elsewhere = || chdir("/").with(|()| ());
        thread::scope(|scope| scope.spawn(elsewhere).join()).expect("no panic")?;
        let_in();
        env::set_current_dir("/")
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_directory_that_cannot_be_read_can_be_left_and_returned_to() {
    alone(
        "a_directory_that_cannot_be_read_can_be_left_and_returned_to",
        |_| {
            become_nobody();
            let dir = TempDir::new()?;
            env::set_current_dir(dir.path())?;
            set_mode(dir.path(), 0o100);
            assert!(fs::read_dir(".").is_err(), "permissions hold");
            let inode = fs::metadata(".").map(|dir| std::os::unix::fs::MetadataExt::ino(&dir))?;
            chdir("/").with(|()| assert_eq!(here(), Path::new("/")))?;
            let again = fs::metadata(".").map(|dir| std::os::unix::fs::MetadataExt::ino(&dir))?;
            assert_eq!(again, inode);
            set_mode(dir.path(), 0o700);
            env::set_current_dir("/")
        },
    );
}

#[test]
fn entering_that_fails_keeps_nothing() {
    alone("entering_that_fails_keeps_nothing", |dir| {
        let before = here();
        fs::write(dir.join("file"), "text")?;
        for (path, kind) in [
            ("missing", io::ErrorKind::NotFound),
            ("file", io::ErrorKind::NotADirectory),
        ] {
            let entered = chdir(dir.join(path)).with(|()| unreachable!("it is not entered"));
            assert_eq!(entered.map(drop).unwrap_err().kind(), kind);
            assert_eq!(here(), before);
        }
        let elsewhere = || chdir(dir).with(|()| assert_eq!(here(), dir));
        thread::scope(|scope| scope.spawn(elsewhere).join()).expect("no panic")?;
        elsewhere()
    });
}

#[test]
fn guards_that_are_dropped_out_of_order() {
    alone("guards_that_are_dropped_out_of_order", |dir| {
        let before = here();
        let a = chdir(dir.join("a")).enter_local()?;
        let b = chdir("b").enter_local()?;
        let c = chdir(dir.join("c")).enter_local()?;
        Changed::exit(a)?;
        assert_eq!(here(), dir.join("c"));
        Changed::exit(c)?;
        assert_eq!(here(), dir.join("a/b"));
        drop(b);
        assert_eq!(here(), before);
        Ok(())
    });
}

#[test]
fn other_threads_wait() {
    alone("other_threads_wait", |dir| {
        let before = here();
        let all_there = Barrier::new(8);
        thread::scope(|scope| {
            for n in 0..8 {
                let all_there = &all_there;
                scope.spawn(move || {
                    let mine = dir.join(n.to_string());
                    fs::create_dir(&mine).expect("a directory");
                    all_there.wait();
                    for _ in 0..20 {
                        let looked = chdir(&mine).with(|()| {
                            thread::yield_now();
                            assert_eq!(here(), mine);
                        });
                        looked.expect("it is there and back");
                    }
                });
            }
        });
        assert_eq!(here(), before);
        Ok(())
    });
}

#[test]
fn no_descriptor_is_left() {
    alone("no_descriptor_is_left", |dir| {
        let open = || fs::read_dir("/dev/fd").expect("there is a list").count();
        let before = open();
        for _ in 0..100 {
            chdir(dir).try_with(|()| chdir("a").with(|()| ()))?;
        }
        assert_eq!(open(), before);
        Ok(())
    });
}
