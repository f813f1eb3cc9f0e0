//! The search of `Exhaust`: which runs there are, and which of them have gone wrong, as a second
//! reckoning says that goes through the same scenarios on paper.

mod support;

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Write;
use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use guard_core::Guard;
use guard_core::testing::{Exhaust, Faults, Injected, Outcome};
use proptest::prelude::*;
use support::driven::{driven, turns};

/// A step of a scenario. The numbers are names.
#[derive(Clone, Debug)]
enum Step {
    Point(u8),
    ErrorPoint(u8),
    Await,
    Twice(Vec<Step>),
    /// An error comes to its end here.
    Swallow(Vec<Step>),
    /// So does a panic.
    Catch(Vec<Step>),
    /// With a guard, which is exited or dropped.
    Held(u8, Vec<Step>),
    /// With a resource that is closed only where all goes well.
    Leaky(Vec<Step>),
    /// An error that is kept until the end, and forgotten if there is another.
    Deferred(u8, Vec<Step>),
}

fn name(number: u8) -> String {
    // One is the end of the other: reports must not take them for the same.
    ["a", "b", "b.a", "c a"][usize::from(number)].to_owned()
}

async fn perform(steps: &[Step], faults: &Faults) -> Result<(), Injected> {
    for step in steps {
        Box::pin(step.perform(faults)).await?;
    }
    Ok(())
}

impl Step {
    async fn perform(&self, faults: &Faults) -> Result<(), Injected> {
        match self {
            Step::Point(number) => faults.point(&name(*number)),
            Step::ErrorPoint(number) => faults.error_point(&name(*number)),
            Step::Await => {
                turns(1).await;
                Ok(())
            }
            Step::Twice(steps) => {
                perform(steps, faults).await?;
                perform(steps, faults).await
            }
            Step::Swallow(steps) => {
                let _ = perform(steps, faults).await;
                Ok(())
            }
            Step::Catch(steps) => {
                let performed = AssertUnwindSafe(perform(steps, faults)).catch_unwind();
                performed.await.unwrap_or(Ok(()))
            }
            Step::Held(number, steps) => {
                let guard = faults.resource(&name(*number)).enter()?;
                perform(steps, faults).await?;
                Guard::exit(guard)
            }
            Step::Leaky(steps) => {
                let handle = faults.tracker().handle("leaky");
                perform(steps, faults).await?;
                handle.close();
                Ok(())
            }
            Step::Deferred(number, steps) => {
                let first = faults.error_point(&name(*number));
                perform(steps, faults).await?;
                first
            }
        }
    }
}

/// What a run comes to, in order.
#[derive(Clone, Debug, PartialEq)]
enum Event {
    Hit { place: String, may_panic: bool },
    Pending(usize),
    Fault,
}

/// How a step has ended on paper.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Flow {
    Ok,
    Failed,
    Panicked,
    Cancelled,
    /// Cancelled, and something panicked as it was dropped.
    CancelledPanicking,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Planned {
    faults: Vec<(String, &'static str)>,
    cancel: Option<usize>,
}

impl Planned {
    fn with(&self, place: &str, kind: &'static str) -> Self {
        let mut plan = self.clone();
        plan.faults.push((place.to_owned(), kind));
        plan
    }

    fn len(&self) -> usize {
        self.faults.len() + usize::from(self.cancel.is_some())
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for (place, kind) in &self.faults {
            write!(text, ",{place}={kind}").expect("it is memory");
        }
        if let Some(nth) = self.cancel {
            write!(text, ",cancel={nth}").expect("it is memory");
        }
        text.trim_start_matches(',').to_owned()
    }
}

/// A run on paper.
#[derive(Debug)]
struct Paper<'p> {
    plan: &'p Planned,
    panics_while_unwinding: bool,
    times: HashMap<String, usize>,
    events: Vec<Event>,
    pending: usize,
    unwinding: bool,
    errors: usize,
    panics: usize,
    /// What the hook is told, and how many of these are errors.
    lost: usize,
    lost_errors: usize,
    leaks: usize,
}

