//! What there is to know about panics, which is nothing without `std`.

#[cfg(feature = "std")]
pub(crate) use with_std::{Payload, catch, panicking};
#[cfg(not(feature = "std"))]
pub(crate) use without_std::{Payload, catch, panicking};

#[cfg(feature = "std")]
mod with_std {
    use std::any::Any;
    use std::boxed::Box;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use crate::exit::Exit;
    use crate::lost::{self, Loss};

    pub(crate) use std::thread::panicking;

    pub struct Payload(Box<dyn Any + Send>);

    impl Payload {
        pub(crate) fn report(self, frame: &'static str, exit: Exit<'_>) {
            lost::report(frame, Loss::Panic(&*self.0), exit);
            self.discard();
        }

        /// Goes on with the panic.
        pub(crate) fn resume(self) -> ! {
            std::panic::resume_unwind(self.0)
        }

        /// Drops the payload, whose destructor may panic in its turn.
        pub(crate) fn discard(self) {
            let mut next = Some(self.0);
            while let Some(payload) = next {
                next = catch_unwind(AssertUnwindSafe(|| drop(payload))).err();
            }
        }
    }

    /// Calls `f`, catching its panic. What `f` has left half done is nobody's business but its own:
    /// a frame whose exit half panicked is finished, and a hook looks after itself.
    #[inline(always)]
    pub(crate) fn catch<Q>(f: impl FnOnce() -> Q) -> Result<Q, Payload> {
        catch_unwind(AssertUnwindSafe(f)).map_err(Payload)
    }
}

#[cfg(not(feature = "std"))]
mod without_std {
    use core::convert::Infallible;

    use crate::exit::Exit;

    pub struct Payload(Infallible);

    impl Payload {
        pub(crate) fn report(self, _frame: &'static str, _exit: Exit<'_>) {
            match self.0 {}
        }

        pub(crate) fn resume(self) -> ! {
            match self.0 {}
        }

        pub(crate) fn discard(self) {
            match self.0 {}
        }
    }

    #[inline(always)]
    pub(crate) fn panicking() -> bool {
        false
    }

    #[inline(always)]
    #[expect(clippy::unnecessary_wraps, reason = "the same signature as with `std`")]
    pub(crate) fn catch<Q>(f: impl FnOnce() -> Q) -> Result<Q, Payload> {
        Ok(f())
    }
}
