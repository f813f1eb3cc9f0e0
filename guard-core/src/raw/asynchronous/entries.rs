//! The entries of an `AsyncExitStack`: functions and contexts of all types, last in first out.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::type_name;
use core::marker::PhantomData;
use core::mem;
use core::pin::Pin;
use core::ptr::NonNull;
use core::task::{Context as Poller, Poll};
use std::sync::{Mutex, PoisonError};

use super::boxed::AsyncBoxed;
use super::caught::Caught;
use super::held::Started;
use crate::asynchronous::{AsyncHalves, AsyncSuspended, ExitFunction, ExitFunctionOf, Runs};
use crate::exit::{AsyncExit, Exit};
use crate::lost::{self, Loss};
use crate::returns::Returns;
use crate::stack::{Admits, Collectable, Collected, ExitResult, Leaves, Left, Verdict};

/// `K` is what entries have to be fit for, and how long they live at least.
pub(crate) struct AsyncEntries<K> {
    /// In truth they live as long as `K` says, which outlives this.
    list: Mutex<Vec<Box<dyn AsyncEntry>>>,
    fit_for: PhantomData<K>,
}

// SAFETY: whatever is pushed is `Send`: the kinds that leave admit nothing else, and run nothing else.
unsafe impl<K: Leaves> Send for AsyncEntries<K> {}
// SAFETY: likewise; and entries are reached by reference under the lock alone.
unsafe impl<K: Leaves> Sync for AsyncEntries<K> {}

/// What is pushed.
trait AsyncEntry {
    /// For messages.
    fn name(&mut self) -> &'static str;

    fn run<'e>(self: Box<Self>, exit: AsyncExit<'e>) -> Boxed<'e>
    where
        Self: 'e;

    /// Runs what can be run without waiting.
    fn abandon(self: Box<Self>) -> Left;
}

type Boxed<'e> = Pin<Box<dyn Future<Output = Left> + 'e>>;

/// An entry that runs.
pub(crate) struct Running<'e, K> {
    future: Boxed<'e>,
    fit_for: PhantomData<fn() -> K>,
}

// SAFETY: as of `AsyncEntries`.
unsafe impl<K: Leaves> Send for Running<'_, K> {}

impl<K> Future for Running<'_, K> {
    type Output = Left;

    fn poll(mut self: Pin<&mut Self>, poller: &mut Poller<'_>) -> Poll<Left> {
        self.future.as_mut().poll(poller)
    }
}

/// An entry that has been taken off, and waits to be run.
pub(crate) struct AsyncPopped<K> {
    entry: Box<dyn AsyncEntry>,
    fit_for: PhantomData<fn() -> K>,
}

// SAFETY: as of `AsyncEntries`.
unsafe impl<K: Leaves> Send for AsyncPopped<K> {}

impl<K> AsyncPopped<K> {
    pub(crate) fn name(&mut self) -> &'static str {
        self.entry.name()
    }

    pub(crate) fn run(self, exit: AsyncExit<'_>) -> Running<'_, K> {
        Running {
            future: self.entry.run(exit),
            fit_for: PhantomData,
        }
    }

    pub(crate) fn abandon(self) -> Left {
        self.entry.abandon()
    }
}

impl<K> AsyncEntries<K> {
    pub(crate) fn new() -> Self {
        AsyncEntries {
            list: Mutex::new(Vec::new()),
            fit_for: PhantomData,
        }
    }

