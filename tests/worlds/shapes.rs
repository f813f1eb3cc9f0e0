// Context managers of many shapes. The same text is included in crates that agree on nothing: the
// edition, the lints, the prelude, what `core` means. So every name in here is written in full,
// everything is documented, and `check` runs all of it.

use ::guard_core::{context_manager, enter, with, yield_point};

/// What the shapes write down.
pub type Log = ::core::cell::Cell<u32>;

/// What a body returned, or how a context failed.
pub type Outcome<T> = ::core::result::Result<T, Failed>;

/// A failure with a number.
#[derive(
    ::core::clone::Clone,
    ::core::marker::Copy,
    ::core::fmt::Debug,
    ::core::cmp::PartialEq,
    ::core::cmp::Eq,
)]
pub struct Failed(pub u32);

/// Adds a digit at the end.
fn note(log: &Log, digit: u32) {
    log.set(log.get() * 10 + digit);
}

/// Lends nothing.
#[context_manager]
pub fn nothing(log: &Log) {
    note(log, 1);
    yield_point!();
    note(log, 2);
}

/// Ends in its yield point, and has no exit half.
#[context_manager]
pub fn value(log: &Log) -> u32 {
    note(log, 1);
    yield_point!(7)
}

/// Lends a local by name.
#[context_manager]
pub fn by_name(log: &Log) -> u32 {
    let lent = 3;
    yield_point!(lent);
    note(log, lent);
}

/// Lends an argument by name, and says so when the body did not complete.
#[context_manager]
pub fn argument(log: &Log, lent: u32) -> u32 {
    if yield_point!(lent).is_completed() {
        note(log, lent);
    } else {
        note(log, 9);
    }
}

/// Is not ready at once.
fn rest() -> impl ::core::future::Future<Output = ()> {
    let mut rested = false;
    ::core::future::poll_fn(move |_| {
        if ::core::mem::replace(&mut rested, true) {
            ::core::task::Poll::Ready(())
        } else {
            ::core::task::Poll::Pending
        }
    })
}

/// Waits in either half.
#[context_manager]
pub async fn awaited(log: &Log, lent: u32) -> ::core::result::Result<u32, Failed> {
    note(log, 1);
    rest().await;
    let exit = yield_point!(lent);
    rest().await;
    note(log, if exit.is_completed() { lent } else { 9 });
    ::core::result::Result::Ok(())
}

/// Lends what patterns bind.
#[context_manager]
pub fn patterns(log: &Log, (first, [second, _]): (u32, [u32; 2]), _: u32) -> u32 {
    let (lent, third) = (first + second, 1);
    yield_point!(lent);
    note(log, lent + third);
}

/// Lends out of an arm, and of a branch.
#[context_manager]
pub fn arms(log: &Log, choice: ::core::option::Option<u32>) -> u32 {
    match choice {
        ::core::option::Option::Some(some) if some > 3 => {
            yield_point!(some);
            note(log, some);
        }
        ::core::option::Option::Some(some) => {
            yield_point!(some);
        }
        ::core::option::Option::None => {
            if let [first, 0..9] = [4, log.get()] {
                yield_point!(first);
                note(log, first);
            } else {
                yield_point!(0);
            }
        }
    }
}

/// Fails on the way in, on the way out, or not at all.
///
/// # Errors
///
/// As it is told.
#[context_manager]
pub fn fallible(log: &Log, on_enter: bool, on_exit: bool) -> ::core::result::Result<u32, Failed> {
    if on_enter {
        return ::core::result::Result::Err(Failed(1));
    }
    yield_point!(5);
    note(log, 6);
    if on_exit {
        return ::core::result::Result::Err(Failed(2));
    }
    ::core::result::Result::Ok(())
}

/// Fails by `?` on both ways.
///
/// # Errors
///
/// As it is told.
#[context_manager]
pub fn questions(log: &Log, enter: Outcome<u32>, exit: Outcome<u32>) -> FailedResult<u32> {
    let lent = enter?;
    yield_point!(lent);
    note(log, exit?);
    ::core::result::Result::Ok(())
}

