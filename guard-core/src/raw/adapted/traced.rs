//! Spans of `tracing`, one for each context.

use core::fmt;
use core::marker::PhantomData;
use core::mem;
use core::panic::AssertUnwindSafe;
use core::pin::Pin;
use core::task::{Context as Poller, Poll};

use tracing::{Span, field};

use crate::exit::Exit;
use crate::panics;
use crate::raw::lend::{Ended, Point, Slot, Told, Witness};
use crate::returns::Returns;

/// What the expansion knows of `tracing`, whose places it has made where the function stands, so
/// that filters find them there.
pub struct Site {
    /// A panic in a subscriber is kept from the frame.
    span: AssertUnwindSafe<Span>,
    event: fn(&Span, Event<'_>),
}

impl Site {
    /// `event` makes an event in the span.
    #[must_use]
    pub fn new(span: Span, event: fn(&Span, Event<'_>)) -> Self {
        Site {
            span: AssertUnwindSafe(span),
            event,
        }
    }
}

/// What happens to a context.
pub struct Event<'e> {
    /// In words.
    pub what: &'static str,
    /// How the body had ended, from the exit half on.
    pub outcome: Option<&'static str>,
    /// What either half has failed with.
    pub error: Option<&'e dyn fmt::Debug>,
}

/// A frame whose polls, and whose end, are in a span.
pub struct Traced<S, T, F: ?Sized, Fut> {
    /// Dropped before the frame, whose locals are then in the span, too.
    progress: Progress,
    point: PhantomData<Point<S, T, F>>,
    frame: Fut,
    /// Dropped after it.
    leaves: Leaves,
}

/// The frame that is given the point of `_witness`, in the span of `site`.
pub fn framed<S, T, F: ?Sized, Fut>(
    _witness: Witness<S, T, F>,
    site: Site,
    frame: Fut,
) -> Traced<S, T, F, Fut> {
    Traced {
        leaves: Leaves(AssertUnwindSafe(site.span.clone())),
        frame,
        point: PhantomData,
        progress: Progress {
            site,
            stage: Stage::Created,
        },
    }
}

impl<S, T, F, Fut> Future for Traced<S, T, F, Fut>
where
    S: Returns,
    F: Told + ?Sized,
    Fut: Future<Output = Ended<S>>,
{
    type Output = Ended<S>;

    fn poll(self: Pin<&mut Self>, poller: &mut Poller<'_>) -> Poll<Ended<S>> {
        // SAFETY: nothing is moved out of `this`.
        let this = unsafe { self.get_unchecked_mut() };
        let slot = this.progress.exposed::<T, F>(poller);
        // SAFETY: the frame is pinned whenever this is: it is never moved out, `Traced` has no
        // destructor, and is `Unpin` only when the frame is.
        let frame = unsafe { Pin::new_unchecked(&mut this.frame) };
        // SAFETY: up to the first poll of the exit half a frame is polled with the address of the slot
        // of the point that this was made with, as in `Lend`; nobody else looks at it before.
        let outcome = slot.and_then(|slot| unsafe { &*slot }.outcome());
        let half = this.progress.begin(outcome);
        let answer = frame.poll(poller);
        half.leave();
        match &answer {
            Poll::Ready(ended) => this.end(ended.as_ref().err()),
            // SAFETY: as above; the frame does not look at it any more.
            Poll::Pending if slot.is_some_and(|slot| unsafe { &*slot }.has_lent()) => {
                this.progress.entered();
            }
            Poll::Pending => {}
        }
        answer
    }
}

impl<S, T, F: ?Sized, Fut> Traced<S, T, F, Fut> {
    /// Lets go of the span: an async frame that has ended is not dropped any more, as it holds nothing.
    fn end<E: fmt::Debug>(&mut self, error: Option<&E>) {
        self.progress.ended(error);
        for span in [&mut self.progress.site.span, &mut self.leaves.0] {
            let span = mem::replace(&mut span.0, Span::none());
            quietly(|| drop(span));
        }
    }
}

impl<T, F: ?Sized> Slot<'_, T, F> {
    /// How the body has ended, if the frame is to be told.
    fn outcome(&self) -> Option<&'static str> {
        self.exit.as_ref().map(Exit::word)
    }

    fn has_lent(&self) -> bool {
        self.exit.is_none() && self.value.is_some()
    }
}

