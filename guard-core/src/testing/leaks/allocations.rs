use std::collections::BTreeMap;

use super::Leak;
use crate::testing::ledger::Entries;

/// A block replaced by a larger one leaves the number of blocks as it is.
pub(super) fn leak(entries: Entries) -> Option<Leak> {
    let balance = entries.balance;
    let mut sizes = BTreeMap::<usize, usize>::new();
    for size in entries.sizes {
        *sizes.entry(size).or_default() += 1;
    }
    (balance.blocks > 0 || balance.bytes > 0).then(|| Leak::Allocations {
        blocks: balance.blocks,
        bytes: balance.bytes,
        sizes: sizes.into_iter().collect(),
    })
}
