//! The entries of an `ExitStack`: a list of nodes of all types, in an arena, last in first out.

mod arena;
mod payload;

use alloc::alloc::dealloc;
use alloc::boxed::Box;
use alloc::sync::Arc;
use core::alloc::Layout;
use core::any::type_name;
use core::cell::{Cell, OnceCell};
use core::marker::PhantomData;
use core::mem::{self, ManuallyDrop, offset_of};
use core::pin::Pin;
use core::ptr::NonNull;

use self::arena::Arena;
use self::payload::{Adopted, Callback, DropInPlace, Entered, OnExit, Payload};
use super::{Ended, Frame};
use crate::exit::Exit;
use crate::returns::Returns;
use crate::stack::{Admits, Collectable, Entry, ExitResult, Leaves, Left, Verdict};

/// `'a` is how long entries live at least, and `K` what they have to be fit for.
pub(crate) struct Entries<'a, K> {
    arena: Arena,
    top: Cell<Option<NonNull<Header>>>,
    /// How many nodes are in the list, and how many of them are vacant.
    nodes: Cell<usize>,
    vacant: Cell<usize>,
    /// Made for the first place.
    token: OnceCell<Arc<()>>,
    fit_for: PhantomData<K>,
    live_for: PhantomData<fn(&'a ()) -> &'a ()>,
}

// SAFETY: whatever is pushed is `Send`: the one kind that leaves is `Sendable`, which admits nothing
// else.
unsafe impl<K: Leaves> Send for Entries<'_, K> {}

struct Header {
    below: Option<NonNull<Header>>,
    kind: &'static Kind,
}

#[repr(C)]
struct Node<P> {
    header: Header,
    payload: P,
}

/// What is known of the payload of a node.
pub(crate) struct Kind {
    layout: Layout,
    name: fn() -> &'static str,
    /// Where the name is to be had from an entry that has not been run alone.
    name_of_entry: Option<unsafe fn(NonNull<Header>) -> &'static str>,
    /// `None` where the payload has been taken away.
    exit: Option<unsafe fn(NonNull<Header>, Exit<'_>) -> Left>,
}

impl<P: Payload> Node<P> {
    const KIND: &'static Kind = &Kind {
        layout: Layout::new::<Self>(),
        name: P::name,
        name_of_entry: None,
        exit: Some(Self::exit),
    };

    /// # Safety
    ///
    /// `header` is that of a `Node<P>`, whose payload is not used any more.
    unsafe fn exit(header: NonNull<Header>, exit: Exit<'_>) -> Left {
        // SAFETY: as the caller says.
        unsafe { P::exit(Self::payload(header.cast()), exit) }
    }
}

/// A node that is held has memory of its own, so that none is in the way when entries are taken in
/// another order than that of the stack.
impl<P: Entry> Node<Held<P>> {
    const HELD: &'static Kind = &Kind {
        layout: Layout::new::<Self>(),
        name: type_name::<P>,
        name_of_entry: Some(Self::name),
        exit: Some(Self::exit_held),
    };

    const VACANT: &'static Kind = &Kind {
        exit: None,
        ..*Self::HELD
    };

    /// # Safety
    ///
    /// `header` is that of a `Node<Held<P>>`, which is not vacant.
    unsafe fn name(header: NonNull<Header>) -> &'static str {
        // SAFETY: as the caller says.
        let Held(entry) = unsafe { &*Self::payload(header.cast()) };
        entry.name()
    }

    /// # Safety
    ///
    /// `header` is that of a `Node<Held<P>>`, which is not vacant, and not used any more.
    unsafe fn exit_held(header: NonNull<Header>, exit: Exit<'_>) -> Left {
        // SAFETY: as the caller says; `hold` has made it from a box.
        let node = unsafe { Box::from_raw(header.cast::<Self>().as_ptr()) };
        let Node {
            payload: Held(entry),
            ..
        } = *node;
        entry.run(exit)
    }
}

impl<P> Node<P> {
    /// Where the payload is.
    #[inline]
    fn payload(node: NonNull<Self>) -> *mut P {
        let payload = offset_of!(Self, payload);
        node.as_ptr().wrapping_byte_add(payload).cast()
    }
}

