//! Guards the promise that a context manager runs, and drops, exactly what the same function with
//! the body written in place of its `yield_point!` would, in the same order.
//!
//! Each shape below is written once and compiled twice: by `#[context_manager]`, and as a plain
//! function in which `yield_point!` is a macro that runs the body on the spot. Both keep a log.

mod support;

use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use guard_core::Exit;
use proptest::prelude::*;
use support::lost::losing;
use support::{Borrows, D, blow_up, caught, d, events, note};

/// What holds the context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    With,
    TryWith,
    EnterMacro,
    WithMacro,
    Guard,
    LocalGuard,
    DroppedGuard,
    DroppedLocalGuard,
}

use Form::{
    DroppedGuard, DroppedLocalGuard, EnterMacro, Guard, LocalGuard, TryWith, With, WithMacro,
};

const FORMS: [Form; 8] = [
    With,
    TryWith,
    EnterMacro,
    WithMacro,
    Guard,
    LocalGuard,
    DroppedGuard,
    DroppedLocalGuard,
];

/// An error of the shapes, which notes when it is converted: by then, all locals are gone.
#[derive(Debug, PartialEq, Eq)]
struct Fault(&'static str);

#[derive(Debug, PartialEq, Eq)]
struct BodyFault(&'static str);

impl From<Fault> for BodyFault {
    fn from(fault: Fault) -> Self {
        note("convert");
        BodyFault(fault.0)
    }
}

thread_local! {
    /// How the body ends.
    static BODY: Cell<Ends> = const { Cell::new(Ends::Well) };
    /// What the twin's `yield_point!` evaluates to if the body comes to its end.
    static EXIT: Cell<Exit<'static>> = const { Cell::new(Exit::Completed) };
    /// The panic of the twin's body, which goes on when the exit half has run.
    static UNWINDING: Cell<Option<Box<dyn std::any::Any + Send>>> = const { Cell::new(None) };
    static DECISIONS: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    Well,
    Failing,
    Panicking,
}

/// The next decision that the case at hand has made for the shape, below `of`.
fn decide(of: u8) -> u8 {
    DECISIONS.with_borrow_mut(|decisions| decisions.pop().unwrap_or(0) % of)
}

fn yes() -> bool {
    decide(2) == 1
}

fn may_fail(what: &'static str) -> Result<D, Fault> {
    if yes() { Err(Fault(what)) } else { Ok(d(what)) }
}

/// The body, the same for both.
fn body<T: Debug>(value: &T) -> Result<(), BodyFault> {
    note(format!("body {value:?}"));
    let _local = d("local of the body");
    match BODY.get() {
        Ends::Well => Ok(()),
        Ends::Failing => Err(BodyFault("body")),
        Ends::Panicking => blow_up("body"),
    }
}

/// What stands in place of a yield: the body. A panic is held back until the exit half has run, as
/// a hand-written guard would do that is declared here and has the rest of the function as `drop`.
fn in_place<T: Debug>(value: &T) -> Exit<'static> {
    match catch_unwind(AssertUnwindSafe(|| body(value))) {
        Ok(_) => EXIT.get(),
        Err(payload) => {
            UNWINDING.set(Some(payload));
            Exit::Panicked
        }
    }
}

macro_rules! yield_in_place {
    () => {
        $crate::in_place(&())
    };
    ($name:ident) => {
        $crate::in_place(&$name)
    };
    ($value:expr) => {{
        let value = $value;
        let exit = $crate::in_place(&value);
        drop(value);
        exit
    }};
}
use yield_in_place;

/// What has been seen of a run.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    events: Vec<String>,
    ending: Result<Result<(), BodyFault>, String>,
}

