//! Cold builds of everything that a crate with one dependency needs.

use std::io;

use super::clock::{CPU_SECONDS, Time, lessen, time};
use super::project::{Member, Workspace, packages};
use super::{Options, SECTION};
use crate::row::{Beside, Row};

const OURS: &str = "guard-core";
const PEERS: [&str; 3] = ["tracing", "async-trait", "scopeguard"];

/// What it takes to compile a tree from nothing.
struct Cold {
    time: Time,
    crates: usize,
}

pub(super) fn rows(workspace: &Workspace, options: &Options) -> io::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for command in ["check", "build"] {
        let names = [&[OURS][..], &PEERS].concat();
        let cold = measure(workspace, &names, command, options.rounds.div_ceil(3))?;
        if let [ours, peers @ ..] = &cold[..] {
            rows.extend(
                PEERS
                    .iter()
                    .zip(peers)
                    .map(|(peer, theirs)| row(command, ours, peer, theirs)),
            );
        }
    }
    Ok(rows)
}

#[expect(clippy::cast_precision_loss, reason = "no tree has so many crates")]
fn row(command: &str, ours: &Cold, peer: &str, theirs: &Cold) -> Row {
    let crates = Beside {
        unit: "crates",
        ours: ours.crates as f64,
        theirs: theirs.crates as f64,
    };
    Row {
        section: SECTION,
        what: format!("cold {command} of all that {OURS} needs"),
        against: peer.to_owned(),
        unit: CPU_SECONDS,
        ours: ours.time.cpu,
        theirs: theirs.time.cpu,
        bar: None,
        beside: vec![ours.time.walls(theirs.time), crates],
    }
}

fn measure(
    workspace: &Workspace,
    names: &[&str],
    command: &str,
    rounds: usize,
) -> io::Result<Vec<Cold>> {
    let mut members = Vec::new();
    for name in names {
        let crate_name = format!("needs_{}", name.replace('-', "_"));
        let member = workspace.member(crate_name, Some(name), "")?;
        members.push((member, None, 0));
    }
    for _ in 0..rounds {
        for (member, least, crates) in &mut members {
            let (time, count) = cold(workspace, member, command)?;
            lessen(least, time);
            *crates = count;
        }
    }
    let measured = members.into_iter().filter_map(|(_, least, crates)| {
        Some(Cold {
            time: least?,
            crates,
        })
    });
    Ok(measured.collect())
}

/// How long, and how many crates, the crate itself not counted.
fn cold(workspace: &Workspace, member: &Member<'_>, command: &str) -> io::Result<(Time, usize)> {
    let mut cargo = member.command(&[command, "--lib", "--message-format=json"]);
    let (time, output) = time(cargo.env("CARGO_TARGET_DIR", workspace.empty_target()?))?;
    let messages = String::from_utf8_lossy(&output.stdout);
    Ok((time, packages(&messages).saturating_sub(1)))
}
