use core::convert::Infallible;
use core::marker::{PhantomData, PhantomPinned};
use core::mem::{self, ManuallyDrop, MaybeUninit};
use core::pin::Pin;
use core::ptr;
use core::task::{Context as Poller, Poll, ready};

use super::exiting::Exiting;
use super::held::{Kept, Started};
use crate::asynchronous::{AsyncBody, AsyncHalves};
use crate::exit::{AsyncExit, AsyncFailure, Exit};
use crate::lost::{self, Loss};
use crate::panics::{self, Payload};
use crate::returns::{FailsInto, Returns};

/// What a body returns, and what becomes of it.
pub(crate) trait Around<S: Returns> {
    /// What the body returns.
    type Returned;
    type Result;
    type Error: AsyncFailure;
    /// What the future around the body returns.
    type Output;

    fn split(returned: Self::Returned) -> Result<Self::Result, Self::Error>;
    /// Of a context that has failed, or of what else there is to return.
    fn output(result: Result<Self::Result, S::Error>) -> Self::Output;
    /// Of a body that has failed.
    fn failed(error: Self::Error) -> Self::Output;
}

/// Of a body whose `Q` is not looked into.
pub(crate) struct Whole<Q>(PhantomData<Q>);

impl<S: Returns, Q> Around<S> for Whole<Q> {
    type Returned = Q;
    type Result = Q;
    type Error = Infallible;
    type Output = S::Wrapped<Q>;

    #[inline(always)]
    fn split(returned: Q) -> Result<Q, Infallible> {
        Ok(returned)
    }

    #[inline(always)]
    fn output(result: Result<Q, S::Error>) -> S::Wrapped<Q> {
        S::wrap(result)
    }

    fn failed(error: Infallible) -> S::Wrapped<Q> {
        match error {}
    }
}

/// Of a body that can fail.
pub(crate) struct Trying<Q, E>(PhantomData<(Q, E)>);

impl<S: FailsInto<E>, Q, E: AsyncFailure> Around<S> for Trying<Q, E> {
    type Returned = Result<Q, E>;
    type Result = Q;
    type Error = E;
    type Output = Result<Q, E>;

    #[inline(always)]
    fn split(returned: Result<Q, E>) -> Result<Q, E> {
        returned
    }

    #[inline(always)]
    fn output(result: Result<Q, S::Error>) -> Result<Q, E> {
        result.map_err(S::convert)
    }

    fn failed(error: E) -> Result<Q, E> {
        Err(error)
    }
}

/// How a body has ended.
enum End<Q, E> {
    Completed(Q),
    Failed(Kept<E>),
    Panicked(Payload),
}

impl<Q, E: AsyncFailure> End<Q, E> {
    #[inline(always)]
    fn exit(&self) -> AsyncExit<'_> {
        match self {
            End::Completed(_) => Exit::Completed,
            End::Failed(error) => Exit::Failed(error.get()),
            End::Panicked(_) => Exit::Panicked,
        }
    }

    /// Whether the frame has a part in the error, if there is one.
    fn is_shared(&self) -> bool {
        !matches!(self, End::Failed(Kept::Here(_)))
    }

    /// Whether there is something to be returned.
    fn is_something(&self) -> bool {
        size_of::<Q>() > 0 || !matches!(self, End::Completed(_))
    }
}

/// Enters, awaits a body, and exits, in one future.
///
/// An `async` block would do the same, but keeps what it is given next to what it makes of that, and
/// where it stands next to where the frame and the body stand.
pub(crate) struct Inside<B, C, Fut, A>
where
    B: AsyncBody,
    A: Around<B::Returns>,
{
    frame: ManuallyDrop<Frame<B>>,
    /// What was lent, while the body has it.
    value: MaybeUninit<Value<B>>,
    body: Body<C, Fut, End<A::Result, A::Error>>,
    stage: Stage,
    /// The body has references to what is lent.
    _pinned: PhantomPinned,
}

