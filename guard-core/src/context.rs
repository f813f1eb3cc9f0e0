use core::marker::PhantomData;
use core::mem::{self, ManuallyDrop};
use core::pin::pin;

use crate::exit::{Exit, Failure};
use crate::raw::{Ended, Frame, OnUnwind, Point};
use crate::returns::{FailsInto, Returns};

/// What a `#[context_manager]` function returns: its arguments, before anything has run.
///
/// `S` is the return type that the function was declared with, `Result<T, E>` or [`Plain<T>`], and
/// `B` the rest of the function, which has no name that could be written. Documentation and error
/// messages show `Context<S>`.
///
/// A context is entered once, in one of these ways:
///
/// | form | the exit half runs |
/// |---|---|
/// | [`with`](Context::with) | when the closure comes back or panics |
/// | [`try_with`](Context::try_with) | likewise, and is told the closure's error |
/// | [`enter!`](crate::enter) | at the end of the scope |
/// | [`with!`](crate::with) | at the end of the block |
/// | [`enter`](Context::enter) | when the [`Guard`](crate::Guard) is exited or dropped |
///
/// ```
/// use guard_core::{Context, context_manager, yield_point};
///
/// #[context_manager]
/// fn greeting(name: &str) -> String {
///     yield_point!(format!("hello, {name}"));
/// }
///
/// let entered = greeting("world"); // nothing has run
/// assert_eq!(entered.with(|text| text.len()), 12);
/// ```
///
/// A function that passes one on returns an `impl ContextManager<Value = T>`, and says
/// `Returns = io::Result<T>` in it if the caller is to know how it fails.
///
/// What an `async fn` returns is an [`AsyncContext`](crate::AsyncContext). In async code a `Context`
/// can be held across `.await`, and [`into_async`](Context::into_async) gives it a body that is async.
///
/// [`Plain<T>`]: crate::Plain
#[must_use = "a context manager does nothing until it is entered: call `with`, or write `guard_core::enter!(_ = ..)`, as `let _ = ..` does not enter it"]
pub struct Context<S, B = Unnamed> {
    body: B,
    returns: PhantomData<fn(S) -> S>,
}

/// The function behind a [`Context`], up to its arguments. Written by `#[context_manager]` alone.
///
/// It is named to take a context as an argument:
///
/// ```
/// use guard_core::{Body, Context, Plain, context_manager, yield_point};
///
/// fn twice<B: Body<Plain<u32>>>(number: Context<Plain<u32>, B>) -> u32 {
///     number.with(|n| *n * 2)
/// }
///
/// #[context_manager]
/// fn three() -> u32 {
///     yield_point!(3);
/// }
///
/// assert_eq!(twice(three()), 6);
/// ```
#[diagnostic::on_unimplemented(
    message = "this is not the body of a context manager",
    note = "help: contexts are made by functions marked `#[context_manager]`"
)]
pub trait Body<S: Returns> {
    /// The frame that the halves share.
    type Frame: Halves<S>;

    #[doc(hidden)]
    fn start(self, point: Point<S, S::Value>) -> Self::Frame;
}

impl<S, F, Fut> Body<S> for F
where
    S: Returns,
    F: FnOnce(Point<S, S::Value>) -> Fut,
    Fut: Future<Output = Ended<S>>,
{
    type Frame = Fut;

    #[inline(always)]
    fn start(self, point: Point<S, S::Value>) -> Fut {
        self(point)
    }
}

/// The two halves of the function behind a [`Context`], as the future that they are run as. It is
/// named where a context is asked to be fit for another thread:
///
/// ```
/// # #[cfg(feature = "alloc")]
/// # fn main() {
/// use guard_core::{Body, Context, Guard, Halves, Plain, context_manager, yield_point};
///
/// fn stored<B>(number: Context<Plain<u32>, B>) -> Guard<u32>
/// where
///     B: Body<Plain<u32>, Frame: Halves<Plain<u32>> + Send + 'static>,
/// {
///     number.enter()
/// }
///
/// #[context_manager]
/// fn three() -> u32 {
///     yield_point!(3);
/// }
///
/// assert_eq!(*stored(three()), 3);
/// # }
/// # #[cfg(not(feature = "alloc"))]
/// # fn main() {}
/// ```
pub trait Halves<S: Returns>: Future<Output = Ended<S>> {}

impl<S: Returns, F: Future<Output = Ended<S>>> Halves<S> for F {}

/// Stands in documentation for the part of a [`Context`] that has no name. It has no values. A function
/// that returns a context returns an `impl ContextManager<Value = T, Returns = io::Result<T>>`:
///
/// ```
/// use guard_core::{ContextManager, context_manager, yield_point};
/// use std::{fs::File, io, path::Path};
///
/// #[context_manager]
/// fn opened(path: &Path) -> io::Result<File> {
///     yield_point!(File::open(path)?);
///     Ok(())
/// }
///
/// fn manifest() -> impl ContextManager<Value = File, Returns = io::Result<File>> {
///     opened(Path::new("Cargo.toml"))
/// }
/// assert!(manifest().with(|file| file.metadata().unwrap().is_file())?);
/// # io::Result::Ok(())
/// ```
///
/// ```
/// use guard_core::{Context, Plain, Unnamed};
///
/// // The two are one type, which documentation shows as the first.
/// fn same(context: Context<Plain<u32>>) -> Context<Plain<u32>, Unnamed> {
///     context
/// }
/// ```
pub struct Unnamed(core::convert::Infallible);

impl<S: Returns> Body<S> for Unnamed {
    type Frame = core::future::Pending<Ended<S>>;

    fn start(self, _point: Point<S, S::Value>) -> Self::Frame {
        match self.0 {}
    }
}

