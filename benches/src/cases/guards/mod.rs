//! One enter and one exit: each kind of value in each form, beside the same by hand and by others.

mod block;
mod fallible;
mod lock;
mod nested;
mod number;
mod vector;

use super::{Comparison, Measured, Size};
use crate::row::Bar;

pub(super) fn comparisons() -> Vec<Comparison> {
    [
        number::comparisons(),
        vector::comparisons(),
        lock::comparisons(),
        block::comparisons(),
        fallible::comparisons(),
        nested::comparisons(),
    ]
    .concat()
}

/// Of a number: its context, its frame, and a guard that can be moved.
pub(super) fn sizes() -> Vec<Size> {
    number::sizes().to_vec()
}

fn compare(
    what: &'static str,
    ours: Measured,
    against: &'static str,
    theirs: Measured,
) -> Comparison {
    Comparison {
        section: "run time of an enter and an exit",
        what,
        against,
        ours,
        theirs,
        times: 1,
        bar: Some(Bar::of(1.0)),
    }
}

/// All forms for a value that `acquire` gives, and that `release` is shown before it is dropped.
macro_rules! forms {
    ($w:lifetime, $value:ty, $name:literal) => {
        use guard_core::{context_manager, yield_point};
        use scopeguard::ScopeGuard;

        use super::super::world::{Refused, World, body, failing};
        use super::super::{Comparison, measured};
        use super::compare;

        #[context_manager]
        fn context<$w>(world: &$w World) -> $value {
            let mut value = acquire(world);
            yield_point!(value);
            release(world, &mut value);
        }

        struct ByHand<$w> {
            world: &$w World,
            value: $value,
        }

        impl Drop for ByHand<'_> {
            #[inline]
            fn drop(&mut self) {
                release(self.world, &mut self.value);
            }
        }

        #[inline]
        fn by_hand(world: &World) -> ByHand<'_> {
            ByHand { world, value: acquire(world) }
        }

        fn with(world: &World) {
            context(world).with(|value| body(value));
        }

        fn try_with(world: &World) {
            let _: Result<(), Refused> = context(world).try_with(|value| failing(value));
        }

        fn with_macro(world: &World) {
            guard_core::with!(value = context(world) => { body(value) });
        }

        fn enter_macro(world: &World) {
            guard_core::enter!(value = context(world));
            body(value);
        }

        fn guard(world: &World) {
            body(&mut *context(world).enter_local());
        }

        fn hand(world: &World) {
            body(&mut by_hand(world).value);
        }

        fn hand_failing(world: &World) {
            let _: Result<(), Refused> = failing(&mut by_hand(world).value);
        }

        fn scope_guard(world: &World) {
            body(&mut *scopeguard::guard(acquire(world), |mut value| release(world, &mut value)));
        }

        fn boxed(world: &World) {
            let exit: Box<dyn FnOnce(_) + '_> = Box::new(|mut value| release(world, &mut value));
            let mut guard: ScopeGuard<_, _> = scopeguard::guard(acquire(world), exit);
            body(&mut *guard);
        }

        pub(super) fn comparisons() -> Vec<Comparison> {
            let (hand, scope_guard) = (measured!(hand), measured!(scope_guard));
            vec![
                compare(concat!($name, ", with"), measured!(with), "Drop by hand", hand),
                compare(concat!($name, ", with"), measured!(with), "scopeguard", scope_guard),
                compare(
                    concat!($name, ", try_with"),
                    measured!(try_with),
                    "Drop by hand",
                    measured!(hand_failing),
                ),
                compare(concat!($name, ", with!"), measured!(with_macro), "Drop by hand", hand),
                compare(concat!($name, ", enter!"), measured!(enter_macro), "Drop by hand", hand),
                compare(
                    concat!($name, ", enter!"),
                    measured!(enter_macro),
                    "scopeguard",
                    scope_guard,
                ),
                compare(
                    concat!($name, ", enter_local()"),
                    measured!(guard),
                    "boxed closure",
                    measured!(boxed),
                ),
            ]
        }
    };
}
use forms;