impl<'p> Paper<'p> {
    fn of(steps: &[Step], plan: &'p Planned, panics_while_unwinding: bool) -> (Self, Flow) {
        let mut paper = Paper {
            plan,
            panics_while_unwinding,
            times: HashMap::new(),
            events: Vec::new(),
            pending: 0,
            unwinding: false,
            errors: 0,
            panics: 0,
            lost: 0,
            lost_errors: 0,
            leaks: 0,
        };
        let flow = paper.all(steps);
        (paper, flow)
    }

    fn all(&mut self, steps: &[Step]) -> Flow {
        let mut steps = steps.iter().map(|step| self.step(step));
        steps.find(|flow| *flow != Flow::Ok).unwrap_or(Flow::Ok)
    }

    fn step(&mut self, step: &Step) -> Flow {
        match step {
            Step::Point(number) => self.hit(&name(*number), true),
            Step::ErrorPoint(number) => self.hit(&name(*number), false),
            Step::Await => self.pending(),
            Step::Twice(steps) => match self.all(steps) {
                Flow::Ok => self.all(steps),
                flow => flow,
            },
            Step::Swallow(steps) => match self.all(steps) {
                Flow::Failed => Flow::Ok,
                flow => flow,
            },
            Step::Catch(steps) => match self.all(steps) {
                Flow::Panicked => {
                    self.unwinding = false;
                    Flow::Ok
                }
                flow => flow,
            },
            Step::Held(number, steps) => self.held(&name(*number), steps),
            Step::Leaky(steps) => {
                let flow = self.all(steps);
                self.leaks += usize::from(flow != Flow::Ok);
                flow
            }
            Step::Deferred(number, steps) => {
                let first = self.hit(&name(*number), false);
                match self.all(steps) {
                    Flow::Ok => first,
                    flow => flow,
                }
            }
        }
    }

    fn hit(&mut self, site: &str, may: bool) -> Flow {
        let times = self.times.entry(site.to_owned()).or_default();
        *times += 1;
        let place = format!("{site}#{times}");
        let may_panic = may && (self.panics_while_unwinding || !self.unwinding);
        let planned = self.plan.faults.iter().find(|(at, _)| *at == place);
        self.events.push(Event::Hit { place, may_panic });
        match planned {
            Some((_, "error")) => {
                self.events.push(Event::Fault);
                self.errors += 1;
                Flow::Failed
            }
            Some(_) if may_panic => {
                self.events.push(Event::Fault);
                self.panics += 1;
                self.unwinding = true;
                Flow::Panicked
            }
            _ => Flow::Ok,
        }
    }

    fn pending(&mut self) -> Flow {
        self.pending += 1;
        self.events.push(Event::Pending(self.pending));
        if self.plan.cancel == Some(self.pending) {
            self.events.push(Event::Fault);
            return Flow::Cancelled;
        }
        Flow::Ok
    }

    fn held(&mut self, name: &str, steps: &[Step]) -> Flow {
        let entered = self.hit(&format!("{name}.enter"), true);
        if entered != Flow::Ok {
            return entered;
        }
        let body = self.all(steps);
        let exit = self.hit(&format!("{name}.exit"), true);
        match (body, exit) {
            (Flow::Ok, exit) => return exit,
            (_, Flow::Failed) => {
                self.lost += 1;
                self.lost_errors += 1;
            }
            (Flow::Panicked | Flow::CancelledPanicking, Flow::Panicked) => self.lost += 1,
            (Flow::Failed, Flow::Panicked) => return Flow::Panicked,
            (Flow::Cancelled, Flow::Panicked) => return Flow::CancelledPanicking,
            _ => {}
        }
        body
    }

    /// Whether a report has to tell of this run.
    fn is_wrong(&self, flow: Flow, may_recover: bool) -> bool {
        let told = match flow {
            Flow::Ok => (self.errors + self.panics == 0) || self.lost > 0,
            Flow::Failed => self.errors == 1 + self.lost_errors,
            _ => true,
        };
        self.leaks > 0 || !(told || may_recover)
    }

