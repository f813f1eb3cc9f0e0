use core::fmt;
use core::ops::{Index, IndexMut};

use super::verdict::Collected;
use super::{Admits, Collectable, Entry, ExitResult, ExitStack, Verdict};
use crate::exit::Exit;
use crate::guard::{Guard, Suspended};
use crate::raw::Place;

/// The key to an entry of an [`ExitStack`], made by [`ExitStack::hold`].
///
/// `P` is what is held: a [`Guard`], or a function.
///
/// ```
/// use guard_core::ExitStack;
///
/// let mut stack = ExitStack::new();
/// let rollback = stack.hold(|| println!("rolled back"));
/// // All went well: the function is taken off the stack, and not called.
/// let _disarmed = stack.take(rollback);
/// stack.close()?;
/// # Ok::<(), guard_core::ExitErrors>(())
/// ```
///
/// There is one key to every entry, which is used up when the entry is taken. It is of no use to
/// another stack, nor when its own has been closed.
pub struct Key<P>(Place<P>);

impl<P> fmt::Debug for Key<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").finish_non_exhaustive()
    }
}

impl<'a, K> ExitStack<'a, K> {
    /// Pushes a [`Guard`], or a function to be called, under a key: with it the guard can be
    /// reached as long as the stack has it, or be [taken](ExitStack::take) off before its time.
    ///
    /// # Examples
    ///
    /// See [`ExitStack`] and [`Key`].
    pub fn hold<P>(&self, entry: P) -> Key<P>
    where
        P: Entry + 'a,
        K: Admits<P>,
    {
        Key(self.entries.hold(entry))
    }

    /// Takes what is held under a key off the stack, without running it.
    ///
    /// A guard can then be exited, which is the early release of one entry; a function can be
    /// called, or dropped, which disarms it.
    ///
    /// # Panics
    ///
    /// When the key is that of another stack.
    #[track_caller]
    pub fn take<P: Entry>(&mut self, key: Key<P>) -> P {
        self.entries.vacate(key.0).unwrap_or_else(|| misfit())
    }

    /// What is held under a key, or `None` if the key is that of another stack.
    #[must_use]
    pub fn get<P>(&self, key: &Key<P>) -> Option<&P> {
        self.entries.get(&key.0)
    }

    /// As [`get`](ExitStack::get).
    #[must_use]
    pub fn get_mut<P>(&mut self, key: &Key<P>) -> Option<&mut P> {
        self.entries.get_mut(&key.0)
    }
}

#[track_caller]
fn misfit() -> ! {
    panic!("the key is that of another `ExitStack`")
}

/// # Panics
///
/// When the key is that of another stack.
impl<P, K> Index<&Key<P>> for ExitStack<'_, K> {
    type Output = P;

    #[track_caller]
    fn index(&self, key: &Key<P>) -> &P {
        self.get(key).unwrap_or_else(|| misfit())
    }
}

/// # Panics
///
/// When the key is that of another stack.
impl<P, K> IndexMut<&Key<P>> for ExitStack<'_, K> {
    #[track_caller]
    fn index_mut(&mut self, key: &Key<P>) -> &mut P {
        self.get_mut(key).unwrap_or_else(|| misfit())
    }
}

#[diagnostic::do_not_recommend]
impl<T, F: Suspended<T, ()> + ?Sized> Entry for Guard<T, (), F> {
    fn run(self, exit: Exit<'_>) -> Result<Verdict, Collected> {
        Guard::exit_with(self, exit);
        Ok(Verdict::Propagate)
    }

    fn name(&self) -> &'static str {
        Guard::name(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T, E, F> Entry for Guard<T, Result<(), E>, F>
where
    E: Collectable,
    F: Suspended<T, Result<(), E>> + ?Sized,
{
    fn run(self, exit: Exit<'_>) -> Result<Verdict, Collected> {
        let name = Guard::name(&self);
        let left = Guard::exit_with(self, exit).into_verdict();
        left.map_err(|error| error.of(name))
    }

    fn name(&self) -> &'static str {
        Guard::name(self)
    }
}
