use std::borrow::ToOwned;
use std::boxed::Box;
use std::ffi::OsString;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context as Poller, Poll};
use std::{env, eprintln, fs, io};

use crate::raw::{Ended, Point};
use crate::{Body, Context, Exit, context_manager, yield_point};

/// Makes a directory for temporary files, and removes it with everything in it.
///
/// It lends the directory as a [`TempDir`], which derefs to its [`Path`]. Conveniences stand
/// between the call and the form that enters it: [`keep_on_failure`](Context::keep_on_failure),
/// [`in_dir`](Context::in_dir) and [`prefix`](Context::prefix).
///
/// Needs the feature `testing`.
///
/// # Errors
///
/// The enter half fails when the directory cannot be made. The exit half fails when it cannot be
/// removed, with the path of what could not be; that the body has removed it already is fine.
///
/// # Examples
///
/// ```
/// use guard_core::testing::temp_dir;
/// use guard_core::within;
/// use std::{fs, io};
///
/// #[within(dir = temp_dir().keep_on_failure()?)]
/// # /*
/// #[test]
/// # */
/// fn what_is_written_can_be_read() -> io::Result<()> {
///     fs::write(dir.join("draft"), "text")?;
///     assert_eq!(fs::read_to_string(dir.join("draft"))?, "text");
///     Ok(())
/// }
/// # what_is_written_can_be_read().unwrap();
/// ```
///
/// Not in a test, and without keeping anything:
///
/// ```
/// use guard_core::enter;
/// use guard_core::testing::temp_dir;
/// use std::io;
///
/// fn sizes() -> io::Result<u64> {
///     enter!(dir = temp_dir().prefix("sizes-")?);
///     std::fs::write(dir.join("a"), [0; 7])?;
///     Ok(dir.join("a").metadata()?.len())
/// }
/// assert_eq!(sizes()?, 7);
/// # io::Result::Ok(())
/// ```
pub fn temp_dir() -> Context<io::Result<TempDir>, TempDirBody> {
    Context::new(TempDirBody {
        parent: None,
        prefix: "guard-".into(),
        keep_on_failure: false,
    })
}

/// The directory that [`temp_dir`] lends. It derefs to its path.
///
/// It is not the one of the crate `tempfile`, so that this crate may change to another version.
///
/// ```
/// use guard_core::testing::{TempDir, temp_dir};
/// use std::fs::File;
/// use std::io;
///
/// fn draft(dir: &TempDir) -> io::Result<File> {
///     assert!(dir.is_dir());
///     File::create(dir.join("draft"))
/// }
///
/// temp_dir().try_with(|dir| draft(dir).map(drop))?;
/// # io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct TempDir {
    path: PathBuf,
}

impl TempDir {
    /// Where it is. The path is absolute.
    ///
    /// ```
    /// use guard_core::testing::temp_dir;
    ///
    /// let path = temp_dir().with(|dir| {
    ///     assert!(dir.path().is_absolute());
    ///     dir.path().to_owned()
    /// })?;
    /// assert!(!path.exists());
    /// # std::io::Result::Ok(())
    /// ```
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Deref for TempDir {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.path
    }
}

impl AsRef<Path> for TempDir {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}

/// The body of the context that [`temp_dir`] returns.
#[derive(Debug)]
pub struct TempDirBody {
    parent: Option<PathBuf>,
    prefix: OsString,
    keep_on_failure: bool,
}

/// What is to be done with the directory of one [`temp_dir`].
impl Context<io::Result<TempDir>, TempDirBody> {
    /// Keeps the directory when the body fails or panics, and says on standard error where it is.
    ///
    /// Under `cargo test` the line stands in the output of the failed test. The exit half has to be
    /// told of the failure: `#[within]`, `with` and `try_with` tell it of a panic, `#[within]` and
    /// `try_with` of an error that is returned. With [`enter!`](crate::enter) a returned error is
    /// [`Exit::Dropped`], as is the end of a test that has passed, so that only a panic keeps it.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::temp_dir;
    /// use std::{fs, io};
    ///
    /// let mut kept = None;
    /// let failed: io::Result<()> = temp_dir().keep_on_failure().try_with(|dir| {
    ///     kept = Some(dir.path().to_owned());
    ///     fs::write(dir.join("found"), "by whoever looks for the mistake")?;
    ///     Err(io::Error::other("as it should"))
    /// });
    /// assert!(failed.is_err());
    /// let kept = kept.expect("the body ran");
    /// assert!(kept.join("found").exists());
    /// # fs::remove_dir_all(kept)?;
    /// # io::Result::Ok(())
    /// ```
    pub fn keep_on_failure(self) -> Self {
        self.but(|body| body.keep_on_failure = true)
    }