type Value<B> = <<B as AsyncBody>::Returns as Returns>::Value;
type Error<B> = <<B as AsyncBody>::Returns as Returns>::Error;
type Frame<B> = Started<<B as AsyncBody>::Returns, <B as AsyncBody>::Frame>;

/// Runs the enter half, awaits `body`, and runs the exit half.
#[inline(always)]
pub(crate) fn around<'v, B, A>(
    frame: Frame<B>,
    body: impl AsyncFnOnce(&mut <B::Returns as Returns>::Lent) -> A::Returned,
) -> impl Future<Output = A::Output>
where
    B: AsyncBody,
    A: Around<B::Returns>,
    Value<B>: 'v,
    <B::Returns as Returns>::Lent: 'v,
{
    let body = |value: &'v mut <B::Returns as Returns>::Lent| body(value);
    // SAFETY: it takes references of any lifetime.
    unsafe { Inside::<B, _, _, A>::new(frame, body) }
}

/// A body, what it is made of, or what has become of it.
///
/// All of them are where this is, and are read by that address: no reference to the whole is made
/// while others have some to what is in it.
#[repr(C)]
union Body<C, Fut, R> {
    closure: ManuallyDrop<C>,
    future: ManuallyDrop<Fut>,
    end: ManuallyDrop<R>,
}

/// Where it stands, and thereby what there is of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// There is a closure.
    Entering,
    /// There are a value and a closure.
    Entered,
    /// There is a value. No poll ends here, nor where the next one begins, but with a panic.
    InBetween,
    /// There are a value and an end.
    Leaving,
    /// There are a value and a future.
    InTheBody,
    /// There is an end.
    Exiting,
    /// There is an end, to which a panic of the exit half comes.
    Broken,
    /// There is nothing, not even a frame.
    Over,
}

