use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::FileExt;
use std::string::String;
use std::sync::Arc;
use std::vec;
use std::vec::Vec;

/// What a stream has been redirected to in order to be read, during the redirection or after.
///
/// It is a file without a name in the directory for temporary files, so that no amount of output
/// makes a writer wait, and it is gone with the last clone. Clones share what they hold, as do
/// redirections to the same capture: what each writes comes behind what is there.
///
/// Needs the feature `stdio`, and Unix.
///
/// ```
/// use guard_core::{Capture, redirect_stdout};
///
/// let mut said = redirect_stdout(Capture::new()?).enter_local()?;
/// print!("hello");
/// assert_eq!(said.text()?, "hello");
/// let kept = said.clone();
/// println!(", world");
/// drop(said);
/// assert_eq!(kept.text()?, "hello, world\n");
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Debug)]
pub struct Capture {
    file: Arc<File>,
}

impl Capture {
    /// Makes an empty one.
    ///
    /// # Errors
    ///
    /// When the file cannot be made.
    ///
    /// # Examples
    ///
    /// ```
    /// let capture = guard_core::Capture::new()?;
    /// assert_eq!(capture.bytes()?, []);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn new() -> io::Result<Self> {
        tempfile::tempfile().map(|file| Capture {
            file: Arc::new(file),
        })
    }

    /// Everything that has been written so far, what Rust has buffered of standard output included.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{Capture, redirect_stdout};
    /// use std::io::Write;
    ///
    /// let capture = Capture::new()?;
    /// redirect_stdout(&capture).try_with(|_| std::io::stdout().write_all(&[0, 159]))?;
    /// assert_eq!(capture.bytes()?, [0, 159]);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn bytes(&self) -> io::Result<Vec<u8>> {
        // An error of it is the stream's, whose exit half will see it again.
        let _ = io::stdout().flush();
        let length = self.file.metadata()?.len();
        let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        // Leaves alone where the file is, which is where the next output goes.
        self.file.read_exact_at(&mut bytes, 0)?;
        Ok(bytes)
    }

    /// As [`bytes`](Capture::bytes), for text.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, and with [`io::ErrorKind::InvalidData`] when it is no UTF-8.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{Capture, redirect_stderr};
    ///
    /// let complaints = Capture::new()?;
    /// redirect_stderr(&complaints).with(|_| eprintln!("it is late"))?;
    /// assert_eq!(complaints.text()?, "it is late\n");
    /// # std::io::Result::Ok(())
    /// ```
    pub fn text(&self) -> io::Result<String> {
        String::from_utf8(self.bytes()?)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }
}

impl AsFd for Capture {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}
