//! Counts what each measured function allocates, in a program of its own: an allocator that counts
//! would be counted among the instructions of the others.
//!
//! Prints a line for each function: its name, and per round the allocations and the bytes.

use std::alloc::System;

use guard_benches::cases::{self, World};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    for (measured, _) in cases::functions() {
        let world = World::default();
        (measured.round)(&world);
        let region = Region::new(ALLOCATOR);
        (measured.round)(&world);
        let change = region.change();
        let allocations = change.allocations + change.reallocations;
        println!(
            "{}\t{allocations}\t{}",
            measured.name, change.bytes_allocated
        );
    }
}
