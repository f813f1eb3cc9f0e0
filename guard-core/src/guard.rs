use alloc::boxed::Box;
use core::any::type_name;
use core::fmt;
use core::ops::{Deref, DerefMut};
use core::pin::Pin;

use crate::context::{Body, Context};
use crate::exit::Exit;
use crate::raw::{Boxed, Ended, Frame};
use crate::returns::Returns;

/// A context that has been entered, as a value: it can be moved, stored in a struct and sent to
/// another thread.
///
/// It derefs to the lent value. Dropping it runs the exit half with [`Exit::Dropped`], or
/// [`Exit::Panicked`] while a panic that began after it was entered unwinds;
/// [`Guard::exit`] runs the exit half with [`Exit::Completed`] and returns what it returns.
///
/// `T` is the lent value, `R` what the exit half returns: `()` or `Result<(), E>`. `F` says what
/// the frame may borrow and where it may go, and is not often written: a `Guard<T, R>` is `Send`
/// and borrows nothing, a [`ScopedGuard<'a, T, R>`](ScopedGuard) is `Send` and lives for `'a`, a
/// [`LocalGuard<'a, T, R>`](LocalGuard) stays on its thread.
///
/// ```
/// use guard_core::{Guard, context_manager, yield_point};
/// use std::io;
///
/// #[context_manager]
/// fn scratch_dir() -> io::Result<std::path::PathBuf> {
///     let dir = tempfile::tempdir()?;
///     yield_point!(dir.path().to_owned());
///     dir.close()
/// }
///
/// struct Job {
///     dir: Guard<std::path::PathBuf, io::Result<()>>,
/// }
///
/// let job = Job { dir: scratch_dir().enter()? };
/// std::fs::write(job.dir.join("draft"), "text")?;
/// Guard::exit(job.dir)?;
/// # io::Result::Ok(())
/// ```
///
/// The functions of a guard are associated functions, as with `Box` and `Rc`, so that they do not
/// hide methods of the value.
///
/// That of an async context is an [`AsyncGuard`](crate::AsyncGuard).
#[must_use = "a guard that is not held exits at once: write `let _guard = ..`, as `let _ = ..` does not hold it"]
pub struct Guard<T, R = (), F = dyn Suspended<T, R> + Send>
where
    F: Suspended<T, R> + ?Sized,
{
    entered: Boxed<T, R, F>,
}

/// A [`Guard`] that borrows something for `'a`.
///
/// ```
/// use guard_core::{ScopedGuard, context_manager, yield_point};
/// use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
///
/// #[context_manager]
/// fn counted(inside: &AtomicUsize) {
///     inside.fetch_add(1, Relaxed);
///     yield_point!();
///     inside.fetch_sub(1, Relaxed);
/// }
///
/// struct Visit<'a> {
///     _counted: ScopedGuard<'a, ()>,
/// }
///
/// let inside = AtomicUsize::new(0);
/// let visit = Visit { _counted: counted(&inside).enter() };
/// assert_eq!(inside.load(Relaxed), 1);
/// drop(visit);
/// assert_eq!(inside.load(Relaxed), 0);
/// ```
pub type ScopedGuard<'a, T, R = ()> = Guard<T, R, dyn Suspended<T, R> + Send + 'a>;

/// A [`Guard`] that cannot leave its thread, made by [`Context::enter_local`].
///
/// ```
/// use guard_core::{LocalGuard, context_manager, yield_point};
/// use std::cell::RefCell;
///
/// #[context_manager]
/// fn indented(depth: &RefCell<usize>) -> usize {
///     *depth.borrow_mut() += 1;
///     yield_point!(*depth.borrow());
///     *depth.borrow_mut() -= 1;
/// }
///
/// fn enter(depth: &RefCell<usize>) -> LocalGuard<'_, usize> {
///     indented(depth).enter_local()
/// }
///
/// let depth = RefCell::new(0);
/// assert_eq!(*enter(&depth), 1);
/// assert_eq!(*depth.borrow(), 0);
/// ```
pub type LocalGuard<'a, T, R = ()> = Guard<T, R, dyn Suspended<T, R> + 'a>;