/// Compiles a shape twice, and makes a test which compares the two in all forms.
macro_rules! shape {
    ($name:ident($($arg:expr),*): fn($($args:tt)*) -> Result<$value:ty> { $($body:tt)* }) => {
        shape!(@ $name, [$($arg),*], [$($args)*], Result<$value, Fault>, Result<(), Fault>, [?],
            { $($body)* });
    };
    ($name:ident($($arg:expr),*): fn($($args:tt)*) -> $value:ty { $($body:tt)* }) => {
        shape!(@ $name, [$($arg),*], [$($args)*], $value, (), [], { $($body)* });
    };
    (@ $name:ident, [$($arg:expr),*], [$($args:tt)*], $returns:ty, $twin:ty, [$($q:tt)?],
        { $($body:tt)* }
    ) => {
        #[allow(
            unused_imports, unused_variables, unused_assignments, unreachable_code, clippy::all, clippy::pedantic,
            reason = "shapes are written for their order, and for two readers"
        )]
        mod $name {
            use super::*;

            mod managed {
                use super::*;
                use guard_core::{context_manager, yield_point};

                #[context_manager]
                pub(super) fn shape($($args)*) -> $returns { $($body)* }
            }

            mod inlined {
                use super::*;
                use super::yield_in_place as yield_point;

                pub(super) fn shape($($args)*) -> $twin { $($body)* }
            }

            forms!([$($q)?], managed::shape($($arg),*), inlined::shape($($arg),*));

            #[test]
            fn drops_as_if_inlined() {
                compare(&managed, &inlined);
            }
        }
    };
}

/// As `shape!`, for a method of [`Own`].
macro_rules! method_shape {
    ($name:ident($own:ident): fn($($args:tt)*) -> Result<$value:ty> { $($body:tt)* }) => {
        method_shape!(@ $name, $own, [$($args)*], Result<$value, Fault>, Result<(), Fault>, [?],
            { $($body)* });
    };
    ($name:ident($own:ident): fn($($args:tt)*) -> $value:ty { $($body:tt)* }) => {
        method_shape!(@ $name, $own, [$($args)*], $value, (), [], { $($body)* });
    };
    (@ $name:ident, $own:ident, [$($args:tt)*], $returns:ty, $twin:ty, [$($q:tt)?],
        { $($body:tt)* }
    ) => {
        #[allow(
            unused_imports, unused_variables, unused_assignments, unreachable_code, clippy::all, clippy::pedantic,
            reason = "shapes are written for their order, and for two readers"
        )]
        mod $name {
            use super::*;

            struct Managed;
            struct Inlined;

            mod of_managed {
                use super::*;
                use guard_core::{context_manager, yield_point};

                impl Own<Managed> {
                    #[context_manager]
                    pub(super) fn shape($($args)*) -> $returns { $($body)* }
                }
            }

            mod of_inlined {
                use super::*;
                use super::yield_in_place as yield_point;

                impl Own<Inlined> {
                    pub(super) fn shape($($args)*) -> $twin { $($body)* }
                }
            }

            forms!([$($q)?], Own::<Managed>::$own().shape(d("arg")), Own::<Inlined>::$own().shape(d("arg")));

            #[test]
            fn drops_as_if_inlined() {
                compare(&managed, &inlined);
            }
        }
    };
}

macro_rules! forms {
    ([$($q:tt)?], $managed:expr, $inlined:expr) => {
        pub(super) fn managed(form: Form) -> Result<(), BodyFault> {
            use guard_core::{Guard, enter, with};
            match form {
                Form::With => { let _ = $managed.with(|value| body(value))$($q)?; }
                Form::TryWith => $managed.try_with(|value| body(value))?,
                Form::EnterMacro => {
                    enter!(value = $managed $($q)?);
                    let _ = body(value);
                }
                Form::WithMacro => {
                    with!(value = $managed $($q)? => {
                        let _ = body(value);
                    });
                }
                Form::Guard => {
                    let guard = $managed.enter()$($q)?;
                    let _ = body(&*guard);
                    Guard::exit(guard)$($q)?;
                }
                Form::LocalGuard => {
                    let guard = $managed.enter_local()$($q)?;
                    let _ = body(&*guard);
                    Guard::exit(guard)$($q)?;
                }
                Form::DroppedGuard => {
                    let guard = $managed.enter()$($q)?;
                    let _ = body(&*guard);
                }
                Form::DroppedLocalGuard => {
                    let guard = $managed.enter_local()$($q)?;
                    let _ = body(&*guard);
                }
            }
            Ok(())
        }

        pub(super) fn inlined() -> Result<(), BodyFault> {
            let result = $inlined;
            if let Some(payload) = UNWINDING.take() {
                resume_unwind(payload);
            }
            // A fallible shape's error is converted where it is returned.
            $( Ok::<_, BodyFault>(result)$q?; )?
            Ok(())
        }
    };
}