impl<'v, B, C, Fut, A> Inside<B, C, Fut, A>
where
    B: AsyncBody,
    C: FnOnce(&'v mut <B::Returns as Returns>::Lent) -> Fut,
    Fut: Future<Output = A::Returned>,
    A: Around<B::Returns>,
    Value<B>: 'v,
    <B::Returns as Returns>::Lent: 'v,
{
    /// # Safety
    ///
    /// `body` could be called with a reference of any lifetime, and does not make use of `'v`.
    #[inline(always)]
    pub(crate) unsafe fn new(frame: Frame<B>, body: C) -> Self {
        Inside {
            frame: ManuallyDrop::new(frame),
            value: MaybeUninit::uninit(),
            body: Body {
                closure: ManuallyDrop::new(body),
            },
            stage: Stage::Entering,
            _pinned: PhantomPinned,
        }
    }

    /// Goes on as far as it can.
    ///
    /// # Safety
    ///
    /// It is not over, and this is pinned.
    #[inline(always)]
    unsafe fn advance(&mut self, poller: &mut Poller<'_>) -> Poll<A::Output> {
        loop {
            if let Stage::Entered | Stage::InTheBody = self.stage {
                // SAFETY: as the caller says.
                let returned = ready!(unsafe { self.poll_body(poller) });
                // SAFETY: likewise.
                unsafe { self.end(A::split(returned)) };
            }
            // SAFETY: likewise.
            match ready!(unsafe { self.poll_frame(poller) }) {
                // A frame lends once: to be exited it needs what only its one yield point gives.
                Ok(Some(value)) => {
                    debug_assert!(self.stage == Stage::Entering);
                    self.value = MaybeUninit::new(value);
                    self.stage = Stage::Entered;
                }
                Err(error) if self.stage == Stage::Entering => {
                    self.clear();
                    return Poll::Ready(A::output(Err(error)));
                }
                // SAFETY: likewise; a frame has lent a value before it ends well.
                Ok(None) => return Poll::Ready(unsafe { self.exited(Ok(())) }),
                // SAFETY: likewise.
                Err(error) => return Poll::Ready(unsafe { self.exited(Err(error)) }),
            }
        }
    }

    /// # Safety
    ///
    /// There are a value and a closure or a future, and this is pinned.
    #[inline(always)]
    unsafe fn poll_body(&mut self, poller: &mut Poller<'_>) -> Poll<A::Returned> {
        if self.stage == Stage::Entered {
            self.stage = Stage::InBetween;
            // SAFETY: there was a closure.
            let body = unsafe { (&raw mut self.body).cast::<C>().read() };
            // SAFETY: there is a value, which stays where it is.
            let value = unsafe { &mut *self.value.as_mut_ptr() };
            self.body.future = ManuallyDrop::new(body(B::Returns::lend(value)));
            self.stage = Stage::InTheBody;
        }
        // SAFETY: there is a future now, which nobody else uses.
        let future = unsafe { &mut *(&raw mut self.body).cast::<Fut>() };
        // SAFETY: it is pinned, as this is.
        let answer = unsafe { Pin::new_unchecked(future) }.poll(poller);
        if answer.is_ready() {
            self.stage = Stage::InBetween;
            // SAFETY: it is not used again.
            unsafe { ptr::drop_in_place((&raw mut self.body).cast::<Fut>()) };
        }
        answer
    }

    /// # Safety
    ///
    /// The body has ended, and this is pinned.
    #[inline(always)]
    unsafe fn end(&mut self, result: Result<A::Result, A::Error>) {
        let end = match result {
            Ok(result) => End::Completed(result),
            // SAFETY: as the caller says.
            Err(error) => End::Failed(unsafe { self.keep(error) }),
        };
        self.body.end = ManuallyDrop::new(end);
        self.stage = Stage::Leaving;
    }

    /// # Safety
    ///
    /// There is a frame, and this is pinned.
    #[inline(always)]
    unsafe fn poll_frame(
        &mut self,
        poller: &mut Poller<'_>,
    ) -> Poll<Result<Option<Value<B>>, Error<B>>> {
        let mut handed = None;
        if self.stage == Stage::Leaving {
            self.stage = Stage::Exiting;
            // SAFETY: there was a value, of which the body has no reference any more.
            let value = unsafe { self.value.assume_init_read() };
            // SAFETY: there is an end. It stays where it is until the frame has ended or has dropped
            // its locals: so it is here, and in `clear`.
            let end = unsafe { &*(&raw mut self.body).cast::<End<A::Result, A::Error>>() };
            handed = Some((value, end.exit()));
        }
        let breaking = Breaking(self);
        // SAFETY: as the caller says.
        let frame = unsafe { breaking.0.frame() }.frame();
        // SAFETY: what is handed is the end, which stays as said above.
        let answer = unsafe { frame.poll(&mut handed, poller) };
        mem::forget(breaking);
        answer
    }

    /// What there is to return when the frame has ended.
    ///
    /// # Safety
    ///
    /// There is an end, and this is pinned.
    #[inline(always)]
    unsafe fn exited(&mut self, ended: Result<(), Error<B>>) -> A::Output {
        // SAFETY: as the caller says; it is taken once.
        let end = unsafe {
            (&raw mut self.body)
                .cast::<End<A::Result, A::Error>>()
                .read()
        };
        self.stage = Stage::Over;
        let End::Completed(result) = end else {
            // SAFETY: as the caller says.
            return unsafe { self.exited_otherwise(end, ended) };
        };
        // SAFETY: it is not used again.
        unsafe { ManuallyDrop::drop(&mut self.frame) };
        A::output(ended.map(|()| result))
    }
}

impl<B: AsyncBody, C, Fut, A: Around<B::Returns>> Inside<B, C, Fut, A> {
    /// # Safety
    ///
    /// There is a frame, and this is pinned.
    #[inline(always)]
    unsafe fn frame(&mut self) -> Pin<&mut Frame<B>> {
        // SAFETY: as the caller says.
        unsafe { Pin::new_unchecked(&mut *self.frame) }
    }

    /// Gives the frame its part in the error of the body, if it asks for one.
    ///
    /// # Safety
    ///
    /// There is a frame, and this is pinned.
    #[cold]
    unsafe fn keep(&mut self, error: A::Error) -> Kept<A::Error> {
        // SAFETY: as the caller says.
        let mut frame = unsafe { self.frame() };
        let error = Kept::new(error, frame.as_mut().frame().finishes());
        #[cfg(feature = "alloc")]
        if let Kept::Shared(error) = &error {
            frame.frame().share(error.clone());
        }
        error
    }

    /// Of a body that has not completed.
    ///
    /// # Safety
    ///
    /// There is a frame, which has ended, and this is pinned. It is not used again.
    #[cold]
    unsafe fn exited_otherwise(
        &mut self,
        end: End<A::Result, A::Error>,
        ended: Result<(), Error<B>>,
    ) -> A::Output {
        // SAFETY: as the caller says.
        let name = unsafe { self.frame() }.frame().name();
        let frame = Dropping((&raw mut self.frame).cast::<Frame<B>>());
        if let Err(error) = ended {
            lost::report(name, Loss::Error(&error), end.exit().into());
        }
        drop(frame);
        match end {
            End::Completed(result) => A::output(Ok(result)),
            End::Failed(error) => A::failed(error.into_inner()),
            End::Panicked(payload) => payload.resume(),
        }
    }

    /// Has the exit half run after a panic of the body, and gives back every other panic.
    ///
    /// # Safety
    ///
    /// This is pinned.
    #[cold]
    unsafe fn panicked(&mut self, payload: Payload) -> Option<Payload> {
        match self.stage {
            Stage::InTheBody => {
                self.stage = Stage::InBetween;
                let future = (&raw mut self.body).cast::<Fut>();
                // SAFETY: there was a future, which is not used again.
                let dropped = panics::catch(|| unsafe { ptr::drop_in_place(future) });
                if let Err(second) = dropped {
                    second.discard();
                }
            }
            Stage::InBetween => {}
            Stage::Exiting => {
                // SAFETY: there is a frame.
                let name = unsafe { self.frame() }.frame().name();
                payload.report(name, Exit::Panicked);
                // SAFETY: there is an end, which is taken once.
                let end = unsafe {
                    (&raw mut self.body)
                        .cast::<End<A::Result, A::Error>>()
                        .read()
                };
                self.stage = Stage::Over;
                let frame = Dropping((&raw mut self.frame).cast::<Frame<B>>());
                if let Err(another) = panics::catch(|| drop(frame)) {
                    another.report(name, Exit::Panicked);
                }
                return match end {
                    End::Panicked(first) => Some(first),
                    End::Completed(_) | End::Failed(_) => None,
                };
            }
            _ => return Some(payload),
        }
        self.body.end = ManuallyDrop::new(End::Panicked(payload));
        self.stage = Stage::Leaving;
        None
    }

    /// Drops what there is, and has the hook told of what is lost with it.
    #[cold]
    #[inline(never)]
    fn clear(&mut self) {
        match mem::replace(&mut self.stage, Stage::Over) {
            Stage::Over => {}
            stage => self.clear_at(stage),
        }
    }

    /// The frame goes after the body, which may use what it lends, and before the error that its
    /// exit half may look at.
    fn clear_at(&mut self, stage: Stage) {
        let _closure = matches!(stage, Stage::Entering | Stage::Entered)
            .then(|| Dropping((&raw mut self.body).cast::<C>()));
        let end = (&raw mut self.body).cast::<End<A::Result, A::Error>>();
        let _end =
            matches!(stage, Stage::Leaving | Stage::Exiting | Stage::Broken).then(|| Dropping(end));
        let frame = (&raw mut self.frame).cast::<Frame<B>>();
        let _frame = Dropping(frame);
        // SAFETY: there is a frame, which is not used in any other way before it is dropped.
        let frame = unsafe { &mut *frame };
        // SAFETY: it was pinned when it was polled, and stays where it is.
        let frame = unsafe { Pin::new_unchecked(frame) };
        match stage {
            Stage::Exiting => {
                // SAFETY: there is an end.
                let end = unsafe { &*end };
                drop(Exiting::left(
                    frame,
                    end.exit(),
                    end.is_shared(),
                    end.is_something(),
                ));
            }
            Stage::Entered | Stage::InBetween | Stage::InTheBody | Stage::Leaving => {
                // The body may have a reference to the value still: nothing is read or lent here.
                let _held = Abandoning(frame, &raw mut self.value);
                let _future = (stage == Stage::InTheBody)
                    .then(|| Dropping((&raw mut self.body).cast::<Fut>()));
            }
            _ => {}
        }
    }
}

/// Drops what is there, which nobody uses afterwards. Whoever makes one has read the stage.
struct Dropping<T>(*mut T);

impl<T> Drop for Dropping<T> {
    fn drop(&mut self) {
        // SAFETY: it is there, and is not used again.
        unsafe { ptr::drop_in_place(self.0) };
    }
}

/// Abandons a frame with the value that it has lent, which nobody uses afterwards.
struct Abandoning<'f, S: Returns, F: AsyncHalves<S>>(
    Pin<&'f mut Started<S, F>>,
    *mut MaybeUninit<S::Value>,
);