/// Never gets out well.
///
/// # Errors
///
/// Always.
#[context_manager]
pub fn fails_to_exit(log: &Log) -> ::core::result::Result<(), Failed> {
    yield_point!();
    note(log, 9);
    ::core::result::Result::Err(Failed(9))
}

/// A result type by another name.
pub type FailedResult<T> = Outcome<T>;

/// Lends a `Result` as it is.
#[context_manager(infallible)]
pub fn lends_a_result(log: &Log) -> ::core::result::Result<u32, Failed> {
    let outcome = ::core::result::Result::Ok(8);
    note(log, 8);
    yield_point!(outcome);
}

/// Tries again until it may enter.
///
/// # Errors
///
/// When there are no attempts left.
#[context_manager]
pub fn retried(log: &Log, mut attempts: u32) -> ::core::result::Result<u32, Failed> {
    loop {
        if attempts == 0 {
            return ::core::result::Result::Err(Failed(0));
        }
        attempts -= 1;
        if attempts & 1 == 0 {
            yield_point!(attempts);
            note(log, 3);
            break;
        }
    }
    ::core::result::Result::Ok(())
}

/// Returns from everywhere after its yield point.
#[context_manager]
pub fn returns(log: &Log, early: bool) -> bool {
    let exit = yield_point!(early);
    if early {
        return;
    }
    if !exit.is_completed() {
        return ();
    }
    note(log, 4);
}

/// Leaves a labelled block.
#[context_manager]
pub fn labelled(log: &Log, early: bool) -> u32 {
    let lent = 'found: {
        if early {
            break 'found 1;
        }
        2
    };
    yield_point!(lent);
    'done: {
        if early {
            break 'done;
        }
        note(log, lent);
    }
}

/// Lends a mutable borrow of its argument.
#[context_manager]
pub fn borrows(log: &mut u32) -> &mut u32 {
    *log += 1;
    yield_point!(log);
    *log += 1;
}

/// Two lifetimes, of which one is lent.
#[context_manager]
pub fn lifetimes<'a>(log: &Log, text: &'a str) -> &'a str {
    note(log, 1);
    yield_point!(text);
    note(log, 2);
}

/// Generic in all ways.
#[context_manager]
pub fn generic<T, const N: usize>(
    log: &Log,
    lent: [T; N],
    then: impl ::core::ops::FnOnce(u32) -> u32,
) -> [T; N]
where
    T: ::core::marker::Copy,
{
    yield_point!(lent);
    note(log, then(1));
}

/// Holds another context manager across its yield point.
#[context_manager]
pub fn nested(log: &Log) -> u32 {
    enter!(inner = value(log));
    yield_point!(*inner + 1);
    note(log, 5);
}

/// Its names are those of the expansion.
#[context_manager]
pub fn hidden_names(__caller: &Log, __arg0: u32, (__arg1, __arg2): (u32, u32)) -> u32 {
    let __value = __arg0 + __arg1;
    let __exited = __arg2;
    let __output = __value + __exited;
    yield_point!(__output);
    let __lent = __output;
    note(__caller, __lent);
}

/// Has context managers as methods.
#[derive(::core::fmt::Debug)]
pub struct Pool {
    opened: Log,
    limit: u32,
}

impl Pool {
    /// Nothing opened.
    #[must_use]
    pub const fn new(limit: u32) -> Self {
        Self {
            opened: Log::new(0),
            limit,
        }
    }

    /// By reference.
    #[context_manager]
    pub fn shared(&self) -> u32 {
        note(&self.opened, 1);
        yield_point!(self.limit);
        note(&self.opened, 2);
    }

    /// By mutable reference.
    ///
    /// # Errors
    ///
    /// When the limit is reached.
    #[context_manager]
    pub fn exclusive(&mut self) -> ::core::result::Result<u32, Failed> {
        if self.limit == 0 {
            return ::core::result::Result::Err(Failed(self.limit));
        }
        self.limit -= 1;
        yield_point!(self.limit);
        self.limit += 1;
        ::core::result::Result::Ok(())
    }

    /// By value.
    #[context_manager]
    pub fn owned(self) -> Self {
        yield_point!(Self::new(self.limit));
    }