/// Says what the closure is given, for the compiler to know.
#[inline(always)]
pub fn frame<S, T, F, Fut>(body: F) -> F
where
    F: FnOnce(Point<S, T>) -> Fut,
{
    body
}

/// Makes a context out of what `#[context_manager]` has written.
///
/// # Safety
///
/// `body` returns an `async` block that awaits what [`Point::lend`] returns itself and at once: not
/// inside of another future, and with the poller that it is polled with. It does not give its
/// [`Point`] away. Instead it may return what `framed` makes of that block and of its [`Point`].
#[expect(unsafe_code, reason = "unsafe to call; there is nothing unsafe in it")]
#[inline(always)]
pub unsafe fn context<S, F>(body: F) -> Context<S, F> {
    Context::new(body)
}

impl<S, B> Context<S, B> {
    #[inline(always)]
    pub(crate) fn new(body: B) -> Self {
        Context {
            body,
            returns: PhantomData,
        }
    }

    #[inline(always)]
    pub(crate) fn into_body(self) -> B {
        self.body
    }
}

impl<S: Returns, B: Body<S>> Context<S, B> {
    #[inline(always)]
    pub(crate) fn start(self) -> Frame<S, B::Frame> {
        Frame::new(self.body.start(Point::new()))
    }

    /// Enters, calls `body` with the lent value, and exits.
    ///
    /// The exit half is told [`Exit::Completed`] when `body` comes back, whatever it returns, and
    /// [`Exit::Panicked`] when it panics. `with` does not look into what `body` returns: where a
    /// body can fail, [`try_with`](Context::try_with) tells the exit half so, which decides
    /// whether a transaction commits. A body that is async is one for
    /// [`into_async`](Context::into_async).
    ///
    /// # Errors
    ///
    /// With a context that returns `Result<T, E>`: what the enter half fails with, in which case
    /// `body` was not called, or what the exit half fails with.
    ///
    /// # Panics
    ///
    /// When `body` or either half panics. A panic of the exit half while that of `body` unwinds
    /// goes to the hook of [`on_lost_error`](crate::on_lost_error) instead. Any other panic of the
    /// exit half comes out here, also in a destructor that runs while a panic unwinds, where it
    /// ends the process unless it is caught.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{context_manager, yield_point};
    /// use std::cell::Cell;
    ///
    /// #[context_manager]
    /// fn indented(level: &Cell<usize>) -> usize {
    ///     level.set(level.get() + 1);
    ///     yield_point!(level.get());
    ///     level.set(level.get() - 1);
    /// }
    ///
    /// let level = Cell::new(0);
    /// let text = indented(&level).with(|depth| format!("{}x", "  ".repeat(*depth)));
    /// assert_eq!(text, "  x");
    /// assert_eq!(level.get(), 0);
    /// ```
    #[inline(always)]
    pub fn with<Q>(self, body: impl FnOnce(&mut S::Lent) -> Q) -> S::Wrapped<Q> {
        let mut frame = pin!(self.start());
        let mut value = match frame.as_mut().enter() {
            Ok(value) => ManuallyDrop::new(value),
            Err(error) => return S::wrap(Err(error)),
        };
        let on_unwind = OnUnwind {
            frame: frame.as_mut(),
            value: &mut value,
        };
        let result = body(S::lend(on_unwind.value));
        mem::forget(on_unwind);
        let exited = frame.exit(ManuallyDrop::into_inner(value), Exit::Completed);
        S::wrap(exited.map(|()| result))
    }

    /// Enters, calls `body` with the lent value, and exits, telling the exit half whether `body`
    /// failed.
    ///
    /// The exit half is told [`Exit::Completed`] when `body` returns `Ok`, [`Exit::Failed`] with
    /// the error when it returns `Err`, and [`Exit::Panicked`] when it panics.
    ///
    /// # Errors
    ///
    /// What the enter half fails with, in which case `body` was not called; what `body` fails
    /// with; or what the exit half fails with. When both `body` and the exit half fail, the error
    /// of `body` is returned and the other one goes to the hook of
    /// [`on_lost_error`](crate::on_lost_error). The context's error is converted with `From`.
    ///
    /// # Panics
    ///
    /// As [`with`](Context::with). When the exit half panics, an error of `body`
    /// goes to the hook.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{Exit, context_manager, yield_point};
    ///
    /// #[context_manager]
    /// fn transaction(balance: &mut i64) -> i64 {
    ///     let mut draft = *balance;
    ///     if yield_point!(draft).is_completed() {
    ///         *balance = draft;
    ///     }
    /// }
    ///
    /// let mut balance = 10;
    /// let paid = transaction(&mut balance).try_with(|draft| {
    ///     *draft -= 25;
    ///     if *draft < 0 { Err("not enough money") } else { Ok(()) }
    /// });
    /// assert_eq!(paid, Err("not enough money"));
    /// assert_eq!(balance, 10);
    /// ```
    #[inline(always)]
    pub fn try_with<Q, E: Failure>(
        self,
        body: impl FnOnce(&mut S::Lent) -> Result<Q, E>,
    ) -> Result<Q, E>
    where
        S: FailsInto<E>,
    {
        let mut frame = pin!(self.start());
        let mut value = match frame.as_mut().enter() {
            Ok(value) => ManuallyDrop::new(value),
            Err(error) => return Err(S::convert(error)),
        };
        let on_unwind = OnUnwind {
            frame: frame.as_mut(),
            value: &mut value,
        };
        let result = body(S::lend(on_unwind.value));
        mem::forget(on_unwind);
        let value = ManuallyDrop::into_inner(value);
        frame.settle(value, result)
    }
}