    /// The plans that follow: one thing more goes wrong, after the last one that has.
    fn following(&self, panics: bool) -> Vec<Planned> {
        let last = self.events.iter().rposition(|event| *event == Event::Fault);
        let mut plans = Vec::new();
        for event in &self.events[last.map_or(0, |last| last + 1)..] {
            match event {
                Event::Hit { place, may_panic } => {
                    plans.push(self.plan.with(place, "error"));
                    if *may_panic && panics {
                        plans.push(self.plan.with(place, "panic"));
                    }
                }
                Event::Pending(nth) => plans.push(Planned {
                    cancel: Some(*nth),
                    ..self.plan.clone()
                }),
                Event::Fault => unreachable!("this was the last"),
            }
        }
        plans
    }
}

/// How the search is told to go.
#[derive(Clone, Copy, Debug)]
struct Settings {
    together: usize,
    panics: bool,
    panics_while_unwinding: bool,
    may_recover: bool,
}

impl Settings {
    fn exhaust<'a>(self) -> Exhaust<'a> {
        let mut exhaust = Exhaust::new().together(self.together);
        if !self.panics {
            exhaust = exhaust.without_panics();
        }
        if self.panics_while_unwinding {
            exhaust = exhaust.panics_while_unwinding();
        }
        if self.may_recover {
            exhaust = exhaust.may_recover();
        }
        exhaust
    }
}

/// What is known of a run in either reckoning: its plan, its end, and how much the hook was told.
type Known = (String, String, usize);

/// All runs, and the plans of those that have gone wrong.
#[derive(Debug, Default)]
struct Reckoning {
    runs: Vec<Known>,
    wrong: Vec<String>,
    awaits: usize,
    sites: usize,
}

impl Reckoning {
    fn of(steps: &[Step], settings: Settings) -> Self {
        let mut reckoning = Reckoning::default();
        let mut sites = Vec::new();
        reckoning.reckon(steps, settings, &Planned::default(), &mut sites);
        sites.sort();
        sites.dedup();
        reckoning.sites = sites.len();
        reckoning.runs.sort();
        reckoning.wrong.sort();
        reckoning
    }

