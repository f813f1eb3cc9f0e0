//! What the runs of `Exhaust` are held to that are of contexts and stacks of our own.

use guard_core::testing::{Outcome, Ran};

/// What is on its way out while something is closed.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Forms {
    /// Forms that are given the error of their body, and so can tell of it when they panic.
    Told,
    /// Guards, which are dropped. An error that passes by one is lost to a panic of its exit half, as
    /// it is to that of any destructor: nobody but `?` knows of it.
    Dropped,
}

/// Each error is returned or told to the hook, and so is each panic but the one that goes on.
pub(crate) fn all_are_told(ran: &Ran, forms: Forms) {
    let plan = ran.plan().to_string();
    if plan.contains("cancel=") {
        // What was on its way when the future was dropped has nobody to go to. The hook knows of the
        // exit half that was to pass it on.
        let goes_on = *ran.outcome() == Outcome::Panicked;
        assert!(!plan.contains('#') || goes_on || !ran.lost().is_empty());
        return;
    }
    let (returned, goes_on) = match ran.outcome() {
        Outcome::Failed(error) => (error.as_str(), 0),
        Outcome::Panicked => ("", 1),
        _ => ("", 0),
    };
    let passes = (forms == Forms::Dropped).then(|| plan.rfind("=panic"));
    let known = &plan[passes.flatten().unwrap_or(0)..];
    let errors = known
        .split(',')
        .filter_map(|fault| fault.strip_suffix("=error"));
    for place in errors {
        let told = returned.contains(place) || ran.lost().iter().any(|line| line.contains(place));
        assert!(
            told,
            "{place} is told nowhere: {returned}, {:?}",
            ran.lost()
        );
    }
    let of_panic = |line: &&String| line.contains("panicked, which is lost");
    let lost = ran.lost().iter().filter(of_panic).count();
    let injected = plan.matches("=panic").count();
    assert_eq!(lost + goes_on, injected, "panics: {:?}", ran.lost());
}

/// Each outcome is one that the tables allow: an exit half was told of an error, a panic or of being
/// dropped only where there was one.
pub(crate) fn outcomes_are_allowed(ran: &Ran, may_drop: bool) {
    let plan = ran.plan().to_string();
    for (name, outcome) in ran.tracker().outcomes() {
        let allowed = match &outcome {
            Outcome::Completed => true,
            Outcome::Failed(error) => plan.split(',').any(|fault| {
                let place = fault.strip_suffix("=error");
                place.is_some_and(|place| error.contains(place))
            }),
            Outcome::Panicked => plan.contains("=panic"),
            Outcome::Dropped => may_drop || !plan.is_empty(),
        };
        assert!(allowed, "`{name}` was told {outcome}, in {plan:?}");
    }
}