    /// Lends a field.
    #[context_manager]
    pub fn field(&mut self) -> &mut u32 {
        yield_point!(&mut self.limit);
    }

    /// Lends a field, and waits.
    #[context_manager]
    pub async fn awaited(&mut self) -> &mut u32 {
        rest().await;
        yield_point!(&mut self.limit);
        rest().await;
    }

    /// Without a receiver.
    #[context_manager]
    pub fn made(limit: u32) -> Self {
        let pool = Self::new(limit);
        yield_point!(pool);
        note(&pool.opened, pool.limit);
    }
}

/// `enter!`, alone and behind `?`.
///
/// # Errors
///
/// What `fallible` fails with.
pub fn enters(log: &Log, on_enter: bool) -> Outcome<u32> {
    enter!(_ = nothing(log), first = by_name(log));
    *first += 1;
    enter!(second = fallible(log, on_enter, false)?);
    ::core::result::Result::Ok(*first + *second)
}

/// `with!` of several.
///
/// # Errors
///
/// What `fallible` fails with.
pub fn withs(log: &Log, on_enter: bool, on_exit: bool) -> Outcome<u32> {
    let sum = with!(_ = nothing(log), first = by_name(log), second = fallible(log, on_enter, on_exit)? => {
        *first += 1;
        *first + *second
    });
    ::core::result::Result::Ok(sum)
}

/// What was written down since the last call.
const fn taken(log: &Log) -> u32 {
    log.replace(0)
}

/// Runs everything.
///
/// # Panics
///
/// When something does not work.
pub fn check() {
    check_infallible();
    check_fallible();
    check_methods();
    check_macros();
    check_async();
}

fn check_infallible() {
    let log = &Log::new(0);
    nothing(log).with(|()| note(log, 5));
    ::core::assert_eq!(taken(log), 152);
    ::core::assert_eq!(value(log).with(|value| *value), 7);
    ::core::assert_eq!(taken(log), 1);
    by_name(log).with(|value| *value += 1);
    ::core::assert_eq!(taken(log), 4);
    argument(log, 1).with(|value| *value += 1);
    ::core::assert_eq!(taken(log), 2);
    let failed = argument(log, 1).try_with(|_| ::core::result::Result::<(), _>::Err(Failed(3)));
    ::core::assert_eq!(failed, ::core::result::Result::Err(Failed(3)));
    ::core::assert_eq!(taken(log), 9);
    patterns(log, (1, [2, 3]), 4).with(|value| *value += 1);
    ::core::assert_eq!(taken(log), 5);
    arms(log, ::core::option::Option::Some(4)).with(|value| *value += 1);
    arms(log, ::core::option::Option::Some(1)).with(|value| *value += 1);
    arms(log, ::core::option::Option::None).with(|value| *value += 2);
    ::core::assert_eq!(taken(log), 56);
    lends_a_result(log).with(|value| ::core::assert_eq!(*value, ::core::result::Result::Ok(8)));
    ::core::assert_eq!(taken(log), 8);
    returns(log, true).with(|early| *early = false);
    returns(log, false).with(|early| *early = true);
    ::core::assert_eq!(taken(log), 4);
    labelled(log, true).with(|_| ());
    labelled(log, false).with(|_| ());
    ::core::assert_eq!(taken(log), 2);
    let mut count = 0;
    borrows(&mut count).with(|count| **count += 1);
    ::core::assert_eq!(count, 3);
    let text = lifetimes(log, "a").with(|text| *text);
    ::core::assert_eq!((text, taken(log)), ("a", 12));
    generic(log, [1, 2], |n| n + 1).with(|[first, _]| *first += 1);
    ::core::assert_eq!(taken(log), 2);
    ::core::assert_eq!(nested(log).with(|value| *value), 8);
    ::core::assert_eq!(taken(log), 15);
    hidden_names(log, 1, (2, 3)).with(|value| *value += 1);
    ::core::assert_eq!(taken(log), 7);
}