fn observe(run: impl FnOnce() -> Result<(), BodyFault>) -> Seen {
    let ending = caught(run);
    Seen {
        events: events(),
        ending,
    }
}

/// What is compared, and for which decisions.
fn compare(
    managed: &dyn Fn(Form) -> Result<(), BodyFault>,
    inlined: &dyn Fn() -> Result<(), BodyFault>,
) {
    for form in FORMS {
        for ends in [Ends::Well, Ends::Failing, Ends::Panicking] {
            // All that a shape can decide: no shape here decides more than four times for long.
            for code in 0..81_u8 {
                let decisions = [code / 27, code / 9 % 3, code / 3 % 3, code % 3];
                compare_one(form, ends, &decisions, managed, inlined);
            }
        }
    }
}

fn compare_one(
    form: Form,
    ends: Ends,
    decisions: &[u8],
    managed: &dyn Fn(Form) -> Result<(), BodyFault>,
    inlined: &dyn Fn() -> Result<(), BodyFault>,
) {
    BODY.set(ends);
    EXIT.set(match (form, ends) {
        (With | WithMacro | Guard | LocalGuard, _) | (TryWith, Ends::Well) => Exit::Completed,
        (TryWith, _) => Exit::Failed(&BodyFault("body")),
        _ => Exit::Dropped,
    });
    DECISIONS.set(decisions.to_vec());
    let mut expected = observe(inlined);
    DECISIONS.set(decisions.to_vec());
    let (mut seen, lost) = losing(|| observe(|| managed(form)));
    DECISIONS.take();

    // What becomes of errors is the matter of `outcomes`: here the order is.
    let entered = expected
        .events
        .iter()
        .any(|event| event.starts_with("body"));
    if entered && expected.ending.is_err() {
        assert_eq!(
            seen.ending, expected.ending,
            "{form:?} {ends:?} {decisions:?}"
        );
    }
    let dropped = matches!(form, EnterMacro | DroppedGuard | DroppedLocalGuard);
    if entered && (dropped || (form == TryWith && ends == Ends::Failing) || ends == Ends::Panicking)
    {
        // The shape's error went to the hook, and is not converted for anybody.
        let failed = expected.events.pop_if(|event| event == "convert").is_some()
            || (ends == Ends::Panicking && !lost.is_empty());
        assert_eq!(
            lost.len(),
            usize::from(failed),
            "{form:?} {ends:?} {decisions:?}"
        );
    } else {
        assert_eq!(lost, [], "{form:?} {ends:?} {decisions:?}");
        if form != TryWith || ends != Ends::Failing || !entered {
            assert_eq!(
                seen.ending, expected.ending,
                "{form:?} {ends:?} {decisions:?}"
            );
        }
    }
    seen.ending = Ok(Ok(()));
    expected.ending = Ok(Ok(()));
    assert_eq!(seen, expected, "{form:?} {ends:?} {decisions:?}");
}

// ---- locals, and what becomes of them ----

shape! { untouched(): fn() -> D {
    let a = d("a");
    let b = d("b");
    let v = d("v");
    let c = d("c");
    yield_point!(v);
    note("exit half");
}}

shape! { lends_nothing(): fn() -> () {
    let a = d("a");
    let exit = yield_point!();
    note(format!("{exit:?}"));
    let b = d("b");
}}

shape! { gives_a_value_away(): fn() -> D {
    let a = d("a");
    let exit = yield_point!(d("v"));
    note(format!("{exit:?}"));
}}

shape! { gives_a_local_away(): fn() -> D {
    let a = d("a");
    let v = d("v");
    let b = d("b");
    yield_point!({ v });
    note("exit half");
}}

shape! { moved_in_the_exit_half(): fn() -> D {
    let a = d("a");
    let v = d("v");
    let b = d("b");
    yield_point!(v);
    drop(a);
    drop(v);
    note("exit half");
}}

