//! **The third of three cannot be opened.** The first two are in a list that is forgotten when `?`
//! leaves. Met with shards, replicas and pools. Found by an error at the second `open`.

use std::io;

use guard_core::testing::{Faults, Handle};
use guard_core::{ExitErrors, ExitStack};

const SHARDS: [&str; 3] = ["shard 0", "shard 1", "shard 2"];

fn open(shard: &str, faults: &Faults) -> io::Result<Handle> {
    faults.point("open")?;
    Ok(faults.tracker().handle(shard))
}

pub(crate) fn buggy(faults: &Faults) -> io::Result<()> {
    let mut shards = Vec::new();
    for shard in SHARDS {
        shards.push(open(shard, faults)?);
    }
    for shard in &shards {
        shard.touch();
    }
    for shard in shards {
        shard.close();
    }
    Ok(())
}

pub(crate) fn mended(faults: &Faults) -> Result<(), ExitErrors> {
    ExitStack::scope(|stack| {
        for shard in SHARDS {
            let shard = open(shard, faults)?;
            stack
                .adopt(shard, |shard, exit| shard.close_with(exit))
                .touch();
        }
        Ok::<_, io::Error>(())
    })
}
