//! What the edition of the caller might have changed, and does not.

use guard_core::{context_manager, yield_point, Context, Plain, Returns};
use std::cell::{Cell, RefCell};

#[test]
fn every_shape_works() {
    guard_world_edition2021::check();
}

struct Names(Vec<String>);

impl Names {
    /// In edition 2021 an `impl Trait` of the caller's own would not capture these two lifetimes.
    #[context_manager]
    fn longest(&self, log: &Cell<usize>) -> usize {
        let longest = self.0.iter().map(String::len).max().unwrap_or(0);
        yield_point!(longest);
        log.set(longest);
    }

    #[context_manager]
    fn all<T>(&mut self, ours: impl Fn(&str) -> T) -> Vec<T> {
        yield_point!(self.0.iter().map(|name| ours(name)).collect());
    }
}

#[test]
fn the_context_captures_elided_lifetimes() {
    fn stays<S: Returns, B: guard_core::Body<S>>(context: Context<S, B>) -> Context<S, B> {
        context
    }
    let log = Cell::new(0);
    let mut names = Names(vec!["ab".into()]);
    stays::<Plain<usize>, _>(names.longest(&log)).with(|length| *length += 1);
    assert_eq!(log.get(), 3);
    let length = names.all(str::len).with(|all| all[0]);
    assert_eq!(length, 2);
}

/// A temporary at the end of a block, and one in `if let`, live longer in edition 2021. The body is
/// the caller's, and so are the rules.
#[test]
fn temporaries_live_as_long_as_in_the_caller() {
    struct Says<'a>(&'a RefCell<Vec<&'static str>>, &'static str);
    impl Drop for Says<'_> {
        fn drop(&mut self) {
            self.0.borrow_mut().push(self.1);
        }
    }
    impl Says<'_> {
        fn len(&self) -> usize {
            self.1.len()
        }
    }

    #[context_manager]
    fn in_context(log: &RefCell<Vec<&'static str>>) {
        let _local = Says(log, "local");
        if let 2 = Says(log, "condition").len() {
            unreachable!();
        } else {
            yield_point!();
            log.borrow_mut().push("else");
        }
        match Says(log, "tail").len() {
            4 => (),
            _ => unreachable!(),
        }
    }

    fn plain(log: &RefCell<Vec<&'static str>>) {
        let _local = Says(log, "local");
        if let 2 = Says(log, "condition").len() {
            unreachable!();
        } else {
            log.borrow_mut().push("else");
        }
        match Says(log, "tail").len() {
            4 => (),
            _ => unreachable!(),
        }
    }

    let (expected, log) = (RefCell::default(), RefCell::default());
    plain(&expected);
    in_context(&log).with(|()| ());
    assert_eq!(log, expected);
    assert_eq!(*log.borrow(), ["else", "condition", "local", "tail"]);
}
