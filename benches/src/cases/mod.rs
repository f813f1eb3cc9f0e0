//! What is measured: pairs of functions that do the same work, ours and a peer's.

mod futures;
mod guards;
mod stacks;
mod world;

pub use world::World;

use std::collections::BTreeMap;

use crate::row::Bar;

/// One side of a [`Comparison`]: a function that enters and exits once, or as often as the
/// [`Comparison`] says.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// By which another process is told to run it.
    pub name: &'static str,
    /// Does it.
    pub round: fn(&World),
}

/// Two functions that do the same work.
#[derive(Clone, Copy, Debug)]
pub struct Comparison {
    /// The part of the table that this belongs to.
    pub section: &'static str,
    /// What is measured.
    pub what: &'static str,
    /// Whom it is measured against.
    pub against: &'static str,
    /// What ours does.
    pub ours: Measured,
    /// What the peer does.
    pub theirs: Measured,
    /// How many times a round does what is measured: the entries of a stack.
    pub times: u64,
    /// What is asked of the two.
    pub bar: Option<Bar>,
    /// How often ours may allocate in a round.
    pub allocations: u64,
}

/// Two things that serve the same end, and their bytes.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// What is ours.
    pub what: &'static str,
    /// Its bytes.
    pub ours: usize,
    /// What serves the same end.
    pub against: &'static str,
    /// Its bytes.
    pub theirs: usize,
}

/// The sizes of all there is to hold.
#[must_use]
pub fn sizes() -> Vec<Size> {
    [guards::sizes(), stacks::sizes(), futures::sizes()].concat()
}

/// How often a task is woken that enters, works and exits, each of which waits three times: ours, and
/// by hand.
#[must_use]
pub fn wake_ups() -> (u64, u64) {
    futures::wake_ups()
}

/// All of them, in the order of the table.
#[must_use]
pub fn comparisons() -> Vec<Comparison> {
    [
        guards::comparisons(),
        stacks::comparisons(),
        futures::comparisons(),
    ]
    .concat()
}

/// All functions that are measured, each once, with how many times a round of it does its work.
#[must_use]
pub fn functions() -> Vec<(Measured, u64)> {
    let all = comparisons().into_iter().flat_map(|comparison| {
        [comparison.ours, comparison.theirs].map(|side| (side.name, (side, comparison.times)))
    });
    all.collect::<BTreeMap<_, _>>().into_values().collect()
}

/// The function of this name.
#[must_use]
pub fn find(name: &str) -> Option<Measured> {
    let all = functions().into_iter().map(|(measured, _)| measured);
    all.into_iter().find(|measured| measured.name == name)
}

/// Runs `round` as often as `rounds` says. Neither is known to the other.
pub fn repeat(round: fn(&World), rounds: u64) {
    let world = World::default();
    for _ in 0..rounds {
        round(&world);
    }
}

/// Names a function by its path.
macro_rules! measured {
    ($($function:tt)*) => {
        $crate::cases::Measured {
            name: std::any::type_name_of_val(&$($function)*),
            round: $($function)*,
        }
    };
}
use measured;
