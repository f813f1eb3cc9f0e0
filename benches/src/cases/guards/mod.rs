//! One enter and one exit: each kind of value in each form, beside the same by hand and by others.

mod block;
mod fallible;
mod lock;
mod nested;
mod number;
mod vector;

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Comparison, Measured, Size};
use crate::row::{self, Bar, Limit};

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

/// What each form counts beyond a `Drop` by hand, and the guard beyond a boxed closure.
#[derive(Clone, Copy)]
struct Known {
    with: f64,
    with_macro: f64,
    enter_macro: f64,
    guard: f64,
}

fn compare(
    what: &'static str,
    ours: Measured,
    against: &'static str,
    theirs: Measured,
    known: f64,
) -> Comparison {
    Comparison {
        section: "run time of an enter and an exit",
        what,
        against,
        ours,
        theirs,
        times: 1,
        bar: Some(Bar::of(Limit::AtMost(1.0)).missed_by(row::Known::Beyond(known))),
        allocations: 0,
    }
}

/// Goes on with a panic, and with no second one.
#[cold]
fn unwinding(exit: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(exit)).is_err() {
        eprintln!("a second panic");
    }
}

/// All forms for a value that `acquire` gives, and that `release` is shown before it is dropped.
macro_rules! forms {
    ($w:lifetime, $value:ty, $name:literal, $known:expr) => {
        use guard_core::{context_manager, yield_point};
        use scopeguard::ScopeGuard;

        use super::super::world::{Refused, World, body, failing};
        use super::super::{Comparison, measured};
        use super::{Known, compare, unwinding};

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

        /// By hand, but that it knows panics from other ways out, and catches a second one.
        struct Telling<$w> {
            world: &$w World,
            value: $value,
            made_panicking: bool,
        }

        impl Drop for Telling<'_> {
            #[inline]
            fn drop(&mut self) {
                if std::thread::panicking() {
                    let told = !self.made_panicking;
                    unwinding(|| {
                        std::hint::black_box(told);
                        release(self.world, &mut self.value);
                    });
                } else {
                    release(self.world, &mut self.value);
                }
            }
        }

        fn telling(world: &World) {
            let made_panicking = std::thread::panicking();
            let value = acquire(world);
            body(&mut Telling { world, value, made_panicking }.value);
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
            const DROP: &str = "Drop by hand";
            const SCOPEGUARD: &str = "scopeguard";
            let known: Known = $known;
            let by_with = concat!($name, ", with");
            let by_enter = concat!($name, ", enter!");
            let (hand, scope_guard) = (measured!(hand), measured!(scope_guard));
            vec![
                compare(by_with, measured!(with), DROP, hand, known.with),
                compare(by_with, measured!(with), SCOPEGUARD, scope_guard, known.with),
                compare(
                    concat!($name, ", try_with"),
                    measured!(try_with),
                    DROP,
                    measured!(hand_failing),
                    known.with,
                ),
                compare(
                    concat!($name, ", with!"),
                    measured!(with_macro),
                    DROP,
                    hand,
                    known.with_macro,
                ),
                compare(by_enter, measured!(enter_macro), DROP, hand, known.enter_macro),
                compare(by_enter, measured!(enter_macro),
                    SCOPEGUARD,
                    scope_guard,
                    known.enter_macro,
                ),
                Comparison {
                    bar: None,
                    ..compare(by_enter, measured!(enter_macro), "Drop that tells", measured!(telling), 0.0)
                },
                Comparison {
                    allocations: 1,
                    ..compare(
                        concat!($name, ", enter_local()"),
                        measured!(guard),
                        "boxed closure",
                        measured!(boxed),
                        known.guard,
                    )
                },
            ]
        }
    };
}
use forms;