    fn list(&mut self) -> &mut Vec<Box<dyn AsyncEntry>> {
        self.list.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    /// The caller asks `K` to admit whatever `entry` holds, and to run the future that it makes.
    fn link<P: AsyncEntry>(&self, entry: P) {
        let entry: Box<dyn AsyncEntry + '_> = Box::new(entry);
        // SAFETY: what `K` admits lives as long as `K` says, and neither this, nor an `AsyncPopped<K>`
        // or a `Running<K>`, outlives that.
        let entry =
            unsafe { mem::transmute::<Box<dyn AsyncEntry + '_>, Box<dyn AsyncEntry>>(entry) };
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.push(entry);
    }

    pub(crate) fn len(&self) -> usize {
        let list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.len()
    }

    /// Moves all of them to another list.
    pub(crate) fn take(&mut self) -> Self {
        mem::replace(self, Self::new())
    }

    pub(crate) fn pop(&mut self) -> Option<AsyncPopped<K>> {
        let entry = self.list().pop()?;
        Some(AsyncPopped {
            entry,
            fit_for: PhantomData,
        })
    }

    /// Pushes a function to be called in the end.
    pub(crate) fn callback<F, R>(&self, callback: F)
    where
        F: FnOnce() -> R,
        R: ExitResult,
        K: Admits<F>,
    {
        self.link(OnExit {
            call: |_: Exit<'_>| callback(),
            name: type_name::<F>,
        });
    }

    /// Pushes a function to be told how the body ended.
    pub(crate) fn push<F, R>(&self, on_exit: F)
    where
        F: FnOnce(Exit<'_>) -> R,
        R: ExitResult,
        K: Admits<F>,
    {
        self.link(OnExit {
            call: on_exit,
            name: type_name::<F>,
        });
    }

    /// Pushes an async function to be called in the end.
    pub(crate) fn async_callback<F, Fut, R>(&self, callback: F)
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = R>,
        R: ExitResult,
        K: Admits<F> + Runs<Fut>,
    {
        self.link(Callback(callback));
    }

    /// Pushes an async function to be told how the body ended.
    pub(crate) fn push_async<F, R>(&self, on_exit: F)
    where
        F: for<'e> ExitFunction<'e, R>,
        R: ExitResult,
        K: Admits<F> + for<'e> Runs<<F as ExitFunction<'e, R>>::Future>,
    {
        self.link(OnAsyncExit(on_exit, PhantomData));
    }

    /// Pushes a value with a function for the end.
    #[expect(clippy::mut_from_ref, reason = "a value of its own every time")]
    pub(crate) fn adopt<T, F, R>(&self, value: T, on_exit: F) -> &mut T
    where
        F: FnOnce(T, Exit<'_>) -> R,
        R: ExitResult,
        K: Admits<T> + Admits<F>,
    {
        let value = Placed::new(value);
        let place = value.0;
        self.link(OnExit {
            call: move |exit: Exit<'_>| on_exit(value.into_inner(), exit),
            name: type_name::<F>,
        });
        // SAFETY: nobody else has access to the value before its entry is popped, for which the
        // stack is borrowed mutably, and until then it stays where it is.
        unsafe { &mut *place.as_ptr() }
    }

    /// As `adopt`, with an async function.
    #[expect(clippy::mut_from_ref, reason = "a value of its own every time")]
    pub(crate) fn adopt_async<T, F, R>(&self, value: T, on_exit: F) -> &mut T
    where
        F: for<'e> ExitFunctionOf<'e, T, R>,
        R: ExitResult,
        K: Admits<T> + Admits<F> + for<'e> Runs<<F as ExitFunctionOf<'e, T, R>>::Future>,
    {
        let value = Placed::new(value);
        let place = value.0;
        self.link(AsyncAdopted {
            value,
            on_exit,
            returns: PhantomData,
        });
        // SAFETY: as in `adopt`.
        unsafe { &mut *place.as_ptr() }
    }

    /// Pushes a context that has been entered.
    #[expect(clippy::mut_from_ref, reason = "a value of its own every time")]
    pub(crate) fn enter<'s, S, F>(&'s self, entered: AsyncEntered<S, F>) -> &'s mut S::Lent
    where
        S: Returns<Value: 's, Error: Collectable>,
        F: AsyncHalves<S>,
        K: Admits<F> + Admits<S::Value>,
    {
        let place = entered.value.0;
        self.link(entered);
        // SAFETY: as in `adopt`.
        S::lend(unsafe { &mut *place.as_ptr() })
    }
}

/// A value that stays where it is while somebody has a reference to it, which a box that is moved
/// may not have.
struct Placed<T>(NonNull<T>);

// SAFETY: it owns the value.
unsafe impl<T: Send> Send for Placed<T> {}

impl<T> Placed<T> {
    fn new(value: T) -> Self {
        Placed(NonNull::from(Box::leak(Box::new(value))))
    }

    fn into_inner(self) -> T {
        let place = mem::ManuallyDrop::new(self).0;
        // SAFETY: made from a box by `new`, and not used again.
        *unsafe { Box::from_raw(place.as_ptr()) }
    }
}

impl<T> Drop for Placed<T> {
    fn drop(&mut self) {
        // SAFETY: made from a box by `new`, and not used again.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

/// A context that has been entered, not yet on a stack.
pub(crate) struct AsyncEntered<S: Returns, F> {
    /// Goes before the frame.
    value: Placed<S::Value>,
    frame: Pin<Box<Started<S, F>>>,
}

impl<S: Returns, F: AsyncHalves<S>> AsyncEntered<S, F> {
    /// Runs the enter half of a frame that stays where it is from now on.
    pub(crate) async fn enter(frame: Started<S, F>) -> Result<Self, S::Error> {
        let mut frame = Box::pin(frame);
        let value = frame.as_mut().enter().await?;
        Ok(AsyncEntered {
            value: Placed::new(value),
            frame,
        })
    }
}

impl<S, F> AsyncEntry for AsyncEntered<S, F>
where
    S: Returns<Error: Collectable>,
    F: AsyncHalves<S>,
{
    fn name(&mut self) -> &'static str {
        AsyncSuspended::name(self.frame.as_mut())
    }

    fn run<'e>(mut self: Box<Self>, exit: AsyncExit<'e>) -> Boxed<'e>
    where
        Self: 'e,
    {
        let name = self.name();
        let entered = *self;
        let boxed = AsyncBoxed::new(entered.value.into_inner(), entered.frame);
        Box::pin(async move {
            match S::ended(boxed.exit(exit).await) {
                Ok(()) => Ok(Verdict::Propagate),
                Err(error) => Err(Collected::new(error).of(name)),
            }
        })
    }

    /// A context that is not async runs; the others tell the hook.
    fn abandon(mut self: Box<Self>) -> Left {
        let value = self.value.into_inner();
        AsyncSuspended::abandon(self.frame.as_mut(), value);
        Ok(Verdict::Propagate)
    }
}

/// A function that does not wait.
struct OnExit<F> {
    call: F,
    name: fn() -> &'static str,
}

impl<F, R> OnExit<F>
where
    F: FnOnce(Exit<'_>) -> R,
    R: ExitResult,
{
    fn call(self, exit: Exit<'_>) -> Left {
        let left = (self.call)(exit).into_verdict();
        left.map_err(|error| error.of((self.name)()))
    }
}

impl<F, R> AsyncEntry for OnExit<F>
where
    F: FnOnce(Exit<'_>) -> R,
    R: ExitResult,
{
    fn name(&mut self) -> &'static str {
        (self.name)()
    }

    fn run<'e>(self: Box<Self>, exit: AsyncExit<'e>) -> Boxed<'e>
    where
        Self: 'e,
    {
        Box::pin(async move { self.call(exit.into()) })
    }

    fn abandon(self: Box<Self>) -> Left {
        self.call(Exit::Dropped)
    }
}

/// An async function that is told nothing.
struct Callback<F>(F);

impl<F, Fut, R> AsyncEntry for Callback<F>
where
    F: FnOnce() -> Fut,
    Fut: Future<Output = R>,
    R: ExitResult,
{
    fn name(&mut self) -> &'static str {
        type_name::<F>()
    }

    fn run<'e>(self: Box<Self>, exit: AsyncExit<'e>) -> Boxed<'e>
    where
        Self: 'e,
    {
        let name = type_name::<F>();
        Box::pin(async move { told(name, exit, (self.0)()).await })
    }

    fn abandon(self: Box<Self>) -> Left {
        report_unfinished(type_name::<F>());
        Ok(Verdict::Propagate)
    }
}

/// An async function that is told how the body ended.
struct OnAsyncExit<F, R>(F, PhantomData<fn() -> R>);

impl<F, R> AsyncEntry for OnAsyncExit<F, R>
where
    F: for<'e> ExitFunction<'e, R>,
    R: ExitResult,
{
    fn name(&mut self) -> &'static str {
        type_name::<F>()
    }

