//! Whether a function costs the same in a small crate and in a large one.

use std::io;

use super::clock::lessen;
use super::kinds::Kind;
use super::project::Workspace;
use super::{Options, SECTION, grouped, per_function};
use crate::row::{Beside, Row};

/// What a crate of so many functions takes to compile, ours and that by hand.
struct Point {
    count: usize,
    ours: f64,
    by_hand: f64,
}

const OURS: Kind = Kind::Both;
const KINDS: [Kind; 2] = [OURS, Kind::ByHand];

/// A crate of so many is measured as often as is asked for, a larger one less often, and a smaller one
/// more often, as little can be seen of ten functions beside what any crate takes.
const FUNCTIONS_OF_A_ROUND: usize = 200;
const MOST_ROUNDS: usize = 10;

/// Releases of larger crates take more than a minute.
const MOST_RELEASED: usize = 1000;

pub(super) fn rows(workspace: &Workspace, options: &Options) -> io::Result<Vec<Row>> {
    let usual = options.functions;
    let counts = [usual / 100, usual / 10, usual, usual * 10];
    let small: Vec<_> = counts
        .into_iter()
        .filter(|count| *count <= MOST_RELEASED)
        .collect();
    let checks = measure(workspace, &counts, options.rounds, &["check", "--lib"])?;
    let releases = measure(
        workspace,
        &small,
        options.rounds,
        &["build", "--lib", "--release"],
    )?;
    let mut rows = compared("check", usual, &checks);
    rows.extend(compared("release build", usual, &releases));
    Ok(rows)
}

/// Each beside the one of the usual size.
fn compared(what: &str, usual: usize, points: &[Point]) -> Vec<Row> {
    let Some(usual) = points.iter().find(|point| point.count == usual) else {
        return Vec::new();
    };
    let others = points.iter().filter(|point| point.count != usual.count);
    others.map(|point| row(what, point, usual)).collect()
}

fn row(what: &str, point: &Point, usual: &Point) -> Row {
    Row {
        section: SECTION,
        what: format!(
            "{what}, a function of {}, {}",
            grouped(point.count),
            OURS.title()
        ),
        against: format!("a function of {}", grouped(usual.count)),
        unit: "µs of CPU",
        ours: point.ours,
        theirs: usual.ours,
        bar: None,
        beside: vec![Beside {
            unit: "µs of CPU by hand",
            ours: point.by_hand,
            theirs: usual.by_hand,
        }],
    }
}

fn measure(
    workspace: &Workspace,
    counts: &[usize],
    rounds: usize,
    how: &[&str],
) -> io::Result<Vec<Point>> {
    for kind in KINDS {
        workspace.functions(kind, 0)?.compile(how)?;
    }
    let empty = seconds(workspace, 0, rounds, how)?;
    let mut points = Vec::new();
    for &count in counts {
        let whole = seconds(workspace, count, rounds, how)?;
        let [ours, by_hand] =
            [0, 1].map(|kind| per_function(whole[kind], empty[kind], count) * 1e6);
        points.push(Point {
            count,
            ours,
            by_hand,
        });
    }
    Ok(points)
}

/// The least time of each kind, which take turns.
fn seconds(
    workspace: &Workspace,
    count: usize,
    rounds: usize,
    how: &[&str],
) -> io::Result<[f64; 2]> {
    let mut least = [None; 2];
    let repeats = (rounds * FUNCTIONS_OF_A_ROUND / count.max(1)).clamp(1, MOST_ROUNDS);
    for _ in 0..repeats {
        for (kind, least) in KINDS.into_iter().zip(&mut least) {
            let member = workspace.functions(kind, count)?;
            member.forget()?;
            member.write("lib.rs", &kind.source(count))?;
            lessen(least, member.time(how)?);
        }
    }
    Ok(least.map(|time| time.map_or(0.0, |time| time.cpu)))
}
