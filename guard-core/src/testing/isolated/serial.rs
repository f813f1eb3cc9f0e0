use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use crate::{context_manager, yield_point};

/// The thread whose turn it is.
static TURN: Mutex<Option<ThreadId>> = Mutex::new(None);
static OVER: Condvar = Condvar::new();

struct Turn;

impl Turn {
    fn take() -> Self {
        let this = thread::current().id();
        let mine = *lock() == Some(this);
        assert!(
            !mine,
            "`serial` is held by this thread already, and would wait for itself"
        );
        let mut turn = lock();
        // `wait_while` does not look again once the lock is poisoned.
        while turn.is_some() {
            turn = OVER.wait(turn).unwrap_or_else(PoisonError::into_inner);
        }
        *turn = Some(this);
        Turn
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *lock() = None;
        OVER.notify_one();
    }
}

fn lock() -> MutexGuard<'static, Option<ThreadId>> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One at a time: whoever enters this waits until nobody else in the process is in it.
///
/// It is for tests that share what cannot be isolated, such as a port or a file at a fixed path,
/// and for checks of what is the process's that are made [in place](crate::testing::LeakCheck::in_place).
/// Those who do not enter it go on beside those who do. A test that panics in it is no hindrance to
/// the next.
///
/// Tests in other processes are not waited for: those of other test binaries, and all others where
/// each test has a process of its own, as with cargo-nextest.
///
/// # Panics
///
/// When the thread is in it already, since it would wait for itself. A thread that has entered it
/// counts as being in it until the guard is gone, even if the guard has moved to another thread.
///
/// # Examples
///
/// ```
/// use guard_core::testing::serial;
/// use guard_core::within;
/// use std::net::UdpSocket;
///
/// #[within(serial())] // below `#[test]`
/// fn binds_the_port() {
///     let _socket = UdpSocket::bind("127.0.0.1:4321").unwrap();
/// }
///
/// binds_the_port();
/// serial().with(|()| { /* nobody else is here */ });
/// ```
#[context_manager(crate = crate)]
pub fn serial() {
    let _turn = Turn::take();
    yield_point!();
}
