// Context managers that a user's own macro writes: the tokens come from several places.

use guard_core::{context_manager, enter, with, yield_point};

macro_rules! manager {
    ($name:ident, $ty:ty, $value:expr) => {
        #[context_manager]
        fn $name(log: &std::cell::Cell<u32>) -> $ty {
            let value = $value;
            yield_point!(value);
            log.set(log.get() + 1);
        }
    };
}

manager!(number, u32, 1);
manager!(text, &'static str, "a");

macro_rules! body {
    ($(#[$attr:meta])* $vis:vis fn $name:ident($($arg:ident: $ty:ty),*) -> $ret:ty $body:block) => {
        #[context_manager]
        $(#[$attr])*
        $vis fn $name($($arg: $ty),*) -> $ret $body
    };
}

body! {
    /// Lends a sum.
    pub fn sum(left: u32, right: u32) -> u32 {
        let sum = left + right;
        yield_point!(sum);
    }
}

struct Pool(u32);

macro_rules! methods {
    ($($name:ident)*) => {
        impl Pool {
            $(
                #[context_manager]
                fn $name(&self) -> u32 {
                    yield_point!(self.0);
                }
            )*
        }
    };
}

methods!(one two);

macro_rules! entered {
    ($name:ident = $context:expr) => {
        enter!($name = $context);
    };
}

macro_rules! summed {
    ($left:expr, $right:expr) => {
        with!(left = $left, right = $right => { *left + *right })
    };
}

fn main() {
    let log = std::cell::Cell::new(0);
    number(&log).with(|n| assert_eq!(*n, 1));
    text(&log).with(|t| assert_eq!(*t, "a"));
    assert_eq!(log.get(), 2);
    assert_eq!(Pool(3).one().with(|n| *n) + Pool(4).two().with(|n| *n), 7);
    entered!(n = sum(1, 2));
    assert_eq!(*n, 3);
    assert_eq!(summed!(sum(1, 2), number(&log)), 4);
}