fn check_fallible() {
    let log = &Log::new(0);
    ::core::assert_eq!(
        fallible(log, false, false).with(|value| *value),
        ::core::result::Result::Ok(5)
    );
    ::core::assert_eq!(
        fallible(log, true, false).with(|value| *value),
        ::core::result::Result::Err(Failed(1))
    );
    ::core::assert_eq!(
        fallible(log, false, true).with(|value| *value),
        ::core::result::Result::Err(Failed(2))
    );
    ::core::assert_eq!(taken(log), 66);
    let body = |value: &mut u32| ::core::result::Result::<u32, _>::Err(Failed(*value));
    ::core::assert_eq!(
        fallible(log, false, false).try_with(body),
        ::core::result::Result::Err(Failed(5))
    );
    ::core::assert_eq!(taken(log), 6);
    let (good, bad) = (
        ::core::result::Result::Ok(3),
        ::core::result::Result::Err(Failed(4)),
    );
    ::core::assert_eq!(
        questions(log, good, good).with(|_| ()),
        ::core::result::Result::Ok(())
    );
    ::core::assert_eq!(
        questions(log, bad, good).with(|_| ()),
        ::core::result::Result::Err(Failed(4))
    );
    ::core::assert_eq!(
        questions(log, good, bad).with(|_| ()),
        ::core::result::Result::Err(Failed(4))
    );
    ::core::assert_eq!(taken(log), 3);
    ::core::assert_eq!(
        retried(log, 4).with(|left| *left),
        ::core::result::Result::Ok(2)
    );
    ::core::assert_eq!(
        retried(log, 0).with(|left| *left),
        ::core::result::Result::Err(Failed(0))
    );
    ::core::assert_eq!(taken(log), 3);
}

fn check_async() {
    let log = &Log::new(0);
    ::core::assert_eq!(
        driven(awaited(log, 3).with(async |lent| *lent + 1)),
        ::core::result::Result::Ok(4)
    );
    ::core::assert_eq!(taken(log), 13);
    ::core::assert_eq!(
        driven(awaited(log, 3).try_with(async |lent| Outcome::<u32>::Err(Failed(*lent)))),
        ::core::result::Result::Err(Failed(3))
    );
    ::core::assert_eq!(taken(log), 19);
    let mut pool = Pool::new(2);
    driven(pool.awaited().with(async |limit| **limit += 1));
    ::core::assert_eq!(pool.limit, 3);
}

/// Polls a future that keeps being woken to its end.
fn driven<F: ::core::future::Future>(future: F) -> F::Output {
    let mut future = ::core::pin::pin!(future);
    let mut poller = ::core::task::Context::from_waker(::core::task::Waker::noop());
    loop {
        if let ::core::task::Poll::Ready(output) = future.as_mut().poll(&mut poller) {
            return output;
        }
    }
}

fn check_methods() {
    let mut pool = Pool::new(2);
    ::core::assert_eq!(pool.shared().with(|limit| *limit), 2);
    ::core::assert_eq!(taken(&pool.opened), 12);
    ::core::assert_eq!(
        pool.exclusive().with(|limit| *limit),
        ::core::result::Result::Ok(1)
    );
    pool.field().with(|limit| **limit += 1);
    ::core::assert_eq!(pool.limit, 3);
    ::core::assert_eq!(pool.owned().with(|pool| pool.limit), 3);
    ::core::assert_eq!(Pool::made(4).with(|pool| pool.limit), 4);
}

fn check_macros() {
    let log = &Log::new(0);
    ::core::assert_eq!(enters(log, false), ::core::result::Result::Ok(9));
    ::core::assert_eq!(taken(log), 1642);
    ::core::assert_eq!(enters(log, true), ::core::result::Result::Err(Failed(1)));
    ::core::assert_eq!(taken(log), 142);
    ::core::assert_eq!(withs(log, false, false), ::core::result::Result::Ok(9));
    ::core::assert_eq!(
        withs(log, true, false),
        ::core::result::Result::Err(Failed(1))
    );
    ::core::assert_eq!(taken(log), 1_642_132);
    ::core::assert_eq!(
        withs(log, false, true),
        ::core::result::Result::Err(Failed(2))
    );
    ::core::assert_eq!(taken(log), 1642);
}
