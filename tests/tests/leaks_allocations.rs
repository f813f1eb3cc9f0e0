//! `LeakCheck::allocations`, which needs the whole program to have another allocator.

mod support;

use std::hint::black_box;
use std::mem;
use std::thread;

use guard_core::testing::{
    CountingAllocator, Exhaust, Faults, Injected, Leak, LeakCheck, ResourceTracker, isolated,
};
use proptest::collection::vec;
use proptest::prelude::*;
use support::caught;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

fn check() -> LeakCheck {
    LeakCheck::new().allocations()
}

type Found = Option<(usize, usize, Vec<(usize, usize)>)>;

/// What `f` leaves behind, with what it returns still there.
fn left<T>(f: impl FnOnce() -> T) -> Found {
    let watch = check().start();
    let _kept = black_box(f());
    let leaks = watch.finish();
    assert!(leaks.len() <= 1);
    leaks.iter().next().map(|leak| match leak {
        Leak::Allocations {
            blocks,
            bytes,
            sizes,
            ..
        } => (*blocks, *bytes, sizes.clone()),
        other => panic!("{other:?}"),
    })
}

#[test]
fn blocks_that_are_still_there() {
    let boxes = left(|| [Box::new([0_u8; 24]), Box::new([1; 24])]);
    assert_eq!(boxes, Some((2, 48, vec![(24, 2)])));
    assert_eq!(left(|| drop(Box::new([0_u8; 24]))), None);
    assert_eq!(
        left(|| mem::forget(Box::new(7_u64))),
        Some((1, 8, vec![(8, 1)]))
    );
}

#[test]
fn the_report() {
    let message = caught(|| check().in_place(|| mem::forget(vec![0_u8; 24]))).unwrap_err();
    assert_eq!(message, "1 leak\n  1 block of 24 bytes");
    let several = || (Box::new(1_u8), vec![0_u8; 24], vec![0_u8; 24]);
    let message = caught(|| check().in_place(|| mem::forget(several()))).unwrap_err();
    let expected = "1 leak\n  1 block of 1 byte, 2 blocks of 24 bytes: 49 bytes of memory";
    assert_eq!(message, expected);
}

#[test]
fn a_collection_of_before_that_grows() {
    let mut old: Vec<u8> = Vec::with_capacity(10);
    let grown = left(|| old.reserve_exact(30));
    assert_eq!(grown, Some((1, 30, vec![(30, 1)])));
    assert_eq!(left(|| old.shrink_to(5)), None);
}

#[test]
fn what_was_there_before_makes_up_for_nothing() {
    let before = Box::new([0_u8; 24]);
    let leaked = left(move || {
        drop(before);
        Box::new([0_u8; 24])
    });
    assert_eq!(leaked, Some((1, 24, vec![(24, 1)])));
}

#[test]
fn other_threads_have_their_own_books() {
    let (send, receive) = std::sync::mpsc::channel();
    let (go, goes) = std::sync::mpsc::channel();
    let other = thread::spawn(move || {
        for () in goes {
            mem::forget(Box::new([0_u8; 100]));
            send.send(()).expect("received");
        }
    });
    go.send(()).expect("received");
    receive.recv().expect("sent");
    check().in_place(|| ());
    drop(go);
    other.join().expect("no panic");
}

#[test]
fn a_panic_and_its_message_are_no_leak() {
    let outer = check().start();
    let text = caught(|| {
        check().in_place(|| {
            let number = black_box(3);
            std::panic::resume_unwind(Box::new(format!("number {number}")));
        });
    });
    assert_eq!(text, Err("number 3".to_owned()));
    drop(text);
    assert!(outer.finish().is_empty());
}

#[test]
fn a_panic_is_not_reported_beside_itself() {
    if support::child::is_child() {
        let panics = || check().in_place(|| panic!("number {}", black_box(3)));
        assert_eq!(caught(panics), Err("number 3".to_owned()));
        return;
    }
    let output = support::child::run("a_panic_is_not_reported_beside_itself");
    let stderr = support::child::stderr(&output);
    assert!(
        stderr.contains("number 3") && !stderr.contains("1 leak"),
        "{stderr}"
    );
}