shape! { moved_before_the_yield(): fn() -> D {
    let a = d("a");
    let v = d("v");
    drop(a);
    yield_point!(v);
    note("exit half");
}}

shape! { conditionally_moved(): fn() -> D {
    let a = d("a");
    let b = d("b");
    let v = d("v");
    if yes() {
        drop(a);
    }
    yield_point!(v);
    if yes() {
        drop(v);
    }
    if yes() {
        drop(b);
    }
    note("exit half");
}}

shape! { partly_moved(): fn() -> D {
    let pair = (d("left"), d("right"));
    let triple = (d("first"), d("second"), d("third"));
    let v = pair.0;
    drop(triple.1);
    yield_point!(v);
    drop(triple.2);
    note("exit half");
}}

shape! { lends_what_is_moved_out_of_a_field(): fn() -> D {
    let pair = (d("left"), d("right"));
    yield_point!({ pair.1 });
    note("exit half");
}}

shape! { shadowed(): fn() -> D {
    let v = d("v1");
    let v = v.make("v2");
    let v = v.make("v3");
    yield_point!(v);
    let v = v.make("v4");
    note("exit half");
}}

shape! { shadowed_in_a_block(): fn() -> D {
    let v = d("outer");
    {
        let v = d("inner");
        yield_point!(v);
        v.touch();
    }
    v.touch();
}}

shape! { borrowed_from_each_other(): fn() -> D {
    let a = d("a");
    let of_a = a.lend();
    let b = d("b");
    let of_b = b.lend();
    let v = d("v");
    yield_point!(v);
    let of_v = v.lend();
    note("exit half");
}}

shape! { borrows_what_is_borrowed(): fn() -> D {
    let mut list = vec![d("one"), d("two")];
    let iter = list.drain(..);
    let v = d("v");
    yield_point!(v);
    for d in iter {
        d.touch();
    }
}}

shape! { deferred(): fn() -> D {
    let v;
    let late;
    let a = d("a");
    if yes() {
        v = d("v1");
    } else {
        v = d("v2");
    }
    late = a.make("late");
    yield_point!(v);
    note("exit half");
}}

shape! { deferred_until_after_the_yield(): fn() -> D {
    let late;
    let v = d("v");
    yield_point!(v);
    if yes() {
        late = d("late");
    }
    note("exit half");
}}

shape! { assigned_again(): fn() -> D {
    let mut a = d("a1");
    let mut v = d("v1");
    if yes() {
        v = d("v2");
    }
    a = d("a2");
    yield_point!(v);
    a = d("a3");
    if yes() {
        v = d("v3");
    }
    note("exit half");
}}

shape! { in_a_block(): fn() -> D {
    let a = d("a");
    let kept = {
        let b = d("b");
        let v = d("v");
        let exit = yield_point!(v);
        b.make("kept")
    };
    note("after the block");
}}

shape! { boxed(): fn() -> Box<D> {
    let v = Box::new(d("v"));
    let dynamic: Box<dyn Debug + Send> = Box::new(d("dynamic"));
    yield_point!(v);
    note("exit half");
}}

shape! { in_a_closure(): fn() -> D {
    let a = d("a");
    let v = d("v");
    let closure = move || a.touch();
    yield_point!(v);
    closure();
}}

// ---- patterns ----

shape! { tuple_with_one_lent(): fn() -> D {
    let before = d("before");
    let (a, v, b) = (d("a"), d("v"), d("b"));
    let after = d("after");
    yield_point!(v);
    note("exit half");
}}

shape! { several_patterns_with_one_lent(): fn() -> D {
    let ((a, b), [c, v], e) = ((d("a"), d("b")), [d("c"), d("v")], d("e"));
    yield_point!(v);
    if yes() {
        drop(a);
    }
    note("exit half");
}}

shape! { wildcards_drop_at_once_or_not(): fn() -> D {
    let _ = d("a");
    let (v, _) = (d("v"), d("b"));
    let whole = (d("c"), d("e"));
    let (c, _) = whole;
    let _kept = d("kept");
    yield_point!(v);
    note("exit half");
}}

struct Fields {
    a: D,
    b: D,
    v: D,
}