/// The frame of an entered context, whatever function it comes from. Only used to say what a
/// [`Guard`] holds; it cannot be implemented or called.
///
/// ```
/// use guard_core::{Guard, Suspended};
///
/// /// What [`ScopedGuard`](guard_core::ScopedGuard) is short for, with more asked of the frame.
/// type Shared<'a, T> = Guard<T, (), dyn Suspended<T, ()> + Send + Sync + 'a>;
/// # fn _is_a_type(_: Shared<'_, u8>) {}
/// ```
pub trait Suspended<T, R>: sealed::Sealed {
    #[doc(hidden)]
    fn exit(self: Pin<Box<Self>>, value: T, exit: Exit<'_>) -> R;
    #[doc(hidden)]
    fn exit_on_drop(self: Pin<Box<Self>>, value: T);
    #[doc(hidden)]
    fn name(&self) -> &'static str;
}

impl<S, F> Suspended<S::Value, S::Output> for Frame<S, F>
where
    S: Returns,
    F: Future<Output = Ended<S>>,
{
    fn exit(mut self: Pin<Box<Self>>, value: S::Value, exit: Exit<'_>) -> S::Output {
        S::output(Frame::exit(self.as_mut(), value, exit))
    }

    fn exit_on_drop(mut self: Pin<Box<Self>>, value: S::Value) {
        Frame::exit_on_drop(self.as_mut(), value);
    }

    fn name(&self) -> &'static str {
        type_name::<F>()
    }
}

/// What a [`Guard`] has to hold to be [`Send`]: `Send` under a name of its own, so that the compiler
/// says what is wrong with a [`LocalGuard`].
#[diagnostic::on_unimplemented(
    message = "a guard that was entered with `enter_local()` cannot leave its thread",
    label = "takes such a guard to another thread",
    note = "help: enter it with `enter()`, or on the thread where it is needed"
)]
pub trait LeavesItsThread: Send {}

#[diagnostic::do_not_recommend]
impl<F: Send + ?Sized> LeavesItsThread for F {}

mod sealed {
    pub trait Sealed {}
    impl<S, F> Sealed for crate::raw::Frame<S, F> {}
}

impl<S: Returns, B: Body<S>> Context<S, B> {
    /// Enters and gives the context as a [`Guard`], at the price of one allocation, which is made
    /// before the enter half runs.
    ///
    /// What the function holds across its yield point has to be `Send`, and so the guard is.
    /// [`enter_local`](Context::enter_local) is for what is not.
    ///
    /// # Errors
    ///
    /// With a context that returns `Result<T, E>`: what the enter half fails with.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{Guard, context_manager, yield_point};
    ///
    /// #[context_manager]
    /// fn counted(total: std::sync::mpsc::Sender<u32>) -> u32 {
    ///     let mut count = 0;
    ///     yield_point!(count);
    ///     total.send(count).ok();
    /// }
    ///
    /// let (total, totals) = std::sync::mpsc::channel();
    /// let mut count = counted(total).enter();
    /// std::thread::spawn(move || {
    ///     *count += 3;
    ///     Guard::exit(count);
    /// });
    /// assert_eq!(totals.recv(), Ok(3));
    /// ```
    #[inline]
    pub fn enter<'a>(self) -> S::Wrapped<ScopedGuard<'a, S::Value, S::Output>>
    where
        S: Returns<Lent = <S as Returns>::Value> + 'a,
        B::Frame: 'a,   // help: an argument that is taken by value may live for ever
        B::Frame: Send, // help: `enter_local()` enters what is not `Send`, and a recursion
    {
        entered(self, |frame| -> Pin<Box<dyn Suspended<_, _> + Send + 'a>> {
            frame
        })
    }

    /// As [`enter`](Context::enter), for a function that holds across its yield point what cannot
    /// leave its thread, such as an `Rc` or a `MutexGuard`.
    ///
    /// # Errors
    ///
    /// With a context that returns `Result<T, E>`: what the enter half fails with.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{LocalGuard, context_manager, yield_point};
    /// use std::rc::Rc;
    ///
    /// #[context_manager]
    /// fn shared(name: Rc<str>) -> Rc<str> {
    ///     yield_point!(name);
    /// }
    ///
    /// let name: LocalGuard<'_, Rc<str>> = shared("here".into()).enter_local();
    /// assert_eq!(&**name, "here");
    /// ```
    #[inline]
    pub fn enter_local<'a>(self) -> S::Wrapped<LocalGuard<'a, S::Value, S::Output>>
    where
        S: Returns<Lent = <S as Returns>::Value> + 'a,
        B::Frame: 'a,
    {
        entered(self, |frame| -> Pin<Box<dyn Suspended<_, _> + 'a>> {
            frame
        })
    }
}

