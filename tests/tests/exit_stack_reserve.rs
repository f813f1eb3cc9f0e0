//! Nothing can fail between acquiring and registering: room for an entry is made before its enter
//! half runs. The allocator of this program refuses on demand, which ends the process if it is
//! asked then.

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::{process, ptr};

use guard_core::{Exit, ExitStack, context_manager, yield_point};
use support::{child, d, events};

struct Refusing;

thread_local! {
    static REFUSES: Cell<bool> = const { Cell::new(false) };
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

fn refuses() -> bool {
    let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
    REFUSES.try_with(Cell::get).unwrap_or(false)
}

// SAFETY: everything that is not refused is left to the system's allocator.
unsafe impl GlobalAlloc for Refusing {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if refuses() {
            return ptr::null_mut();
        }
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if refuses() {
            return ptr::null_mut();
        }
        // SAFETY: likewise.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: likewise.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Refusing = Refusing;

/// Calls `f`, which ends the process if it allocates.
fn without_memory<Q>(f: impl FnOnce() -> Q) -> Q {
    REFUSES.set(true);
    let result = f();
    REFUSES.set(false);
    result
}

/// From the end of its enter half on there is no memory.
#[context_manager]
fn acquired(number: u64) -> Result<[u64; 3], String> {
    let value = [number; 3];
    REFUSES.set(true);
    yield_point!(value);
    assert_eq!(value, [number; 3]);
    Ok(())
}

/// Of every size: some of them come to the end of a chunk with less, some with more room left.
#[context_manager]
fn acquired_of<const SIZE: usize>(number: u8) -> [u8; SIZE] {
    let value = [number; SIZE];
    REFUSES.set(true);
    yield_point!(value);
    assert_eq!(value, [number; SIZE]);
}

fn enter(stack: &ExitStack<'_>, number: u64) {
    let value = stack.enter(acquired(number));
    REFUSES.set(false);
    assert_eq!(value.map(|value| value[2]), Ok(number));
}

#[test]
fn nothing_is_allocated_between_acquiring_and_registering() {
    let stack = ExitStack::new();
    // A million, so that many of them are the first in a chunk.
    for number in 0..1_000_000 {
        enter(&stack, number);
    }
    assert_eq!(stack.len(), 1_000_000);
    assert!(without_memory(|| stack.close()).is_ok());
}

#[test]
fn nothing_is_allocated_after_acquiring_whatever_the_size() {
    fn enter<const SIZE: usize>(stack: &ExitStack<'_>) {
        for number in 0..20 {
            let value = stack.enter(acquired_of::<SIZE>(number));
            REFUSES.set(false);
            assert_eq!(value, &[number; SIZE]);
        }
    }
    let stack = ExitStack::new();
    for _ in 0..10 {
        enter::<0>(&stack);
        enter::<1>(&stack);
        enter::<63>(&stack);
        enter::<500>(&stack);
        enter::<5000>(&stack);
    }
    assert!(without_memory(|| stack.close()).is_ok());
}

/// What has been acquired by then is dropped, once, and nothing is registered.
#[test]
fn giving_up_an_enter_half_that_fails_needs_no_memory() {
    /// There is memory again when this is dropped, before all else.
    struct Allows;
    impl Drop for Allows {
        fn drop(&mut self) {
            REFUSES.set(false);
        }
    }
    #[context_manager]
    fn fails(really: bool) -> Result<[u64; 40], &'static str> {
        let first = d("first");
        let second = d("second");
        let _allows = Allows;
        REFUSES.set(true);
        if really {
            return Err("an error");
        }
        yield_point!([0; 40]);
        drop((first, second));
        Ok(())
    }
    let stack = ExitStack::new();
    for round in 0..100 {
        assert_eq!(stack.enter(fails(true)), Err("an error"));
        assert_eq!(
            events(),
            ["make first", "make second", "drop second", "drop first"]
        );
        assert_eq!(stack.len(), round);
        stack.callback(|| ());
    }
}

/// The other way round: where there is no room nothing is acquired.
#[test]
fn without_room_for_it_a_context_is_not_entered() {
    #[context_manager]
    fn ends_the_process() -> [u8; 10_000] {
        if true {
            process::exit(0);
        }
        yield_point!([0; 10_000]);
    }
    let test = "without_room_for_it_a_context_is_not_entered";
    if child::is_child() {
        let stack = ExitStack::new();
        without_memory(|| stack.enter(ends_the_process()).len());
    } else {
        let output = child::run(test);
        assert!(child::aborted(&output));
        let words = child::stderr(&output);
        assert!(words.contains("memory allocation of"), "{words}");
    }
}

/// A million of them ask for memory a few times, and not for a second time within one call: what was
/// given to the stack is then in its place already.
#[test]
fn functions_and_values_are_registered_with_one_allocation_at_most() {
    fn count<Q>(f: impl FnOnce() -> Q) -> usize {
        ALLOCATIONS.set(0);
        f();
        ALLOCATIONS.get()
    }
    let stack = ExitStack::new();
    let mut all = 0;
    for number in 0..1_000_000_u64 {
        let allocations = match number % 3 {
            0 => count(|| stack.callback(move || assert!(number < 1_000_000))),
            1 => count(|| stack.push(move |_| assert!(number < 1_000_000))),
            _ => count(|| *stack.adopt(number, |number, _| assert_eq!(number, 7)) = 7),
        };
        assert!(allocations <= 1);
        all += allocations;
    }
    assert!((10..64).contains(&all), "{all}");
    stack.close().unwrap();
}

#[test]
fn closing_needs_no_memory_but_for_errors() {
    let mut stack = ExitStack::new();
    for number in 0..1000_u64 {
        stack.callback(move || assert!(number < 1000));
        stack.push(move |exit: Exit<'_>| assert!(exit.is_completed() && number < 1000));
        stack.try_callback(move || {
            if number < 1000 {
                Ok(())
            } else {
                Err("too many")
            }
        });
        *stack.adopt(number, |number, _| assert_eq!(number, 7)) = 7;
        let key = stack.hold(move || assert!(number < 1000));
        if number % 2 == 0 {
            let _disarmed = without_memory(|| stack.take(key));
        }
    }
    assert!(without_memory(|| stack.close()).is_ok());
}