#[test]
fn watches_nest_and_are_not_seen_by_one_another() {
    let outer = check().descriptors().threads().start();
    let inner = check().files_in(".").start();
    drop(check().descriptors().start());
    let kept = Box::new(1_u32);
    let leaks = inner.finish();
    assert_eq!(leaks.len(), 1);
    drop(kept);
    // What the kit keeps is not counted.
    let outer = outer.finish();
    assert_eq!(leaks.len(), 1);
    assert!(
        outer
            .iter()
            .all(|leak| !matches!(leak, Leak::Allocations { .. })),
        "{outer}"
    );
}

#[test]
fn what_is_printed_in_a_process_of_its_own_is_no_leak() {
    isolated(|| {
        for _ in 0..100 {
            check().in_place(|| println!("in words that need some room"));
        }
    });
}

#[test]
fn the_books_of_a_tracker_are_no_leak() {
    let tracker = ResourceTracker::new();
    for _ in 0..100 {
        check().in_place(|| {
            tracker.resource("one").with(|_| ());
            let failed = tracker
                .resource("two")
                .try_with(|_| Err::<(), _>("an error"));
            assert_eq!(failed, Err("an error"));
        });
    }
}

/// Forgets a block of its own where the second fault is met.
fn forgets(faults: &Faults) -> Result<(), Injected> {
    let block = Box::new([0_u8; 33]);
    faults.point("first")?;
    if let Err(error) = faults.point("second") {
        mem::forget(block);
        return Err(error);
    }
    Ok(())
}

fn frees(faults: &Faults) -> Result<(), Injected> {
    let block = Box::new([0_u8; 33]);
    faults.point("first")?;
    faults.point("second")?;
    drop(block);
    Ok(())
}

async fn frees_later(faults: &Faults) -> Result<(), Injected> {
    smol::future::yield_now().await;
    frees(faults)
}

fn exhaustive() -> Exhaust<'static> {
    Exhaust::new().leaks(check())
}

#[test]
fn exhaust_finds_the_memory_of_the_scenario() {
    let report = exhaustive().check(forgets).unwrap_err().to_string();
    assert!(report.contains("1 block of 33 bytes"), "{report}");
    assert_eq!(report.matches("left: ").count(), 1, "{report}");
}

#[test]
fn exhaust_does_not_find_memory_of_its_own() {
    for _ in 0..30 {
        let report = exhaustive().check(frees);
        assert!(report.is_ok(), "{}", report.unwrap_err());
        let report = exhaustive().check_async(frees_later);
        assert!(report.is_ok(), "{}", report.unwrap_err());
    }
}

/// What a program does with memory.
#[derive(Clone, Debug)]
enum Step {
    Make(usize),
    Grow(usize, usize),
    Free(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (1..200_usize).prop_map(Step::Make),
        (0..8_usize, 1..300_usize).prop_map(|(at, size)| Step::Grow(at, size)),
        (0..8_usize).prop_map(Step::Free),
    ]
}

fn run(steps: &[Step], blocks: &mut Vec<Vec<u8>>) {
    for step in steps {
        match *step {
            Step::Make(size) => blocks.push(Vec::with_capacity(size)),
            Step::Grow(at, size) if at < blocks.len() => blocks[at].reserve_exact(size),
            Step::Free(at) if at < blocks.len() => drop(blocks.swap_remove(at)),
            Step::Grow(..) | Step::Free(_) => {}
        }
    }
}

proptest! {
    #[test]
    fn the_books_are_those_of_the_model(steps in vec(step(), 0..40)) {
        // Made beforehand, so that the list itself is not counted.
        let mut blocks = Vec::with_capacity(steps.len());
        let watch = check().start();
        run(&steps, &mut blocks);
        let leaks = watch.finish();
        let bytes: usize = blocks.iter().map(Vec::capacity).sum();
        match leaks.iter().next() {
            None => prop_assert!(blocks.is_empty()),
            Some(Leak::Allocations { blocks: count, bytes: found, sizes, .. }) => {
                prop_assert_eq!(*count, blocks.len());
                prop_assert_eq!(*found, bytes);
                let listed: usize = sizes.iter().map(|(size, count)| size * count).sum();
                prop_assert_eq!(listed, bytes);
            }
            Some(other) => prop_assert!(false, "{other}"),
        }
    }
}
