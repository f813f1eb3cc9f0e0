use core::any::{Any, type_name};
use core::fmt::{self, Write as _};
use core::marker::PhantomData;

use crate::exit::{Exit, Failure};
use crate::raw;

/// A failure of an exit half that had nobody left to be returned to.
///
/// Given to the hook that [`on_lost_error`] installs. It prints as one line.
///
/// ```
/// use guard_core::{Loss, LostError};
///
/// fn hook(lost: &LostError<'_>) {
///     let what = match lost.loss() {
///         Loss::Error(error) if error.is::<std::io::Error>() => "cannot be written",
///         Loss::Error(_) => "has failed",
///         Loss::Panic(_) => "has panicked",
///         _ => "was not left as it should be",
///     };
///     eprintln!("{} {what} after the body was {}", lost.context(), lost.exit());
/// }
/// guard_core::on_lost_error(hook);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct LostError<'a> {
    context: &'static str,
    loss: Loss<'a>,
    exit: Exit<'a>,
}

/// What was lost.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Loss<'a> {
    /// The exit half returned this error.
    Error(&'a (dyn Failure + 'static)),
    /// The exit half panicked with this payload while another panic was unwinding.
    Panic(&'a (dyn Any + Send)),
    /// The body failed with this error, and could not return it because the exit half panicked.
    BodyError(&'a (dyn Failure + 'static)),
    /// The exit half of an async context was not awaited to its end: the future that it was part of
    /// was dropped, in the body if [`LostError::exit`] is [`Exit::Dropped`], and in the exit half
    /// otherwise. What the body had returned, or panicked with, is lost too.
    Unfinished,
    /// The future that an async context was part of was dropped in the exit half, which goes on
    /// elsewhere; what the body had returned, or panicked with, is lost.
    BodyResult,
}

impl<'a> LostError<'a> {
    /// The path of the function that is the context manager, for example `my_crate::db::database`.
    ///
    /// For people to read: its exact form may change.
    #[must_use]
    pub fn context(&self) -> &'static str {
        self.context
    }

    /// What was lost.
    #[must_use]
    pub fn loss(&self) -> Loss<'a> {
        self.loss
    }

    /// How the body had ended. Where it failed, [`Exit::Failed`] has the error that the caller got.
    #[must_use]
    pub fn exit(&self) -> Exit<'a> {
        self.exit
    }
}

impl fmt::Display for LostError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = Line {
            inner: f,
            broken: false,
        };
        write!(line, "context manager `{}` ", self.context)?;
        match self.exit {
            Exit::Completed => line.write_str("after its body completed: ")?,
            Exit::Failed(error) => write!(line, "after its body failed with {error:?}: ")?,
            Exit::Panicked => line.write_str("after its body panicked: ")?,
            Exit::Dropped => line.write_str("when it was dropped: ")?,
        }
        write!(line, "{}", self.loss)
    }
}

/// Writes on one line what takes several, as the `Debug` of many errors does.
struct Line<'l, 'f> {
    inner: &'l mut fmt::Formatter<'f>,
    /// Whether a line break was the last thing to be written.
    broken: bool,
}

impl fmt::Write for Line<'_, '_> {
    fn write_char(&mut self, c: char) -> fmt::Result {
        let breaks = matches!(c, '\n' | '\r');
        let skipped = self.broken && (breaks || c == ' ');
        self.broken = breaks || skipped;
        match c {
            _ if skipped => Ok(()),
            _ if breaks => self.inner.write_char(' '),
            c => self.inner.write_char(c),
        }
    }

    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|c| self.write_char(c))
    }
}

impl fmt::Display for Loss<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Loss::Error(error) => write!(f, "the exit half returned {error:?}, which is lost"),
            Loss::Panic(payload) => match message(*payload) {
                Some(message) => {
                    write!(f, "the exit half panicked with {message:?}, which is lost")
                }
                None => f.write_str("the exit half panicked, which is lost"),
            },
            Loss::BodyError(_) => f.write_str("the exit half panicked, so that this error is lost"),
            Loss::Unfinished => f.write_str("the exit half was not awaited to its end"),
            Loss::BodyResult => f.write_str(
                "its future was dropped in the exit half, so that the result of the body is lost",
            ),
        }
    }
}

impl fmt::Debug for Loss<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Loss::Error(error) => f.debug_tuple("Error").field(error).finish(),
            Loss::Panic(payload) => f.debug_tuple("Panic").field(&message(*payload)).finish(),
            Loss::BodyError(error) => f.debug_tuple("BodyError").field(error).finish(),
            Loss::Unfinished => f.write_str("Unfinished"),
            Loss::BodyResult => f.write_str("BodyResult"),
        }
    }
}

/// The message of a panic, if it is text.
pub(crate) fn message(payload: &(dyn Any + Send)) -> Option<&str> {
    #[cfg(feature = "alloc")]
    if let Some(message) = payload.downcast_ref::<alloc::string::String>() {
        return Some(message);
    }
    payload.downcast_ref::<&str>().copied()
}