impl<'a, K> Entries<'a, K> {
    pub(crate) const fn new() -> Self {
        Entries {
            arena: Arena::new(),
            top: Cell::new(None),
            nodes: Cell::new(0),
            vacant: Cell::new(0),
            token: OnceCell::new(),
            fit_for: PhantomData,
            live_for: PhantomData,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.get() - self.vacant.get()
    }

    /// Pushes a function to be called in the end.
    #[inline]
    pub(crate) fn callback<F, R>(&self, callback: F)
    where
        F: FnOnce() -> R + 'a,
        R: ExitResult,
        K: Admits<F>,
    {
        self.reserve().link(Callback(callback));
    }

    /// Pushes a function to be told how the body ended.
    #[inline]
    pub(crate) fn push<F, R>(&self, on_exit: F)
    where
        F: FnOnce(Exit<'_>) -> R + 'a,
        R: ExitResult,
        K: Admits<F>,
    {
        self.reserve().link(OnExit(on_exit));
    }

    /// Pushes a value with a function for the end.
    #[expect(clippy::mut_from_ref, reason = "a value of its own every time")]
    #[inline]
    pub(crate) fn adopt<T, F, R>(&self, value: T, on_exit: F) -> &mut T
    where
        T: 'a,
        F: FnOnce(T, Exit<'_>) -> R + 'a,
        R: ExitResult,
        K: Admits<T> + Admits<F>,
    {
        let node = self.reserve().link(Adopted { value, on_exit });
        let payload = Node::payload(node);
        // SAFETY: nobody else has access to the value before it is popped, for which the stack is
        // borrowed mutably.
        unsafe { &mut (*payload).value }
    }

    /// Enters a context in the place where it stays, and pushes it if that has succeeded.
    #[expect(clippy::mut_from_ref, reason = "a value of its own every time")]
    pub(crate) fn enter<S, F>(
        &self,
        start: impl FnOnce() -> Frame<S, F>,
    ) -> Result<&mut S::Lent, S::Error>
    where
        S: Returns<Error: Collectable> + 'a,
        F: Future<Output = Ended<S>> + 'a,
        K: Admits<F> + Admits<S::Value>,
    {
        let place = self.reserve::<Entered<S, F>>();
        let mut pending = Pending::new(place, start());
        let value = pending.frame().enter()?;
        let node = pending.link(value);
        let value = Entered::value(Node::payload(node));
        // SAFETY: it was just written. Nobody else has access to the value before it is popped,
        // for which the stack is borrowed mutably.
        Ok(S::lend(unsafe { &mut *value }))
    }

    /// Pushes an entry, and says where it is.
    pub(crate) fn hold<P: Entry + 'a>(&self, entry: P) -> Place<P>
    where
        K: Admits<P>,
    {
        let stack = self.token.get_or_init(Arc::default).clone();
        let header = Header {
            below: self.top.get(),
            kind: Node::<Held<P>>::HELD,
        };
        let node = Box::new(Node {
            header,
            payload: Held(entry),
        });
        let node = NonNull::from(Box::leak(node));
        self.top.set(Some(node.cast()));
        self.nodes.set(self.nodes.get() + 1);
        Place {
            node,
            stack,
            entry: PhantomData,
        }
    }

    /// Whether the place is one of these. It is not vacant then: who vacates it has it no more.
    fn has<P>(&self, place: &Place<P>) -> bool {
        let token = self.token.get();
        token.is_some_and(|token| Arc::ptr_eq(token, &place.stack))
    }

    /// The entry in a place, if it is one of these.
    pub(crate) fn get<P>(&self, place: &Place<P>) -> Option<&P> {
        if !self.has(place) {
            return None;
        }
        // SAFETY: the node is in the list and not vacant, and the stack is borrowed.
        let Held(entry) = unsafe { &*Node::payload(place.node) };
        Some(entry)
    }

    /// As `get`.
    pub(crate) fn get_mut<P>(&mut self, place: &Place<P>) -> Option<&mut P> {
        if !self.has(place) {
            return None;
        }
        // SAFETY: the node is in the list and not vacant, and the stack is borrowed mutably.
        let Held(entry) = unsafe { &mut *Node::payload(place.node) };
        Some(entry)
    }

    /// Takes an entry out of its place, if it is one of these.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "nobody has the place afterwards"
    )]
    pub(crate) fn vacate<P: Entry>(&mut self, place: Place<P>) -> Option<P> {
        if !self.has(&place) {
            return None;
        }
        let node = place.node;
        // SAFETY: the node is in the list and not vacant, which it is from now on.
        let Held(entry) = unsafe { Node::payload(node).read() };
        // SAFETY: the node is in the list, so its header is valid.
        unsafe { (*node.as_ptr()).header.kind = Node::<Held<P>>::VACANT };
        self.vacant.set(self.vacant.get() + 1);
        self.sweep();
        Some(entry)
    }

    /// Gives back the vacant nodes at the top, and all of them when they are the most of all, so
    /// that a stack from which entries are taken as often as others are pushed does not grow.
    fn sweep(&mut self) {
        self.drop_vacant_top();
        if self.vacant.get() > self.len() {
            self.drop_vacant();
        }
    }

    fn drop_vacant(&mut self) {
        self.drop_vacant_top();
        let mut above = self.top.get();
        while let Some(node) = above {
            // SAFETY: the nodes of the list are valid, and nobody else looks at their headers.
            let header = unsafe { &mut *node.as_ptr() };
            match header.below {
                // SAFETY: likewise; it is another node than the one above.
                Some(below) if unsafe { below.as_ref() }.kind.exit.is_none() => {
                    // SAFETY: likewise.
                    header.below = unsafe { below.as_ref() }.below;
                    self.vacant.set(self.vacant.get() - 1);
                    self.free(below);
                }
                below => above = below,
            }
        }
    }

    fn drop_vacant_top(&self) {
        while let Some(top) = self.top.get() {
            // SAFETY: the nodes of the list are valid.
            let header = unsafe { top.as_ref() };
            if header.kind.exit.is_some() {
                return;
            }
            self.top.set(header.below);
            self.vacant.set(self.vacant.get() - 1);
            self.free(top);
        }
    }

    /// Takes the last entry off, to be run. Its memory is freed with the stack.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<Popped<'_>> {
        if self.token.get().is_some() {
            self.forget_places();
        }
        let top = self.top.get()?;
        // SAFETY: the nodes of the list are valid.
        self.top.set(unsafe { top.as_ref() }.below);
        self.nodes.set(self.nodes.get() - 1);
        Some(Popped {
            node: top,
            entries: PhantomData,
        })
    }