/// How far a context has come, as the events tell it.
struct Progress {
    site: Site,
    stage: Stage,
}

#[derive(Clone, Copy)]
enum Stage {
    Created,
    Entering,
    Inside,
    /// With how the body had ended.
    Exiting(&'static str),
    Over,
}

impl Progress {
    /// The slot that the frame is about to be polled with. In the middle of its exit half that is
    /// none, and what is to be found then is that of a frame which waits for this one.
    fn exposed<'e, T, F: Told + ?Sized>(&self, poller: &Poller<'_>) -> Option<*mut Slot<'e, T, F>> {
        match self.stage {
            Stage::Exiting(_) | Stage::Over => None,
            _ => F::slot(poller.waker()).map(<*mut ()>::cast),
        }
    }

    /// The frame is about to be polled; if it is told an outcome, with its exit half.
    fn begin(&mut self, outcome: Option<&'static str>) -> Half<'_> {
        match (self.stage, outcome) {
            (Stage::Created, _) => self.stage = Stage::Entering,
            (Stage::Inside, Some(outcome)) => {
                self.stage = Stage::Exiting(outcome);
                quietly(|| self.site.span.record("outcome", field::display(outcome)));
            }
            _ => {}
        }
        enter(&self.site.span);
        Half(self)
    }

    fn entered(&mut self) {
        self.stage = Stage::Inside;
        self.tell("entered", None);
    }

    fn ended<E: fmt::Debug>(&mut self, error: Option<&E>) {
        let error = error.map(|error| error as &dyn fmt::Debug);
        match self.stage {
            Stage::Exiting(_) => self.tell("exited", error),
            _ => self.tell("could not enter", error),
        }
        self.stage = Stage::Over;
    }

    fn panicked(&mut self) {
        match self.stage {
            Stage::Exiting(_) => self.tell("panicked in its exit half", None),
            _ => self.tell("panicked in its enter half", None),
        }
        self.stage = Stage::Over;
    }

    fn tell(&self, what: &'static str, error: Option<&dyn fmt::Debug>) {
        let outcome = match self.stage {
            Stage::Exiting(outcome) => Some(outcome),
            _ => None,
        };
        let event = Event {
            what,
            outcome,
            error,
        };
        quietly(|| (self.site.event)(&self.site.span, event));
    }
}

/// A context that was given up on the way.
impl Drop for Progress {
    fn drop(&mut self) {
        match self.stage {
            Stage::Entering => self.tell("dropped in its enter half", None),
            Stage::Inside => self.tell("dropped in its body", None),
            Stage::Exiting(_) => self.tell("dropped in its exit half", None),
            Stage::Created | Stage::Over => {}
        }
        enter(&self.site.span);
    }
}

/// A half that is being polled. It is dropped if that panics.
struct Half<'p>(&'p mut Progress);

impl Half<'_> {
    fn leave(self) {
        leave(&self.0.site.span);
        mem::forget(self);
    }
}

impl Drop for Half<'_> {
    fn drop(&mut self) {
        leave(&self.0.site.span);
        self.0.panicked();
    }
}

/// Leaves the span that [`Progress`] enters when it is dropped.
struct Leaves(AssertUnwindSafe<Span>);

impl Drop for Leaves {
    fn drop(&mut self) {
        leave(&self.0);
    }
}

fn enter(span: &Span) {
    quietly(|| span.with_subscriber(|(id, subscriber)| subscriber.enter(id)));
}

fn leave(span: &Span) {
    quietly(|| span.with_subscriber(|(id, subscriber)| subscriber.exit(id)));
}

/// Whoever listens has no part in what happens: no exit half is left out because one panics.
fn quietly<Q>(tell: impl FnOnce() -> Q) {
    if let Err(payload) = panics::catch(tell) {
        payload.discard();
    }
}