    fn run<'e>(self: Box<Self>, exit: AsyncExit<'e>) -> Boxed<'e>
    where
        Self: 'e,
    {
        let name = type_name::<F>();
        Box::pin(async move { told(name, exit, (self.0)(exit)).await })
    }

    fn abandon(self: Box<Self>) -> Left {
        report_unfinished(type_name::<F>());
        Ok(Verdict::Propagate)
    }
}

/// An async function that is given a value, and told how the body ended.
struct AsyncAdopted<T, F, R> {
    value: Placed<T>,
    on_exit: F,
    returns: PhantomData<fn() -> R>,
}

impl<T, F, R> AsyncEntry for AsyncAdopted<T, F, R>
where
    F: for<'e> ExitFunctionOf<'e, T, R>,
    R: ExitResult,
{
    fn name(&mut self) -> &'static str {
        type_name::<F>()
    }

    fn run<'e>(self: Box<Self>, exit: AsyncExit<'e>) -> Boxed<'e>
    where
        Self: 'e,
    {
        let name = type_name::<F>();
        Box::pin(async move {
            let adopted = *self;
            let value = adopted.value.into_inner();
            told(name, exit, (adopted.on_exit)(value, exit)).await
        })
    }

    fn abandon(self: Box<Self>) -> Left {
        report_unfinished(type_name::<F>());
        Ok(Verdict::Propagate)
    }
}

/// What can only be awaited is not, of which the hook is told.
fn report_unfinished(name: &'static str) {
    lost::report(name, Loss::Unfinished, Exit::Dropped);
}

/// Awaits an exit function, and tells the hook if it is dropped before it has ended.
async fn told<R: ExitResult>(
    name: &'static str,
    exit: AsyncExit<'_>,
    future: impl Future<Output = R>,
) -> Left {
    let unfinished = Unfinished { name, exit };
    let returned = Caught::made(|| future).await;
    mem::forget(unfinished);
    match returned {
        Ok(returned) => returned.into_verdict().map_err(|error| error.of(name)),
        Err(payload) => payload.resume(),
    }
}

/// Tells the hook. It is forgotten where the function has ended.
struct Unfinished<'e> {
    name: &'static str,
    exit: AsyncExit<'e>,
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        lost::report(self.name, Loss::Unfinished, self.exit.into());
    }
}