    /// No place is one of these any more, and so no node becomes vacant.
    #[cold]
    fn forget_places(&mut self) {
        self.token.take();
        self.drop_vacant();
    }

    #[inline]
    fn reserve<P: Payload>(&self) -> Reserved<'_, 'a, K, P> {
        let block = self.arena.take(Node::<P>::KIND.layout);
        Reserved {
            entries: self,
            node: block.cast(),
        }
    }

    /// Frees a vacant node that is not in the list any more.
    fn free(&self, node: NonNull<Header>) {
        self.nodes.set(self.nodes.get() - 1);
        // SAFETY: a node that was in the list has a header.
        let layout = unsafe { node.as_ref() }.kind.layout;
        // SAFETY: only nodes that `hold` has made become vacant. They come from a box of the
        // layout of their kind, and this one is not used any more.
        unsafe { dealloc(node.as_ptr().cast(), layout) };
    }
}

/// An entry that somebody may have the place of.
struct Held<P>(P);

/// Where an entry is.
pub(crate) struct Place<P> {
    node: NonNull<Node<Held<P>>>,
    /// The token of the stack, which is another one for every stack.
    stack: Arc<()>,
    entry: PhantomData<fn(P) -> P>,
}

// SAFETY: without the stack there is no way from here to the entry.
unsafe impl<P> Send for Place<P> {}
// SAFETY: likewise.
unsafe impl<P> Sync for Place<P> {}

/// Memory for a node, given back if nothing comes of it.
struct Reserved<'e, 'a, K, P: Payload> {
    entries: &'e Entries<'a, K>,
    node: NonNull<Node<P>>,
}

