//! What a context manager and its one use add to a stripped program.

use std::{fs, io};

use super::kinds::Kind;
use super::project::Workspace;
use super::{Options, SECTION, per_function};
use crate::row::Row;

pub(super) fn rows(workspace: &Workspace, options: &Options) -> io::Result<Vec<Row>> {
    let by_hand = size(workspace, Kind::ByHand, options.functions)?;
    let mut rows = Vec::new();
    for kind in Kind::OURS {
        rows.push(Row {
            section: SECTION,
            what: format!(
                "code of a context manager and its use, release, {}",
                kind.title()
            ),
            against: Kind::ByHand.title().to_owned(),
            unit: "bytes",
            ours: size(workspace, kind, options.functions)?,
            theirs: by_hand,
            bar: None,
            beside: Vec::new(),
        });
    }
    Ok(rows)
}

/// The difference that one function makes.
fn size(workspace: &Workspace, kind: Kind, count: usize) -> io::Result<f64> {
    let with = program_size(workspace, kind, count)?;
    let without = program_size(workspace, kind, 0)?;
    Ok(per_function(with, without, count))
}

#[expect(clippy::cast_precision_loss, reason = "programs are smaller than that")]
fn program_size(workspace: &Workspace, kind: Kind, count: usize) -> io::Result<f64> {
    let member = workspace.functions(kind, count)?;
    member.compile(&["build", "--release"])?;
    let file = format!("{}{}", member.name, std::env::consts::EXE_SUFFIX);
    let program = workspace.target().join("release").join(file);
    Ok(fs::metadata(program)?.len() as f64)
}
