use std::collections::BTreeMap;
use std::vec::Vec;

use super::Leak;

/// The leak that blocks of these sizes are.
pub(super) fn leak(alive: &[usize]) -> Option<Leak> {
    let mut sizes = BTreeMap::<usize, usize>::new();
    for size in alive {
        *sizes.entry(*size).or_default() += 1;
    }
    (!alive.is_empty()).then(|| Leak::Allocations {
        blocks: alive.len(),
        bytes: alive.iter().sum(),
        sizes: Vec::from_iter(sizes),
    })
}