fn fields() -> Fields {
    Fields {
        a: d("a"),
        b: d("b"),
        v: d("v"),
    }
}

shape! { struct_pattern_in_another_order(): fn() -> D {
    let Fields { v, a, .. } = fields();
    yield_point!(v);
    note("exit half");
}}

shape! { struct_pattern_with_the_rest(): fn() -> D {
    let whole = fields();
    let Fields { b, ref a, .. } = whole;
    let Fields { v: lent, .. } = whole;
    yield_point!(lent);
    note("exit half");
}}

shape! { let_else(): fn() -> Result<D> {
    let a = d("a");
    let Some((v, b)) = (if yes() { None } else { Some((d("v"), d("b"))) }) else {
        note("no");
        return Err(Fault("else"));
    };
    let Ok(c) = may_fail("c") else {
        return Err(Fault("c"));
    };
    yield_point!(v);
    let Ok(e) = may_fail("e") else {
        note("left");
        return Ok(());
    };
    Ok(())
}}

shape! { if_let(): fn() -> Result<D> {
    let a = d("a");
    if let Some((b, v)) = (!yes()).then(|| (d("b"), d("v"))) {
        let c = d("c");
        yield_point!(v);
        note("exit half");
    } else {
        return Err(Fault("else"));
    }
    note("end");
    Ok(())
}}

shape! { if_let_with_a_temporary(): fn() -> Result<D> {
    if let Some(v) = d("temporary").is_made().then(|| d("v")) {
        yield_point!(v);
        note("exit half");
    } else {
        return Err(Fault("else"));
    }
    note("end");
    Ok(())
}}

shape! { match_bindings(): fn() -> D {
    let a = d("a");
    match (decide(3), d("left"), d("right")) {
        (0, v, b) => {
            yield_point!(v);
            note("first");
        }
        (1, b, v) if yes() => {
            yield_point!(v);
            note("second");
            drop(b);
        }
        (_, v, _) => {
            yield_point!(v);
            note("third");
        }
    }
    note("end");
}}

shape! { match_arm_that_is_an_expression(): fn() -> D {
    let a = d("a");
    let completed = match (d("scrutinee").is_made(), Some(d("v"))) {
        (_, Some(v)) => yield_point!(v).is_completed(),
        (_, None) => yield_point!(d("none")).is_completed(),
    };
    note(completed.to_string());
}}

shape! { match_on_a_reference(): fn() -> D {
    let pair = (d("a"), d("b"));
    match &pair {
        (a, b) => {
            let v = a.make("v");
            yield_point!(v);
            b.touch();
        }
    }
    note("end");
}}

shape! { or_pattern(): fn() -> D {
    let a = d("a");
    let (Ok(v) | Err(v)) = may_fail("v").map_err(|_| d("w"));
    yield_point!(v);
    note("exit half");
}}

shape! { at_pattern(): fn() -> D {
    let list = vec![d("a"), d("b")];
    let whole @ [first, ..] = &*list else {
        unreachable!();
    };
    let v = first.make("v");
    yield_point!(v);
    note(whole.len().to_string());
}}

shape! { for_binding(): fn() -> Result<D> {
    let a = d("a");
    for (name, v) in [(d("n1"), d("v1")), (d("n2"), d("v2"))] {
        if yes() {
            continue;
        }
        yield_point!(v);
        note("exit half");
        return Ok(());
    }
    Err(Fault("none"))
}}

shape! { while_let_binding(): fn() -> Result<D> {
    let mut list = vec![d("v1"), d("v2"), d("v3")];
    while let Some(v) = list.pop() {
        if yes() {
            continue;
        }
        yield_point!(v);
        note("exit half");
        return if yes() { Err(Fault("exit")) } else { Ok(()) };
    }
    Err(Fault("none"))
}}

// ---- temporaries ----

shape! { statement_temporaries(): fn() -> D {
    let v = d("v");
    d("t1").touch();
    let b = d("t2").make("b");
    yield_point!(v);
    d("t3").touch();
}}

shape! { temporaries_around_the_yield(): fn() -> D {
    let v = d("v");
    let third = (d("t1"), yield_point!(v), d("t2")).2;
    note("end");
}}

