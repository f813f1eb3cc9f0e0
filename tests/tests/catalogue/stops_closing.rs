//! **The first that cannot be closed keeps the others open.** A loop with `close()?` in it ends at the
//! first error. Met next to the bug before. Found by an error at the first `close`. A stack closes all
//! whatever becomes of each, and returns all errors.

use std::io;

use guard_core::testing::{Faults, Handle};
use guard_core::{ExitErrors, ExitStack};

fn close(shard: &Handle, faults: &Faults) -> io::Result<()> {
    shard.close();
    Ok(faults.point("close")?)
}

pub(crate) fn buggy(faults: &Faults) -> io::Result<()> {
    let shards = [0, 1, 2].map(|n| faults.tracker().handle(&format!("shard {n}")));
    for shard in &shards {
        shard.touch();
    }
    for shard in &shards {
        close(shard, faults)?;
    }
    Ok(())
}

pub(crate) fn mended(faults: &Faults) -> Result<(), ExitErrors> {
    ExitStack::scope(|stack| {
        for n in 0..3 {
            let shard = faults.tracker().handle(&format!("shard {n}"));
            stack.adopt(shard, |shard, _| close(&shard, faults)).touch();
        }
        Ok::<_, io::Error>(())
    })
}