/// The path of a context manager, from the type name of its frame.
// Input:  guard_core::raw::adapted::OptionalFrame<S, my_crate::db::database<T>::{{closure}}::{{closure}}>
// Output: my_crate::db::database
pub(crate) fn name(frame: &'static str) -> &'static str {
    let mut name = frame;
    while let Some(shorter) = name.strip_suffix("::{{closure}}") {
        name = shorter;
    }
    let Some((path, arguments)) = without_arguments(name) else {
        return name;
    };
    match rfind_outside(arguments, ',') {
        Some(comma) if path.starts_with(raw::ADAPTED) => self::name(arguments[comma + 1..].trim()),
        _ => path,
    }
}

/// A path, and the type arguments at its end.
fn without_arguments(name: &str) -> Option<(&str, &str)> {
    let name = name.strip_suffix('>')?;
    let start = rfind_outside(name, '<')?;
    Some((&name[..start], &name[start + 1..]))
}

/// The last place of a character that is in no brackets.
fn rfind_outside(text: &str, wanted: char) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text.char_indices().rev() {
        match c {
            _ if c == wanted && depth == 0 => return Some(at),
            '>' if text[..at].ends_with('-') => {}
            '>' | ')' | ']' => depth += 1,
            '<' | '(' | '[' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Tells the hook. Never panics with the feature `std`.
#[cold]
#[inline(never)]
pub(crate) fn report(frame: &'static str, loss: Loss<'_>, exit: Exit<'_>) {
    let told = LostError {
        context: name(frame),
        loss,
        exit,
    };
    #[cfg(feature = "tracing")]
    trace(&told);
    hook::call(&told);
}

/// The event is in the span that is current where the error is lost, which is where it would have
/// been returned to.
#[cfg(feature = "tracing")]
fn trace(lost: &LostError<'_>) {
    let told = crate::panics::catch(|| {
        tracing::error!(
            target: "guard_core",
            context = lost.context,
            outcome = %lost.exit,
            error = lost.exit.failure().map(tracing::field::debug),
            "{}",
            lost.loss
        );
    });
    if let Err(payload) = told {
        payload.discard();
    }
}

/// Tells the hook of a body's error, if the exit half of the frame `F` panics. It is forgotten when
/// that does not.
pub(crate) struct BodyLost<'r, F, Q, E: Failure>(&'r Result<Q, E>, PhantomData<fn() -> F>);

impl<'r, F, Q, E: Failure> BodyLost<'r, F, Q, E> {
    #[inline(always)]
    pub(crate) fn on_unwind(result: &'r Result<Q, E>) -> Self {
        BodyLost(result, PhantomData)
    }
}

impl<F, Q, E: Failure> Drop for BodyLost<'_, F, Q, E> {
    #[inline(always)]
    fn drop(&mut self) {
        if let Err(error) = self.0 {
            let loss = Loss::BodyError(error);
            report(type_name::<F>(), loss, Exit::Failed(error));
        }
    }
}

#[cfg(feature = "std")]
mod hook {
    use std::eprintln;
    use std::sync::{Arc, PoisonError, RwLock};

    use super::LostError;
    use crate::panics;

    type Hook = Arc<dyn Fn(&LostError<'_>) + Send + Sync>;

    static HOOK: RwLock<Option<Hook>> = RwLock::new(None);

    /// Installs `hook`, which from now on is given every error and every panic of an exit half that
    /// could not be returned to anybody. It replaces the hook that was there before; that of the
    /// beginning prints one line to standard error.
    ///
    /// The hook is called on the thread on which the error was lost, often from within a
    /// destructor. Nothing is locked meanwhile: it may use context managers itself.
    ///
    /// Without the feature `std` the hook is a plain `fn(&LostError<'_>)`, and until one is
    /// installed nothing is printed.
    ///
    /// A panic of the hook is caught, and the line of the first hook printed instead.
    ///
    /// # Panics
    ///
    /// When the hook that was there before panics as it is dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{context_manager, on_lost_error, yield_point};
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    ///
    /// static LOST: AtomicUsize = AtomicUsize::new(0);
    ///
    /// #[context_manager]
    /// fn fails_to_close() -> Result<(), String> {
    ///     yield_point!();
    ///     Err("still in use".to_owned())
    /// }
    ///
    /// on_lost_error(|lost| {
    ///     assert!(lost.to_string().contains("still in use"));
    ///     LOST.fetch_add(1, Ordering::Relaxed);
    /// });
    /// drop(fails_to_close().enter());
    /// assert_eq!(LOST.load(Ordering::Relaxed), 1);
    /// ```
    pub fn on_lost_error(hook: impl Fn(&LostError<'_>) + Send + Sync + 'static) {
        let old = HOOK
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .replace(Arc::new(hook));
        drop(old);
    }

    pub(super) fn call(lost: &LostError<'_>) {
        let hook = HOOK.read().unwrap_or_else(PoisonError::into_inner).clone();
        let called = panics::catch(|| {
            let heard = heard(lost);
            match hook {
                Some(hook) => hook(lost),
                None if heard => {}
                None => print(lost),
            }
        });
        if let Err(payload) = called {
            payload.discard();
            // The hook had its chance; what it was given must not vanish all the same.
            if let Err(payload) = panics::catch(|| print(lost)) {
                payload.discard();
            }
        }
    }

    /// Whether a test listens, for which it is not to be printed.
    #[cfg(feature = "testing")]
    fn heard(lost: &LostError<'_>) -> bool {
        crate::testing::heard(lost)
    }

    #[cfg(not(feature = "testing"))]
    fn heard(_: &LostError<'_>) -> bool {
        false
    }

    fn print(lost: &LostError<'_>) {
        eprintln!("{lost}");
    }
}

#[cfg(not(feature = "std"))]
mod hook {
    use super::LostError;
    use crate::raw::HookCell;

    static HOOK: HookCell = HookCell::new();

    /// Installs `hook`, which from now on is given every error of an exit half that could not be
    /// returned to anybody. It replaces the hook that was there before; until one is installed
    /// such errors are dropped. With the feature `std` any closure will do.
    pub fn on_lost_error(hook: fn(&LostError<'_>)) {
        HOOK.set(hook);
    }

    pub(super) fn call(lost: &LostError<'_>) {
        if let Some(hook) = HOOK.get() {
            hook(lost);
        }
    }
}

pub use hook::on_lost_error;
