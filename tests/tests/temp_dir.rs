//! `temp_dir`: what is removed, what is kept, and what is said of it.

mod support;

use std::path::{Path, PathBuf};
use std::{fs, io};

use guard_core::testing::{TempDir, temp_dir};
use guard_core::{Exit, ExitStack, Guard, enter, with, within};
use support::{blow_up, caught, child, lost};

/// How a body ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Completed,
    Failed,
    Panicked,
    Dropped,
}

const WAYS: [Way; 4] = [Way::Completed, Way::Failed, Way::Panicked, Way::Dropped];

/// Where a directory was whose body ended like that.
fn left_behind(way: Way, keep: bool) -> PathBuf {
    let context = temp_dir();
    let context = if keep {
        context.keep_on_failure()
    } else {
        context
    };
    let dir = context.enter().expect("it can be made");
    let path = dir.path().to_owned();
    fs::create_dir(path.join("sub")).expect("it can be written to");
    fs::write(path.join("sub/file"), "text").expect("it can be written to");
    match way {
        Way::Completed => Guard::exit(dir).expect("it can be removed"),
        Way::Failed => Guard::exit_with(dir, Exit::Failed(&"no")).expect("it can be removed"),
        Way::Panicked => Guard::exit_with(dir, Exit::Panicked).expect("it can be removed"),
        Way::Dropped => drop(dir),
    }
    path
}

#[test]
fn only_a_failure_that_is_asked_for_keeps_it() {
    for way in WAYS {
        assert!(!left_behind(way, false).exists(), "{way:?}");
        let kept = left_behind(way, true);
        let failed = matches!(way, Way::Failed | Way::Panicked);
        assert_eq!(kept.join("sub/file").exists(), failed, "{way:?}");
        if failed {
            fs::remove_dir_all(kept).expect("it is ours to remove");
        }
    }
}

#[test]
fn it_is_where_and_what_was_asked_for() -> io::Result<()> {
    temp_dir().prefix("outer-").try_with(|outer: &mut TempDir| {
        let name = outer.file_name().expect("it has a name");
        assert!(name.to_string_lossy().starts_with("outer-"));
        let inner = temp_dir()
            .in_dir(outer.path())
            .keep_on_failure()
            .prefix("in");
        inner.try_with(|inner| {
            assert_eq!(inner.parent(), Some(outer.path()));
            fs::write(inner.join("file"), "")
        })?;
        assert_eq!(fs::read_dir(&*outer)?.count(), 0);
        Ok(())
    })
}

#[test]
fn what_cannot_be_made_is_an_error_that_says_where() {
    let error = temp_dir()
        .in_dir("/nowhere/at/all")
        .with(|_| ())
        .unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
    assert!(error.to_string().contains("/nowhere/at/all"), "{error}");
}

#[test]
fn the_body_may_have_removed_it() -> io::Result<()> {
    temp_dir().try_with(|dir| fs::remove_dir_all(dir))
}

/// Puts a file in the place of the directory, which then cannot be removed as one.
fn replace(dir: &Path) -> io::Result<()> {
    fs::remove_dir(dir)?;
    fs::write(dir, "")
}

#[test]
fn what_cannot_be_removed_is_an_error_that_says_where() -> io::Result<()> {
    let mut path = PathBuf::new();
    let error = temp_dir().try_with(|dir| {
        path = dir.path().to_owned();
        replace(dir)
    });
    let error = error.unwrap_err();
    assert!(
        error.to_string().contains(path.to_str().expect("text")),
        "{error}"
    );
    fs::remove_file(path)
}

#[test]
fn an_error_that_is_lost_is_one_of_temp_dir() {
    let (path, lost) = lost::losing(|| {
        enter!(dir = temp_dir().keep_on_failure()?);
        replace(dir)?;
        io::Result::Ok(dir.path().to_owned())
    });
    fs::remove_file(path.expect("nothing fails before the exit half")).expect("it is a file");
    let [lost] = &lost[..] else {
        panic!("{lost:?}")
    };
    assert!(lost.context.ends_with("::temp_dir"), "{}", lost.context);
}

#[test]
fn every_form_enters_it() -> io::Result<()> {
    fn is_there(dir: &Path) -> PathBuf {
        assert!(dir.is_dir());
        dir.to_owned()
    }
    #[within(dir = temp_dir().keep_on_failure()?)]
    fn within_it() -> io::Result<PathBuf> {
        Ok(is_there(dir))
    }
    let of_a_stack = ExitStack::scope(|stack| {
        let dir = stack.enter(temp_dir())?;
        io::Result::Ok(is_there(dir))
    });
    let mut of_a_block = PathBuf::new();
    with!(dir = temp_dir()? => of_a_block = is_there(dir));
    let optional = guard_core::ContextManager::with(Some(temp_dir()), |dir| is_there(&dir[0]))?;
    let asynchronous = smol::block_on(temp_dir().into_async().with(async |dir| is_there(dir)))?;
    let moved = std::thread::spawn(|| temp_dir().with(|dir| is_there(dir)));
    let paths = [
        within_it()?,
        of_a_stack.expect("it can be made and removed"),
        of_a_block,
        optional,
        asynchronous,
        moved.join().expect("nothing panics")?,
    ];
    for path in paths {
        assert!(!path.exists());
    }
    Ok(())
}

#[test]
fn a_panic_of_the_body_keeps_it() {
    let mut path = PathBuf::new();
    let panicked = caught(|| {
        temp_dir().keep_on_failure().with(|dir| {
            path = dir.path().to_owned();
            blow_up("as it should");
        })
    });
    assert_eq!(panicked.err().as_deref(), Some("as it should"));
    fs::remove_dir_all(path).expect("it is kept");
}

/// As whom nobody is.
#[cfg(unix)]
const NOBODY: u32 = 65534;

#[test]
#[cfg(unix)]
fn a_read_only_directory_is_removed() {
    if child::is_child() {
        let removed = temp_dir().try_with(|dir| lock_up(dir).map(|()| dir.path().to_owned()));
        assert!(!removed.expect("it can be removed").exists());
        return;
    }
    // To root, nothing is read-only.
    let output = child::run_as(NOBODY, "a_read_only_directory_is_removed");
    assert!(output.status.success(), "{}", child::stderr(&output));
}

#[cfg(unix)]
fn lock_up(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    let inner = dir.join("inner");
    fs::create_dir(&inner)?;
    fs::write(inner.join("file"), "")?;
    std::os::unix::fs::symlink("/", inner.join("link"))?;
    for dir in [&inner, dir] {
        fs::set_permissions(dir, fs::Permissions::from_mode(0o500))?;
    }
    assert!(fs::write(inner.join("other"), "").is_err());
    Ok(())
}
