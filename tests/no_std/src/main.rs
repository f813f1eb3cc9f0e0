//! Links without `std`, and without `alloc` unless it is asked for: were either of them needed by
//! anything, the panic handler would be defined twice, or an allocator missing. The C library gives
//! the entry of the process, and the exit code is the number of the check that failed.
#![no_std]
#![no_main]

use core::cell::Cell;
use core::ffi::c_int;
use core::future::poll_fn;
use core::panic::PanicInfo;
use core::pin::pin;
use core::sync::atomic::{AtomicU32, Ordering};
use core::task::{Context, Poll, Waker};

use guard_core::{Exit, LostError, context_manager, enter, on_lost_error, with, yield_point};

#[link(name = "c")]
unsafe extern "C" {
    fn abort() -> !;
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    // SAFETY: it may always be called.
    unsafe { abort() }
}

/// The unwinding tables of the prebuilt `core` mention it. Nothing unwinds.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

#[derive(Debug, PartialEq)]
struct Failed(u32);

#[context_manager]
fn logged(log: &Cell<u32>, digit: u32) -> u32 {
    let mut lent = digit;
    let exit = match yield_point!(lent) {
        Exit::Completed => 1,
        Exit::Failed(_) => 2,
        Exit::Panicked => 3,
        Exit::Dropped => 4,
    };
    lent = lent * 10 + exit;
    log.set(log.get() * 100 + lent);
}

#[context_manager]
fn fallible(on_enter: bool, on_exit: bool) -> Result<u32, Failed> {
    if on_enter {
        return Err(Failed(1));
    }
    yield_point!(5);
    if on_exit { Err(Failed(2)) } else { Ok(()) }
}

static LOST: AtomicU32 = AtomicU32::new(0);

fn lost(lost: &LostError<'_>) {
    let named = lost.context().ends_with("::fallible");
    LOST.fetch_add(if named { 1 } else { 100 }, Ordering::Relaxed);
}

fn entered(log: &Cell<u32>, on_exit: bool) -> Result<u32, Failed> {
    enter!(outer = logged(log, 1));
    enter!(_ = logged(log, 2));
    enter!(inner = fallible(false, on_exit)?);
    *outer += 2;
    Ok(*inner)
}

fn nested(log: &Cell<u32>, on_exit: bool) -> Result<u32, Failed> {
    Ok(
        with!(outer = logged(log, 1), _ = logged(log, 2), inner = fallible(false, on_exit)? => {
            *outer += 2;
            *inner
        }),
    )
}

#[context_manager]
async fn awaited(log: &Cell<u32>, on_exit: bool) -> Result<u32, Failed> {
    rest().await;
    let lent = 5;
    let exit = yield_point!(lent);
    rest().await;
    log.set(lent * 10 + u32::from(exit.is_completed()));
    if on_exit { Err(Failed(2)) } else { Ok(()) }
}

/// Is not ready at once.
async fn rest() {
    let mut rested = false;
    poll_fn(|_| match core::mem::replace(&mut rested, true) {
        true => Poll::Ready(()),
        false => Poll::Pending,
    })
    .await;
}

fn driven<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut poller = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut poller) {
            return output;
        }
    }
}

fn checks(log: &Cell<u32>) -> [bool; 14] {
    let lost = || LOST.swap(0, Ordering::Relaxed);
    [
        logged(log, 1).with(|digit| *digit + 6) == 7 && log.take() == 11,
        logged(log, 1).try_with(|_| Err::<(), _>(Failed(3))) == Err(Failed(3)) && log.take() == 12,
        fallible(false, false).with(|value| *value) == Ok(5),
        fallible(true, false).with(|value| *value) == Err(Failed(1)),
        fallible(false, true).try_with(|value| Ok(*value)) == Err(Failed(2)),
        fallible(false, true).try_with(|_| Err::<(), _>(Failed(3))) == Err(Failed(3))
            && lost() == 1,
        entered(log, false) == Ok(5) && log.take() == 2434 && lost() == 0,
        entered(log, true) == Ok(5) && log.take() == 2434 && lost() == 1,
        nested(log, false) == Ok(5) && log.take() == 2131 && lost() == 0,
        nested(log, true) == Err(Failed(2)) && log.take() == 2434 && lost() == 0,
        driven(awaited(log, false).with(async |lent| *lent + 1)) == Ok(6) && log.take() == 51,
        driven(awaited(log, false).try_with(async |_| Err::<(), _>(Failed(3)))) == Err(Failed(3))
            && log.take() == 50,
        driven(awaited(log, true).with(async |lent| *lent)) == Err(Failed(2)) && log.take() == 51,
        boxed(log),
    ]
}

#[cfg(not(feature = "alloc"))]
fn boxed(_: &Cell<u32>) -> bool {
    true
}

#[cfg(feature = "alloc")]
fn boxed(log: &Cell<u32>) -> bool {
    use guard_core::Guard;

    let mut guard = logged(log, 1).enter_local();
    *guard = 2;
    Guard::exit(guard);
    drop(logged(log, 3).enter_local());
    drop(fallible(false, true).enter());
    log.take() == 2134 && LOST.swap(0, Ordering::Relaxed) == 1 && allocator::balance() == (3, 3)
}

#[cfg(feature = "alloc")]
mod allocator {
    use core::alloc::{GlobalAlloc, Layout};
    use core::ffi::c_void;
    use core::sync::atomic::{AtomicU32, Ordering};

    unsafe extern "C" {
        fn aligned_alloc(align: usize, size: usize) -> *mut c_void;
        fn free(at: *mut c_void);
    }

    static MADE: AtomicU32 = AtomicU32::new(0);
    static FREED: AtomicU32 = AtomicU32::new(0);

    pub(crate) fn balance() -> (u32, u32) {
        (MADE.load(Ordering::Relaxed), FREED.load(Ordering::Relaxed))
    }

    struct Libc;

    #[global_allocator]
    static ALLOCATOR: Libc = Libc;

    // SAFETY: the C library's allocator does what is asked for.
    unsafe impl GlobalAlloc for Libc {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            MADE.fetch_add(1, Ordering::Relaxed);
            // SAFETY: the size is a multiple of the alignment, which is a power of two.
            unsafe { aligned_alloc(layout.align(), layout.pad_to_align().size()) }.cast()
        }

        unsafe fn dealloc(&self, at: *mut u8, _: Layout) {
            FREED.fetch_add(1, Ordering::Relaxed);
            // SAFETY: it came from `aligned_alloc`.
            unsafe { free(at.cast()) }
        }
    }
}

/// Zero, or the number of the first check that failed.
#[unsafe(no_mangle)]
extern "C" fn main(_argc: c_int, _argv: *const *const u8) -> c_int {
    on_lost_error(lost);
    let mut number = 0;
    for check in checks(&Cell::new(0)) {
        number += 1;
        if !check {
            return number;
        }
    }
    0
}