    fn reckon(
        &mut self,
        steps: &[Step],
        settings: Settings,
        plan: &Planned,
        sites: &mut Vec<String>,
    ) {
        let (paper, flow) = Paper::of(steps, plan, settings.panics_while_unwinding);
        let end = match flow {
            Flow::Ok => "Completed",
            Flow::Failed => "Failed",
            Flow::Panicked | Flow::CancelledPanicking => "Panicked",
            Flow::Cancelled => "Dropped",
        };
        self.runs.push((plan.text(), end.to_owned(), paper.lost));
        self.awaits = self.awaits.max(paper.pending);
        sites.extend(paper.times.keys().cloned());
        if paper.is_wrong(flow, settings.may_recover) {
            self.wrong.push(plan.text());
        } else if plan.len() < settings.together {
            for plan in paper.following(settings.panics) {
                self.reckon(steps, settings, &plan, sites);
            }
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    let leaf = prop_oneof![
        3 => (0..4_u8).prop_map(Step::Point),
        1 => (0..4_u8).prop_map(Step::ErrorPoint),
        2 => Just(Step::Await),
    ];
    leaf.prop_recursive(3, 8, 3, |step| {
        let steps = || prop::collection::vec(step.clone(), 0..3);
        prop_oneof![
            1 => steps().prop_map(Step::Twice),
            1 => steps().prop_map(Step::Swallow),
            1 => steps().prop_map(Step::Catch),
            3 => (0..4_u8, steps()).prop_map(|(number, steps)| Step::Held(number, steps)),
            1 => steps().prop_map(Step::Leaky),
            2 => (0..4_u8, steps()).prop_map(|(number, steps)| Step::Deferred(number, steps)),
        ]
    })
}

fn settings() -> impl Strategy<Value = Settings> {
    (0..4_usize, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(together, panics, panics_while_unwinding, may_recover)| Settings {
            together,
            panics,
            panics_while_unwinding,
            may_recover,
        },
    )
}

/// After so many runs that have gone wrong the search stops.
const ENOUGH: usize = 20;

fn compare(steps: &[Step], settings: Settings) -> Result<(), TestCaseError> {
    let expected = Reckoning::of(steps, settings);
    prop_assume!(expected.runs.len() < 1_000);
    let runs = RefCell::new(Vec::new());
    let exhaust = settings.exhaust().after_each(|ran| {
        let end = match ran.outcome() {
            Outcome::Failed(_) => "Failed".to_owned(),
            outcome => outcome.to_string(),
        };
        let known: Known = (ran.plan().to_string(), end, ran.lost().len());
        runs.borrow_mut().push(known);
    });
    let found = exhaust.check_async(async |faults| perform(steps, faults).await);
    let mut runs = runs.into_inner();
    let faults = |(plan, _, _): &Known| plan.matches('=').count();
    prop_assert!(runs.is_sorted_by_key(faults), "{:?}", runs);
    runs.sort();
    if expected.wrong.len() >= ENOUGH {
        let report = found.expect_err("many runs have gone wrong");
        prop_assert_eq!(report.plans().count(), ENOUGH);
        prop_assert!(runs.iter().all(|run| expected.runs.contains(run)));
        return Ok(());
    }
    prop_assert_eq!(runs, expected.runs);
    let vacuous = expected.sites + expected.awaits == 0;
    prop_assert_eq!(
        found.is_err(),
        vacuous || !expected.wrong.is_empty(),
        "{:?}",
        found
    );
    let (summary, mut wrong) = match &found {
        Ok(summary) => (summary, Vec::new()),
        Err(report) => (
            report.summary(),
            report.plans().map(ToString::to_string).collect(),
        ),
    };
    wrong.sort();
    prop_assert_eq!(wrong, expected.wrong);
    prop_assert_eq!(summary.awaits(), expected.awaits);
    prop_assert_eq!(summary.sites().count(), expected.sites);
    prop_assert_eq!((summary.missed(), summary.left_out()), (0, 0));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_runs_are_those_that_are_reckoned(
        steps in prop::collection::vec(step(), 0..4),
        settings in settings(),
    ) {
        compare(&steps, settings)?;
    }

    #[test]
    fn a_scenario_that_is_not_async_has_the_same_runs(
        steps in prop::collection::vec(step(), 0..4),
        settings in settings(),
    ) {
        let count = |steps: &[Step]| -> Vec<String> {
            let mut plans = Vec::new();
            let exhaust = settings.exhaust().after_each(|ran| plans.push(ran.plan().to_string()));
            drop(exhaust.check(|faults| driven(perform(steps, faults)).0));
            plans
        };
        let mut awaited = Vec::new();
        let exhaust = settings.exhaust().after_each(|ran| awaited.push(ran.plan().to_string()));
        let without = without_awaits(&steps);
        drop(exhaust.check_async(async |faults| perform(&without, faults).await));
        // What is awaited within it is nobody else's business.
        prop_assert_eq!(count(&steps), &awaited[..]);
        prop_assert_eq!(count(&without), awaited);
    }

    #[test]
    fn so_many_runs_at_most(
        steps in prop::collection::vec(step(), 0..4),
        settings in settings(),
        limit in 0..20_usize,
    ) {
        let expected = Reckoning::of(&steps, settings);
        let mut runs = 0;
        let exhaust = settings.exhaust().at_most(limit).after_each(|_| runs += 1);
        let found = exhaust.check_async(async |faults| perform(&steps, faults).await);
        prop_assert_eq!(runs, limit.min(expected.runs.len()));
        if let Ok(summary) = found {
            prop_assert_eq!(summary.runs(), runs);
            prop_assert_eq!(summary.left_out() > 0, runs < expected.runs.len());
        }
    }
}

fn without_awaits(steps: &[Step]) -> Vec<Step> {
    let steps = steps.iter().filter(|step| !matches!(step, Step::Await));
    let without = |step: &Step| match step {
        Step::Twice(steps) => Step::Twice(without_awaits(steps)),
        Step::Swallow(steps) => Step::Swallow(without_awaits(steps)),
        Step::Catch(steps) => Step::Catch(without_awaits(steps)),
        Step::Held(number, steps) => Step::Held(*number, without_awaits(steps)),
        Step::Leaky(steps) => Step::Leaky(without_awaits(steps)),
        Step::Deferred(number, steps) => Step::Deferred(*number, without_awaits(steps)),
        step => step.clone(),
    };
    steps.map(without).collect()
}
