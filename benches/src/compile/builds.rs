//! Checks and builds of the generated crates, and the same again after an edit.

use std::io;

use super::clock::{CPU_SECONDS, Time};
use super::kinds::Kind;
use super::project::{Member, Workspace};
use super::{Options, SECTION, grouped};
use crate::row::{Bar, Known, Limit, Row};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Check,
    CheckAgain,
    Debug,
    DebugAgain,
    Release,
}

impl Step {
    const ALL: [Step; 5] = [
        Step::Check,
        Step::Release,
        Step::Debug,
        Step::CheckAgain,
        Step::DebugAgain,
    ];

    fn command(self) -> &'static [&'static str] {
        match self {
            Step::Check | Step::CheckAgain => &["check", "--lib"],
            Step::Debug | Step::DebugAgain => &["build", "--lib"],
            Step::Release => &["build", "--lib", "--release"],
        }
    }

    /// The same after one function was edited, where the compiler has kept something for it.
    fn again(self) -> Option<Step> {
        match self {
            Step::Check => Some(Step::CheckAgain),
            Step::Debug => Some(Step::DebugAgain),
            _ => None,
        }
    }

    /// Builds take long, and most of what can be measured of one can in one round.
    fn rounds(self, asked: usize) -> usize {
        match self {
            Step::Check | Step::CheckAgain => asked,
            _ => asked.div_ceil(3),
        }
    }

    fn title(self) -> &'static str {
        match self {
            Step::Check => "check",
            Step::CheckAgain => "check after an edit",
            Step::Debug => "debug build",
            Step::DebugAgain => "debug build after an edit",
            Step::Release => "release build",
        }
    }

    /// What it is known to be, with room for what two builds of the same vary by.
    fn known(self, peer: Kind) -> f64 {
        match (self, peer) {
            (Step::Release, Kind::ByHand) => 12.0,
            (Step::Release, _) => 2.8,
            (_, Kind::ByHand) => 6.0,
            _ => 1.7,
        }
    }

    /// Below 1.5 of what is written by hand, and below tracing's, where that is asked for.
    fn bar(self, peer: Kind) -> Option<Bar> {
        match (self, peer) {
            (Step::Check | Step::Release, Kind::ByHand) => Some(Bar::of(Limit::Below(1.5))),
            (Step::Check | Step::Release, Kind::Tracing) => Some(Bar::of(Limit::Below(1.0))),
            _ => None,
        }
        .map(|bar| bar.missed_by(Known::Ratio(self.known(peer))))
    }
}

/// The least time of each.
#[derive(Default)]
struct Times(Vec<(Kind, Step, Time)>);

impl Times {
    fn note(&mut self, kind: Kind, step: Step, time: Time) {
        let known = self
            .0
            .iter_mut()
            .find(|known| (known.0, known.1) == (kind, step));
        match known {
            Some((_, _, least)) => *least = least.least(time),
            None => self.0.push((kind, step, time)),
        }
    }

    fn of(&self, kind: Kind, step: Step) -> Option<Time> {
        let known = self
            .0
            .iter()
            .find(|known| (known.0, known.1) == (kind, step));
        known.map(|(_, _, time)| *time)
    }

    fn row(&self, step: Step, ours: Kind, peer: Kind, count: usize) -> Option<Row> {
        let (our, their) = (self.of(ours, step)?, self.of(peer, step)?);
        Some(Row {
            section: SECTION,
            what: format!(
                "{}, {} functions, {}",
                step.title(),
                grouped(count),
                ours.title()
            ),
            against: peer.title().to_owned(),
            unit: CPU_SECONDS,
            ours: our.cpu,
            theirs: their.cpu,
            bar: step.bar(peer),
            beside: vec![our.walls(their)],
        })
    }
}

pub(super) fn rows(workspace: &Workspace, options: &Options) -> io::Result<Vec<Row>> {
    let count = options.functions;
    let times = measure(workspace, options)?;
    let peers = [Kind::ByHand, Kind::Tracing, Kind::AsyncTrait];
    let pairs = Step::ALL.into_iter().flat_map(|step| {
        Kind::OURS
            .into_iter()
            .flat_map(move |ours| peers.map(|peer| (step, ours, peer)))
    });
    Ok(pairs
        .filter(|(_, ours, peer)| *peer != Kind::AsyncTrait || *ours == Kind::With)
        .filter_map(|(step, ours, peer)| times.row(step, ours, peer, count))
        .collect())
}

fn measure(workspace: &Workspace, options: &Options) -> io::Result<Times> {
    let mut members = Vec::new();
    for kind in Kind::ALL {
        // The first time is for what it depends on.
        workspace.functions(kind, 0)?.compile(&["check", "--lib"])?;
        workspace.functions(kind, 0)?.compile(&["build", "--lib"])?;
        workspace
            .functions(kind, 0)?
            .compile(&["build", "--lib", "--release"])?;
        members.push((kind, workspace.functions(kind, options.functions)?));
    }
    let mut times = Times::default();
    for step in [Step::Check, Step::Debug, Step::Release] {
        for _ in 0..step.rounds(options.rounds) {
            for (kind, member) in &members {
                measure_one(&mut times, *kind, member, step, options.functions)?;
            }
        }
    }
    Ok(times)
}

fn measure_one(
    times: &mut Times,
    kind: Kind,
    member: &Member<'_>,
    step: Step,
    count: usize,
) -> io::Result<()> {
    member.forget()?;
    member.write("lib.rs", &kind.source(count))?;
    times.note(kind, step, member.time(step.command())?);
    if let Some(again) = step.again() {
        member.write("lib.rs", &kind.edited(count))?;
        times.note(kind, again, member.time(again.command())?);
    }
    Ok(())
}
