//! The words of the check.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Block, Macro};

use super::Flow;
use super::paths::Blame;
use super::terms::Lasts;

const CANNOT_ENTER: &str = "yield here too; or, if there is nothing to enter then, return `Result<T, E>`, write `return Err(..)` here, and end the paths that yield with `Ok(())`";

impl Flow<'_> {
    pub(super) fn report<N>(&mut self, node: &N, span: Span, message: &str, help: &str) {
        if self.first_report_of(node) {
            self.errors.report(span, message, help);
        }
    }

    pub(super) fn first_report_of<N>(&mut self, node: &N) -> bool {
        self.reported.insert(std::ptr::from_ref(node).cast())
    }

    /// What is to be said of the end of the function.
    pub(super) fn end(&mut self, body: &Block) {
        let manager = self.manager;
        if self.said.misplaced {
            return;
        }
        if self.yields == 0 {
            return self.errors.report(
                manager.sig.ident.span(),
                "this context manager never yields: there is no `yield_point!` in it",
                "write `guard_core::yield_point!(value);` between the enter half and the exit half, or `guard_core::yield_point!();` if there is nothing to lend",
            );
        }
        for span in std::mem::take(&mut self.early) {
            self.returns_early(span);
        }
        if let Some(blame) = self.now.before
            && !(self.said.comes_round && matches!(blame, Blame::Loop(_)))
        {
            self.never_yields(blame);
        }
        self.last_line(body);
    }

    fn last_line(&mut self, body: &Block) {
        let Lasts { missing, needless } = Lasts::of(body);
        if self.manager.args.broken {
            // What the function returns may be said by an argument that could not be read.
        } else if self.fallible && self.now.after && missing {
            self.errors.report(
                body.brace_token.span.close(),
                "the exit half of a context manager that returns a `Result` has to say how it went",
                &self.manager.lends.help_with_last_line(),
            );
        } else if let Some(ok) = needless.filter(|_| !self.fallible && !self.said.question_mark) {
            self.errors.report_at(
                ok,
                "`Ok(..)` at the end of a context manager that cannot fail",
                &format!(
                    "{}; or remove the `Ok(..)`, if nothing can fail",
                    self.manager.how_to_be_fallible()
                ),
            );
        }
    }

    pub(super) fn never_yields(&mut self, blame: Blame) {
        let (span, message) = match blame {
            Blame::Function => (
                self.manager.sig.ident.span(),
                "not every path through this context manager reaches its `yield_point!`",
            ),
            Blame::Branch(span) => (span, "this branch never reaches a `yield_point!`"),
            Blame::Condition(span) => (
                span,
                "when this condition does not hold, no `yield_point!` is reached",
            ),
            Blame::Loop(span) => (
                span,
                "when this loop runs to its end, no `yield_point!` is reached",
            ),
        };
        let help = if self.fallible {
            "yield here too, or fail with `return Err(..)`"
        } else {
            CANNOT_ENTER
        };
        self.errors.report(span, message, help);
    }

    /// `mac` is reached on a path that has yielded.
    pub(super) fn yields_again(&mut self, mac: &Macro) {
        self.said.comes_round |= self.again;
        let (message, help) = if self.again {
            (
                "the loop can come round to this `yield_point!` again",
                "leave the loop with `break` or `return` after it; to lend something in every round, lend a `Vec` of all, or enter a context for each with `ExitStack::enter_all`",
            )
        } else {
            (
                "there is a path on which the function has already yielded when it gets here",
                "a context manager yields once: lend one value, a tuple if need be, or write two context managers",
            )
        };
        self.report(mac, mac.path.span(), message, help);
    }

    pub(super) fn returns_early(&mut self, span: Span) {
        let (message, help) = if self.fallible {
            (
                "this may return before `yield_point!` is reached",
                "to say that the context could not be entered, write `return Err(..)`",
            )
        } else {
            (
                "this returns before `yield_point!` is reached",
                CANNOT_ENTER,
            )
        };
        self.errors.report(span, message, help);
    }

    pub(super) fn question_mark(&mut self, expr: &syn::ExprTry) {
        if self.fallible || self.manager.args.broken {
            return;
        }
        self.said.question_mark = true;
        let on_the_way = if self.manager.lends_option() {
            ", where `T` is no `Option`, write `.ok_or(..)?`, yield the value without `Some`"
        } else if self.manager.args.infallible.is_some() {
            ", yield the value without `Ok`"
        } else {
            ""
        };
        let help = format!(
            "{}{on_the_way}, and end the function with `Ok(())`",
            self.manager.how_to_be_fallible()
        );
        let span = expr.question_token.span;
        self.report(
            expr,
            span,
            "`?` in a context manager that cannot fail",
            &help,
        );
    }
}