impl<S: Returns, F: AsyncHalves<S>> Drop for Abandoning<'_, S, F> {
    fn drop(&mut self) {
        // SAFETY: it is there, and is taken once.
        let value = unsafe { self.1.read() };
        // SAFETY: likewise.
        let value = unsafe { value.assume_init() };
        self.0.as_mut().frame().abandon(value);
    }
}

/// Cleans up while a panic of the frame unwinds. It is forgotten where there is none.
struct Breaking<'i, B, C, Fut, A>(&'i mut Inside<B, C, Fut, A>)
where
    B: AsyncBody,
    A: Around<B::Returns>;

impl<B: AsyncBody, C, Fut, A: Around<B::Returns>> Drop for Breaking<'_, B, C, Fut, A> {
    #[cold]
    fn drop(&mut self) {
        let inside = &mut *self.0;
        if inside.stage == Stage::Exiting {
            // SAFETY: there is an end.
            let end = unsafe { &*(&raw mut inside.body).cast::<End<A::Result, A::Error>>() };
            match end {
                // Of the second panic the hook is told when it has been caught.
                End::Panicked(_) => return,
                End::Failed(error) => {
                    let error = error.get();
                    // SAFETY: there is a frame, and all is pinned.
                    let name = unsafe { Pin::new_unchecked(&mut *inside.frame) };
                    let name = name.frame().name();
                    lost::report(name, Loss::BodyError(error), Exit::Failed(error));
                }
                End::Completed(_) => {}
            }
            inside.stage = Stage::Broken;
        }
        inside.clear();
    }
}

impl<'v, B, C, Fut, A> Future for Inside<B, C, Fut, A>
where
    B: AsyncBody,
    C: FnOnce(&'v mut <B::Returns as Returns>::Lent) -> Fut,
    Fut: Future<Output = A::Returned>,
    A: Around<B::Returns>,
    Value<B>: 'v,
    <B::Returns as Returns>::Lent: 'v,
{
    type Output = A::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, poller: &mut Poller<'_>) -> Poll<A::Output> {
        // SAFETY: nothing is moved out of what is pinned.
        let inside = unsafe { self.get_unchecked_mut() };
        if inside.stage == Stage::Over {
            return Poll::Pending;
        }
        loop {
            // SAFETY: it is pinned.
            match panics::catch(|| unsafe { inside.advance(poller) }) {
                Ok(answer) => return answer,
                Err(payload) => {
                    // SAFETY: likewise.
                    if let Some(payload) = unsafe { inside.panicked(payload) } {
                        payload.resume();
                    }
                }
            }
        }
    }
}

impl<B: AsyncBody, C, Fut, A: Around<B::Returns>> Drop for Inside<B, C, Fut, A> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.stage != Stage::Over {
            self.clear();
        }
    }
}
