use std::io;
use std::path::Path;

use self::directory::Directory;
use super::turn::Changes;
use crate::{context_manager, yield_point};

static CURRENT: Changes<Directory> = Changes::new();

/// Makes `path` the current directory meanwhile.
///
/// On Unix, the directory before is kept open rather than remembered by its path: it is found again
/// when it has been renamed meanwhile, and can be returned to when it has been removed.
///
/// From Python's [`contextlib.chdir`]. Needs the feature `chdir`.
///
/// [`contextlib.chdir`]: https://docs.python.org/3/library/contextlib.html#contextlib.chdir
///
/// # Nesting
///
/// Changes nest. A relative `path` is taken from the directory that is current on entry. A guard
/// that is dropped before one that was entered later leaves the directory as it is, and the later
/// one goes back in its stead.
///
/// # Threads
///
/// The current directory is the whole process's: relative paths in other threads go there too. Of
/// threads that change it in this way, one has its turn and the others wait; it is the turn of
/// [`redirect_stdout`](crate::redirect_stdout), and what is said there holds here. A guard stays on
/// its thread, and is made by [`enter_local`](crate::Context::enter_local).
///
/// # Errors
///
/// The enter half fails when `path` is no directory that can be entered, or when the current one
/// cannot be told; the current directory is then as it was. The exit half fails when the directory
/// before cannot be returned to, be it that permission to do so has been taken away.
///
/// # Examples
///
/// ```
/// use guard_core::chdir;
/// use std::{env, fs};
///
/// let before = env::current_dir()?;
/// let dir = tempfile::tempdir()?;
/// chdir(dir.path()).try_with(|()| fs::write("here.txt", "text"))?;
/// assert!(dir.path().join("here.txt").exists());
/// assert_eq!(env::current_dir()?, before);
/// # std::io::Result::Ok(())
/// ```
#[context_manager(crate = crate)]
pub fn chdir(path: impl AsRef<Path>) -> io::Result<()> {
    let changed = CURRENT.make(|| {
        let before = Directory::current()?;
        std::env::set_current_dir(path.as_ref())?;
        Ok(before)
    })?;
    yield_point!();
    changed.undo(|before| before.map_or(Ok(()), Directory::enter))
}

#[cfg(unix)]
mod directory {
    use std::io;
    use std::os::fd::OwnedFd;

    use rustix::fs::{Mode, OFlags, open};
    use rustix::process::fchdir;

    /// With `O_PATH`, a directory need not be readable to be kept.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    const ACCESS: OFlags = OFlags::PATH;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    const ACCESS: OFlags = OFlags::RDONLY;

    pub(super) struct Directory(OwnedFd);

    impl Directory {
        pub(super) fn current() -> io::Result<Self> {
            let flags = ACCESS | OFlags::DIRECTORY | OFlags::CLOEXEC;
            Ok(Directory(open(".", flags, Mode::empty())?))
        }

        pub(super) fn enter(self) -> io::Result<()> {
            Ok(fchdir(self.0)?)
        }
    }
}

#[cfg(not(unix))]
mod directory {
    use std::path::PathBuf;
    use std::{env, io};

    pub(super) struct Directory(PathBuf);

    impl Directory {
        pub(super) fn current() -> io::Result<Self> {
            env::current_dir().map(Directory)
        }

        pub(super) fn enter(self) -> io::Result<()> {
            env::set_current_dir(self.0)
        }
    }
}