shape! { temporaries_borrowed_around_the_yield(): fn() -> D {
    let v = d("v");
    let all = [d("t1").is_made(), yield_point!(v).is_completed(), d("t2").is_made()];
    note(format!("{all:?}"));
}}

fn look(_: &D, exit: Exit<'_>, _: &D) {
    note(format!("{exit:?}"));
}

shape! { temporaries_in_a_call_around_the_yield(): fn() -> D {
    let v = d("v");
    look(&d("t1"), yield_point!(v), &d("t2"));
    note("end");
}}

shape! { temporary_in_the_value(): fn() -> D {
    let a = d("a");
    yield_point!(d("temporary").make("v"));
    note("exit half");
}}

shape! { extended_temporaries(): fn() -> D {
    let a = &d("a");
    let b = Some(&d("b").make("c"));
    let v = d("v");
    yield_point!(v);
    a.touch();
}}

shape! { tail_temporary(): fn() -> D {
    let a = d("a");
    let v = d("v");
    yield_point!(v);
    d("tail").touch()
}}

shape! { tail_temporary_that_borrows(): fn() -> Result<D> {
    let a = d("a");
    let v = d("v");
    yield_point!(v);
    if a.lend().0.is_made() && yes() { Err(Fault("exit")) } else { Ok(()) }
}}

shape! { tail_match_temporary(): fn() -> Result<D> {
    let v = d("v");
    yield_point!(v);
    match v.lend().0.make("tail").is_made() {
        true if yes() => Err(Fault("exit")),
        _ => Ok(()),
    }
}}

shape! { match_scrutinee_temporary_around_the_yield(): fn() -> D {
    let v = d("v");
    match d("scrutinee").lend() {
        lent => {
            yield_point!(v);
            lent.0.touch();
        }
    }
    note("end");
}}

shape! { yield_as_the_scrutinee(): fn() -> Result<D> {
    let v = d("v");
    match yield_point!(v) {
        Exit::Completed if d("guard").is_made() => {
            let c = d("c");
        }
        exit => note(format!("{exit:?}")),
    }
    Ok(())
}}

shape! { yield_as_the_tail(): fn() -> D {
    let a = d("a");
    let v = d("v");
    yield_point!(v);
}}

// ---- leaving early ----

shape! { question_marks(): fn() -> Result<D> {
    let a = may_fail("a")?;
    let v = may_fail("v")?;
    let b = d("b");
    yield_point!(v);
    let c = may_fail("c")?;
    drop(a);
    let e = may_fail("e")?;
    Ok(())
}}

shape! { question_mark_within_an_expression(): fn() -> Result<D> {
    let v = d("v");
    let pair = (d("t1"), may_fail("t2")?);
    yield_point!(v);
    let pair = (d("t3"), may_fail("t4")?);
    Ok(())
}}

shape! { returns(): fn() -> Result<D> {
    let a = d("a");
    if yes() {
        let b = d("b");
        return Err(Fault("before"));
    }
    let v = d("v");
    yield_point!(v);
    {
        let c = d("c");
        if yes() {
            return Ok(());
        }
        if yes() {
            drop(a);
            return Err(Fault("after"));
        }
    }
    note("end");
    Ok(())
}}

shape! { returns_nothing(): fn() -> D {
    let v = d("v");
    let a = d("a");
    yield_point!(v);
    if yes() {
        drop(v);
        return;
    }
    note("end");
}}

shape! { tail_errors(): fn() -> Result<D> {
    let a = d("a");
    if yes() {
        let b = d("b");
        Err(Fault("before"))
    } else if let Ok(v) = may_fail("v") {
        yield_point!(v);
        drop(v);
        match decide(2) {
            0 => Ok(()),
            _ => Err(Fault("after")),
        }
    } else {
        let c = d("c");
        Err(Fault("other"))
    }
}}

shape! { retries(): fn() -> Result<D> {
    let a = d("a");
    let mut round = 0;
    let v = loop {
        let attempt = d("attempt");
        round += 1;
        match may_fail("v") {
            Ok(v) => break v,
            Err(fault) if round == 3 => return Err(fault),
            Err(_) => attempt.touch(),
        }
    };
    yield_point!(v);
    note("exit half");
    Ok(())
}}

