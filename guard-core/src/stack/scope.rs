use super::unwind::{Unwound, unwind};
use super::{Collectable, Collected, ExitErrors, ExitStack};
use crate::exit::Exit;

/// What a scope can return when an entry has [handled](crate::Verdict::Handled) the error of its
/// body: [`Default::default()`].
#[diagnostic::on_unimplemented(
    message = "a scope has no `{Self}` to return where an entry has handled the error of its body",
    label = "`{Self}` has no default",
    note = "help: return `Some(..)` of it, or implement `Default` for it"
)]
pub trait Substitute: Default {}

#[diagnostic::do_not_recommend]
impl<Q: Default> Substitute for Q {}

/// The stack of a scope, which is dropped with entries only if the body panics.
pub(super) struct Scope<'a, K>(pub(super) ExitStack<'a, K>);

impl<'a, K> Scope<'a, K> {
    pub(super) fn run<Q, E>(
        mut self,
        body: impl FnOnce(&mut ExitStack<'a, K>) -> Result<Q, E>,
    ) -> Result<Q, ExitErrors>
    where
        Q: Substitute,
        E: Collectable,
    {
        let result = body(&mut self.0);
        let exit: Exit<'_> = match &result {
            Ok(_) => Exit::Completed,
            Err(error) => Exit::Failed(error),
        };
        let Unwound { body, errors } = unwind(&mut self.0.entries, exit, true);
        let handled = body.is_completed();
        let exits = errors.into_iter().map(Collected::into_error);
        match result {
            Ok(result) => ExitErrors::collect(None, exits).map(|()| result),
            Err(error) => {
                let error = (!handled).then(|| error.into());
                ExitErrors::collect(error, exits).map(|()| Q::default())
            }
        }
    }
}

impl<K> Drop for Scope<'_, K> {
    fn drop(&mut self) {
        unwind(&mut self.0.entries, Exit::Panicked, false);
    }
}