impl<P: Payload, K> Reserved<'_, '_, K, P> {
    /// From now on the node belongs to the list.
    #[inline]
    fn link(self, payload: P) -> NonNull<Node<P>> {
        // SAFETY: the memory is there, and fits.
        unsafe { Node::payload(self.node).write(payload) };
        self.link_written()
    }

    /// As `link`, where the payload is there already.
    #[inline]
    fn link_written(self) -> NonNull<Node<P>> {
        let this = ManuallyDrop::new(self);
        let header = Header {
            below: this.entries.top.get(),
            kind: Node::<P>::KIND,
        };
        // SAFETY: the memory is there, and begins with the header.
        unsafe { this.node.cast().write(header) };
        this.entries.top.set(Some(this.node.cast()));
        this.entries.nodes.set(this.entries.nodes.get() + 1);
        this.node
    }
}

impl<P: Payload, K> Drop for Reserved<'_, '_, K, P> {
    fn drop(&mut self) {
        let arena = &self.entries.arena;
        // SAFETY: it was taken from there with this layout, and nobody uses it.
        unsafe { arena.give_back(self.node.cast(), Node::<P>::KIND.layout) };
    }
}

/// A context whose enter half has not yet succeeded. The frame goes before its memory.
struct Pending<'e, 'a, K, S, F>
where
    S: Returns<Error: Collectable>,
    F: Future<Output = Ended<S>>,
{
    frame: DropInPlace<Frame<S, F>>,
    place: Reserved<'e, 'a, K, Entered<S, F>>,
}

impl<'e, 'a, K, S, F> Pending<'e, 'a, K, S, F>
where
    S: Returns<Error: Collectable>,
    F: Future<Output = Ended<S>>,
{
    #[inline]
    fn new(place: Reserved<'e, 'a, K, Entered<S, F>>, frame: Frame<S, F>) -> Self {
        let there = Entered::frame(Node::payload(place.node));
        // SAFETY: the memory is there, and fits.
        unsafe { there.write(frame) };
        Pending {
            frame: DropInPlace(there),
            place,
        }
    }

    #[inline]
    fn frame(&mut self) -> Pin<&mut Frame<S, F>> {
        // SAFETY: written by `new`, and reached in no other way.
        let frame = unsafe { &mut *self.frame.0 };
        // SAFETY: it stays where it is until it is dropped.
        unsafe { Pin::new_unchecked(frame) }
    }

    #[inline]
    fn link(self, value: S::Value) -> NonNull<Node<Entered<S, F>>> {
        mem::forget(self.frame);
        let there = Entered::value(Node::payload(self.place.node));
        // SAFETY: the memory is there, and fits.
        unsafe { there.write(value) };
        self.place.link_written()
    }
}

/// How an entry is called in messages.
#[derive(Clone, Copy)]
pub(crate) enum Name {
    Known(&'static str),
    OfKind(&'static Kind),
}

impl Name {
    pub(crate) fn get(self) -> &'static str {
        match self {
            Name::Known(name) => name,
            Name::OfKind(kind) => (kind.name)(),
        }
    }
}

/// An entry that has been taken off a stack, and waits to be run.
pub(crate) struct Popped<'e> {
    node: NonNull<Header>,
    entries: PhantomData<&'e mut ()>,
}

impl Popped<'_> {
    /// For messages.
    #[inline]
    pub(crate) fn name(&self) -> Name {
        // SAFETY: the node is valid until it is run.
        let kind = unsafe { self.node.as_ref() }.kind;
        match kind.name_of_entry {
            None => Name::OfKind(kind),
            // SAFETY: the entry has not been run, as `run` takes `self`, and is not vacant, as
            // `pop` has seen to.
            Some(name) => Name::Known(unsafe { name(self.node) }),
        }
    }

    #[inline]
    pub(crate) fn run(self, exit: Exit<'_>) -> Left {
        // SAFETY: the node is valid until it is run.
        match unsafe { self.node.as_ref() }.kind.exit {
            // SAFETY: the function is that of the node, which nobody else can reach any more.
            Some(run) => unsafe { run(self.node, exit) },
            None => Ok(Verdict::Propagate),
        }
    }
}