shape! { yields_in_the_retry_loop(): fn() -> Result<D> {
    let a = d("a");
    let mut round = 0;
    loop {
        let attempt = d("attempt");
        round += 1;
        match may_fail("v") {
            Ok(v) => {
                yield_point!(v);
                if yes() {
                    return Err(Fault("exit"));
                }
                break;
            }
            Err(fault) if round == 3 => return Err(fault),
            Err(_) => continue,
        }
    }
    note("end");
    Ok(())
}}

shape! { labelled_breaks(): fn() -> D {
    let a = d("a");
    let v = 'made: {
        let b = d("b");
        if yes() {
            break 'made d("v1");
        }
        let c = d("c");
        d("v2")
    };
    'outer: loop {
        let e = d("e");
        yield_point!(v);
        loop {
            let f = d("f");
            if yes() {
                break 'outer;
            }
            drop(f);
            break;
        }
        break;
    }
    note("end");
}}

shape! { loops_in_the_exit_half(): fn() -> Vec<D> {
    let v = vec![d("v1"), d("v2")];
    yield_point!(v);
    for v in v {
        if yes() {
            break;
        }
        v.touch();
    }
    note("end");
}}

// ---- arguments ----

shape! { arguments_never_mentioned(d("a"), d("b")): fn(a: D, b: D) -> D {
    let v = d("v");
    yield_point!(v);
    note("exit half");
}}

shape! { arguments_come_last(d("a"), d("b"), d("c")): fn(a: D, mut b: D, c: D) -> D {
    let local = d("local");
    let v = a.make("v");
    b = d("b2");
    yield_point!(v);
    if yes() {
        drop(b);
    }
    note("exit half");
}}

shape! { lent_argument(d("a"), d("v"), d("b")): fn(a: D, v: D, b: D) -> D {
    let local = d("local");
    yield_point!(v);
    if yes() {
        drop(v);
    }
    note("exit half");
}}

shape! { ignored_arguments(d("a"), d("b"), d("c")): fn(_: D, _b: D, _: D) -> D {
    let v = d("v");
    yield_point!(v);
    note("exit half");
}}

shape! { pattern_arguments(d("a"), (d("b"), d("v")), fields(), d("z")):
    fn(a: D, (b, v): (D, D), Fields { b: field, .. }: Fields, z: D) -> D {
    let local = d("local");
    yield_point!(v);
    note("exit half");
}}

shape! { pattern_arguments_with_wildcards((d("a"), d("b")), (d("c"), (d("e"), d("f")))):
    fn((_, b): (D, D), (c, (_, mut f)): (D, (D, D))) -> D {
    f = d("f2");
    yield_point!(b);
    note("exit half");
}}

shape! { ref_argument(d("a"), fields()): fn(ref a: D, Fields { ref b, v, .. }: Fields) -> D {
    yield_point!(v);
    a.touch();
    b.touch();
}}

shape! { at_argument((d("a"), 3_u8)): fn(ref whole @ (ref a, n): (D, u8)) -> D {
    let v = a.make("v");
    yield_point!(v);
    note(format!("{whole:?} {n}"));
}}

shape! { arguments_that_fail_to_enter(d("a"), d("b")): fn(a: D, b: D) -> Result<D> {
    let c = may_fail("c")?;
    drop(a);
    let v = may_fail("v")?;
    yield_point!(v);
    may_fail("exit")?;
    Ok(())
}}

fn forever(name: &str) -> &'static D {
    Box::leak(Box::new(d(name)))
}

shape! { borrowed_argument(forever("a"), Some(forever("b").lend())):
    fn(a: &D, b: Option<Borrows<'_>>) -> D {
    let v = a.make("v");
    yield_point!(v);
    a.touch();
}}

struct Own<Kind> {
    a: D,
    b: D,
    kind: std::marker::PhantomData<Kind>,
}

impl<Kind> Own<Kind> {
    fn new() -> Self {
        Own {
            a: d("self.a"),
            b: d("self.b"),
            kind: std::marker::PhantomData,
        }
    }

    fn boxed() -> Box<Self> {
        Box::new(Self::new())
    }
}