/// Runs the enter half, and forgets with `erase` which function the frame is of.
#[inline(always)]
fn entered<S, B, F>(
    context: Context<S, B>,
    erase: impl FnOnce(Pin<Box<Frame<S, B::Frame>>>) -> Pin<Box<F>>,
) -> S::Wrapped<Guard<S::Value, S::Output, F>>
where
    S: Returns,
    B: Body<S>,
    F: Suspended<S::Value, S::Output> + ?Sized,
{
    let mut frame = Box::pin(context.start());
    let entered = frame.as_mut().enter();
    frame.as_mut().note_panic();
    S::wrap(entered.map(|value| Guard {
        entered: Boxed::new(value, erase(frame)),
    }))
}

impl<T, R, F: Suspended<T, R> + ?Sized> Guard<T, R, F> {
    /// Exits with [`Exit::Completed`]: the work that the guard was for has been done.
    ///
    /// # Errors
    ///
    /// Returns what the exit half returns.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{Guard, context_manager, yield_point};
    ///
    /// #[context_manager]
    /// fn checked() -> Result<i32, String> {
    ///     let mut sum = 0;
    ///     yield_point!(sum);
    ///     if sum == 0 { Ok(()) } else { Err(format!("off by {sum}")) }
    /// }
    ///
    /// let mut sum = checked().enter()?;
    /// *sum += 2;
    /// assert_eq!(Guard::exit(sum), Err("off by 2".to_owned()));
    /// # Ok::<(), String>(())
    /// ```
    #[inline]
    pub fn exit(guard: Self) -> R {
        Self::exit_with(guard, Exit::Completed)
    }

    /// Exits with an outcome that the caller knows: [`Exit::from(&result)`](Exit) is that of a body
    /// which has returned a `Result`.
    ///
    /// # Errors
    ///
    /// Returns what the exit half returns.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{Exit, Guard, context_manager, yield_point};
    ///
    /// #[context_manager]
    /// fn logged() {
    ///     if let Exit::Failed(error) = yield_point!() {
    ///         println!("failed: {error:?}");
    ///     }
    /// }
    ///
    /// let guard = logged().enter();
    /// let outcome: Result<u8, _> = "x".parse();
    /// match &outcome {
    ///     Ok(_) => Guard::exit(guard),
    ///     Err(error) => Guard::exit_with(guard, Exit::Failed(error)),
    /// }
    /// ```
    #[inline]
    pub fn exit_with(guard: Self, exit: Exit<'_>) -> R {
        let (value, frame) = guard.entered.into_parts();
        frame.exit(value, exit)
    }
}

impl<T, R, F: Suspended<T, R> + ?Sized> Guard<T, R, F> {
    /// For messages.
    pub(crate) fn name(guard: &Self) -> &'static str {
        guard.entered.name()
    }
}

impl<T, R, F: Suspended<T, R> + ?Sized> Deref for Guard<T, R, F> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.entered
    }
}

impl<T, R, F: Suspended<T, R> + ?Sized> DerefMut for Guard<T, R, F> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.entered
    }
}

impl<T: fmt::Debug, R, F: Suspended<T, R> + ?Sized> fmt::Debug for Guard<T, R, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard")
            .field("value", &**self)
            .finish_non_exhaustive()
    }
}