    /// Makes the directory in `parent` rather than in [`env::temp_dir()`]: in a file system that is
    /// under test, or where a failed test's leavings are collected. `parent` has to be there.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::temp_dir;
    ///
    /// temp_dir().try_with(|outer| {
    ///     temp_dir().in_dir(outer.path()).with(|inner| {
    ///         assert_eq!(inner.parent(), Some(outer.path()));
    ///     })
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn in_dir(self, parent: impl Into<PathBuf>) -> Self {
        self.but(|body| body.parent = Some(parent.into()))
    }

    /// Begins the directory's name with `prefix` rather than with `guard-`.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::testing::temp_dir;
    ///
    /// temp_dir().prefix("spool-").with(|dir| {
    ///     let name = dir.file_name().expect("it has a name");
    ///     assert!(name.to_string_lossy().starts_with("spool-"));
    /// })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn prefix(self, prefix: impl Into<OsString>) -> Self {
        self.but(|body| body.prefix = prefix.into())
    }

    fn but(self, change: impl FnOnce(&mut TempDirBody)) -> Self {
        let mut body = self.into_body();
        change(&mut body);
        Context::new(body)
    }
}

impl Body<io::Result<TempDir>> for TempDirBody {
    type Frame = frame::temp_dir;

    fn start(self, point: Point<io::Result<TempDir>, TempDir>) -> frame::temp_dir {
        frame::temp_dir::new(made(self).into_body().start(point))
    }
}

#[context_manager(crate = crate)]
fn made(how: TempDirBody) -> io::Result<TempDir> {
    let parent = how.parent.unwrap_or_else(env::temp_dir);
    // Absolute, lest a change of the current directory loses it.
    let parent = std::path::absolute(parent)?;
    let dir = tempfile::Builder::new()
        .prefix(&how.prefix)
        .tempdir_in(parent)?;
    let path = dir.path().to_owned();
    match yield_point!(TempDir { path }) {
        Exit::Failed(_) | Exit::Panicked if how.keep_on_failure => {
            let path = dir.keep();
            eprintln!("the temporary directory is kept: {}", path.display());
            Ok(())
        }
        _ => remove(dir),
    }
}

fn remove(dir: tempfile::TempDir) -> io::Result<()> {
    let path = dir.path().to_owned();
    match dir.close() {
        Err(error) if error.kind() == io::ErrorKind::NotFound && !path.exists() => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            // What cannot be made writable will be in the way again, and then is said to be.
            let _ = make_writable(&path);
            fs::remove_dir_all(&path).map_err(|_| error)
        }
        removed => removed,
    }
}

/// Nothing can be removed from a directory that is read-only, not even by who made it so.
#[cfg(unix)]
fn make_writable(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    fs::set_permissions(dir, fs::Permissions::from_mode(0o700))?;
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        // A link to a directory is none.
        if entry.file_type()?.is_dir() {
            make_writable(&entry.path())?;
        }
    }
    Ok(())
}

/// There, a read-only directory does not keep what is in it.
#[cfg(not(unix))]
fn make_writable(_dir: &Path) -> io::Result<()> {
    Ok(())
}

mod frame {
    use super::{Box, Ended, Pin, Poll, Poller, TempDir, io};

    type Future = dyn core::future::Future<Output = Ended<io::Result<TempDir>>> + Send;

    /// Named as the function is, since lost errors are reported under the name of their frame.
    #[expect(non_camel_case_types, reason = "for people to read")]
    pub struct temp_dir {
        made: Pin<Box<Future>>,
    }

    impl temp_dir {
        pub(super) fn new(
            made: impl core::future::Future<Output = Ended<io::Result<TempDir>>> + Send + 'static,
        ) -> Self {
            temp_dir {
                made: Box::pin(made),
            }
        }
    }

    impl core::future::Future for temp_dir {
        type Output = Ended<io::Result<TempDir>>;

        fn poll(mut self: Pin<&mut Self>, poller: &mut Poller<'_>) -> Poll<Self::Output> {
            self.made.as_mut().poll(poller)
        }
    }
}