method_shape! { self_never_mentioned(new): fn(self, arg: D) -> D {
    let v = d("v");
    yield_point!(v);
    note("exit half");
}}

method_shape! { self_mentioned(new): fn(self, arg: D) -> D {
    let v = self.a.make("v");
    yield_point!(v);
    self.b.touch();
}}

method_shape! { self_partly_moved(new): fn(self, arg: D) -> D {
    let b = self.b;
    let v = d("v");
    yield_point!(v);
    note("exit half");
}}

method_shape! { self_partly_moved_in_the_exit_half(new): fn(self, arg: D) -> D {
    let v = d("v");
    yield_point!(v);
    if yes() {
        drop(self.a);
    }
    if yes() {
        drop(arg);
    }
    note("exit half");
}}

method_shape! { self_whose_field_is_lent(new): fn(mut self, arg: D) -> D {
    self.b = d("self.b2");
    yield_point!({ self.a });
    note("exit half");
}}

method_shape! { self_of_one_that_fails(new): fn(self, arg: D) -> Result<D> {
    let v = may_fail("v")?;
    yield_point!(v);
    may_fail("exit")?;
    if yes() { Err(Fault("tail")) } else { Ok(()) }
}}

method_shape! { self_moved_whole(new): fn(self, arg: D) -> D {
    let whole = self;
    let v = d("v");
    yield_point!(v);
    note("exit half");
}}

method_shape! { boxed_self(boxed): fn(self: Box<Self>, arg: D) -> D {
    let v = self.b.make("v");
    yield_point!(v);
    note("exit half");
}}

// ---- one shape with many decisions, and all of them drawn ----

shape! { of_all_kinds(d("arg"), (d("p"), d("q"))): fn(arg: D, (p, _): (D, D)) -> Result<D> {
    let a = d("a");
    let _guard = d("guard");
    if yes() {
        drop(a);
    }
    let first = may_fail("first")?;
    let late;
    let mut tries = 0;
    let (lock, conn) = loop {
        let attempt = d("attempt");
        tries += 1;
        if tries == 4 {
            return Err(Fault("tries"));
        }
        if yes() {
            continue;
        }
        if let Ok(conn) = may_fail("conn") {
            break (d("lock"), conn);
        }
    };
    let exit = if yes() {
        let inner = conn.lend();
        let v = inner.0.make("v");
        let exit = yield_point!(v);
        if yes() {
            drop(inner);
        }
        exit
    } else {
        let conn = (conn, d("beside"));
        let (conn, _) = conn;
        yield_point!(conn)
    };
    late = d("late");
    match (exit, yes()) {
        (Exit::Completed, true) => return Ok(()),
        (Exit::Completed, _) => d("commit").touch(),
        (Exit::Failed(error), _) => note(format!("{error:?}")),
        (Exit::Panicked, true) => return Err(Fault("panicked")),
        _ => drop(lock),
    }
    may_fail("second")?;
    if yes() {
        drop((arg, p));
    }
    let result = may_fail("third");
    if yes() { result.map(drop) } else { Ok(()) }
}}

proptest! {
    #[test]
    fn whatever_is_decided_it_drops_as_if_inlined(
        decisions in proptest::collection::vec(0..2_u8, 0..24),
        form in prop::sample::select(&FORMS[..]),
        ends in prop::sample::select(&[Ends::Well, Ends::Failing, Ends::Panicking][..]),
    ) {
        compare_one(form, ends, &decisions, &of_all_kinds::managed, &of_all_kinds::inlined);
    }
}

/// The comparison would be worth nothing if both logs were empty.
#[test]
fn a_log_is_what_one_would_write_by_hand() {
    BODY.set(Ends::Well);
    DECISIONS.take();
    let seen = observe(|| lent_argument::managed(With));
    assert_eq!(seen.ending, Ok(Ok(())));
    assert_eq!(
        seen.events,
        [
            "make a",
            "make v",
            "make b",
            "make local",
            "body D(\"v\")",
            "make local of the body",
            "drop local of the body",
            "exit half",
            "drop local",
            "drop b",
            "drop v",
            "drop a",
        ]
    );
}
