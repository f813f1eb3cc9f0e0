//! Proves that every path through a function reaches exactly one `yield_point!`, or fails before.
//!
//! The walk keeps the set of [`Paths`] that lead to where it stands, in the order in which the
//! function runs. The compiler proves the same thing again on the expansion, with its check that
//! the frame's `Exited` is initialised exactly once, and sees what macros hide from this one. This
//! one is here for its words.

use std::collections::HashSet;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{BinOp, Block, Expr, ExprIf, ExprMatch, ExprReturn, Label, Lifetime, Macro, Pat, Stmt};

use crate::errors::Errors;
use crate::parse::ContextManager;
use crate::yield_point::{YieldPoint, hidden_in, is_yield_point, local};

/// Which paths lead to a point. None at all: the point cannot be reached.
#[derive(Clone, Copy, Default)]
struct Paths {
    /// There is one that has not yielded, and where it parted from those that have.
    before: Option<Blame>,
    /// There is one that has yielded.
    after: bool,
}

/// What to point at when a path never yields.
#[derive(Clone, Copy)]
enum Blame {
    Function,
    Branch(Span),
    Condition(Span),
    Loop(Span),
}

impl Paths {
    const NONE: Paths = Paths {
        before: None,
        after: false,
    };
    const START: Paths = Paths {
        before: Some(Blame::Function),
        after: false,
    };

    fn or(self, other: Paths) -> Paths {
        Paths {
            before: self.before.or(other.before),
            after: self.after || other.after,
        }
    }

    fn blamed(self, blame: Blame) -> Paths {
        let before = match self.before {
            Some(Blame::Function) => Some(blame),
            before => before,
        };
        Paths { before, ..self }
    }

    /// The paths out of several branches. Where one of them yields, those that do not are to blame.
    fn join(branches: &[(Blame, Paths)]) -> Paths {
        let yields = branches.iter().any(|(_, paths)| paths.after);
        branches.iter().fold(Paths::NONE, |joined, (blame, paths)| {
            joined.or(if yields { paths.blamed(*blame) } else { *paths })
        })
    }
}

/// A loop or a labelled block, which `break` leaves and `continue` comes back to.
struct Target {
    label: Option<String>,
    is_loop: bool,
    breaks: Paths,
    continues: Paths,
}

const CANNOT_ENTER: &str = "yield on every path; a function that may be unable to enter returns a `Result`, and `Err(..)` on that path";

struct Flow<'f> {
    fallible: bool,
    now: Paths,
    targets: Vec<Target>,
    yields: usize,
    /// Whether there is a `yield_point!` where none may be: what its absence elsewhere means has
    /// been said with it.
    misplaced: bool,
    /// Whether a path that comes round a loop is being followed.
    again: bool,
    /// The nodes that were reported, as a loop's body may be walked twice.
    reported: HashSet<*const ()>,
    /// The `return`s that come too early, if there is a `yield_point!` to come before.
    early: Vec<Span>,
    errors: &'f mut Errors,
}

pub(crate) fn check(manager: &ContextManager, body: &Block, errors: &mut Errors) {
    let mut flow = Flow {
        fallible: manager.lends.is_fallible(),
        now: Paths::START,
        targets: Vec::new(),
        yields: 0,
        misplaced: false,
        again: false,
        reported: HashSet::new(),
        early: Vec::new(),
        errors,
    };
    flow.tail_block(body);
    flow.end(manager, body);
}

impl Flow<'_> {
    /// What is to be said of the end of the function.
    fn end(&mut self, manager: &ContextManager, body: &Block) {
        if self.misplaced {
            return;
        }
        if self.yields == 0 {
            return self.errors.report(
                manager.sig.ident.span(),
                "this context manager never yields: there is no `yield_point!` in it",
                "write `yield_point!(value);` between the enter half and the exit half, or `yield_point!();` if there is nothing to lend",
            );
        }
        for span in std::mem::take(&mut self.early) {
            self.returns_early(span);
        }
        if let Some(blame) = self.now.before {
            self.never_yields(blame, manager);
        }
        if self.fallible && self.now.after && !has_tail(body) {
            self.errors.report(
                body.brace_token.span.close(),
                "the exit half of a context manager that returns a `Result` has to say how it went",
                &manager.lends.help_with_last_line(),
            );
        }
    }

    fn never_yields(&mut self, blame: Blame, manager: &ContextManager) {
        let (span, message) = match blame {
            Blame::Function => (
                manager.sig.ident.span(),
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
            "yield on every path, or fail with `return Err(..)` on this one"
        } else {
            CANNOT_ENTER
        };
        self.errors.report(span, message, help);
    }

    fn report<N>(&mut self, node: &N, span: Span, message: &str, help: &str) {
        if self.first_report_of(node) {
            self.errors.report(span, message, help);
        }
    }

    fn first_report_of<N>(&mut self, node: &N) -> bool {
        self.reported.insert(std::ptr::from_ref(node).cast())
    }

    fn yields(&mut self, mac: &Macro) {
        self.yields += 1;
        if self.now.after {
            let span = mac.path.span();
            if self.again {
                self.report(
                    mac,
                    span,
                    "the loop can come round to this `yield_point!` again",
                    "leave the loop with `break` or `return` after it",
                );
            } else {
                self.report(
                    mac,
                    span,
                    "there is a path on which the function has already yielded when it gets here",
                    "a context manager yields once: lend one value, a tuple if need be, or write two context managers",
                );
            }
        }
        if self.now.before.is_some() || self.now.after {
            self.now = Paths {
                before: None,
                after: true,
            };
        }
    }

    fn visit_yield_or_macro(&mut self, mac: &Macro) {
        match YieldPoint::parse(mac) {
            None => self.other_macro(mac),
            Some(Ok(YieldPoint::Value(value))) => {
                if let Some(inner) = hidden_in(&mac.tokens) {
                    self.refuse_hidden(&inner, "in the value of another one");
                } else {
                    self.refuse_reference(&value);
                    self.visit_expr(&value);
                }
                self.yields(mac);
            }
            Some(Ok(_)) => self.yields(mac),
            Some(Err(_)) => {
                self.report(
                    mac,
                    mac.path.span(),
                    "`yield_point!` takes one expression, or nothing",
                    "write `yield_point!(value)`, with a tuple to lend several values",
                );
                self.yields(mac);
            }
        }
    }

    fn other_macro(&mut self, mac: &Macro) {
        if let Some(inner) = hidden_in(&mac.tokens) {
            self.refuse_hidden(&inner, "among the arguments of another macro");
        }
        if diverges(mac) {
            self.now = Paths::NONE;
        }
    }

    /// `yield_point!(&mut name)`, the one reference that can be seen to be to a local.
    fn refuse_reference(&mut self, value: &Expr) {
        let Expr::Reference(reference) = value else {
            return;
        };
        if let (Some(_), Some(name)) = (reference.mutability, local(&reference.expr)) {
            self.report(
                value,
                value.span(),
                &format!("`{name}` belongs to this function, which cannot give a reference to it away"),
                &format!("lend it itself, with `yield_point!({name})` and its own type as return type: the body gets a `&mut` to it"),
            );
        }
    }

    fn refuse_hidden(&mut self, inner: &syn::Ident, place: &str) {
        self.misplaced = true;
        self.errors.report(
            inner.span(),
            &format!("`yield_point!` {place} cannot be seen to be reached exactly once"),
            "bind what it evaluates to first: `let exit = yield_point!(..);`",
        );
    }

    fn returns(&mut self, expr: &ExprReturn) {
        if let Some(value) = &expr.expr {
            self.tail(value);
        }
        if self.now.before.is_some() && self.first_report_of(expr) {
            self.early.push(expr.return_token.span);
        }
        self.now = Paths::NONE;
    }

    fn returns_early(&mut self, span: Span) {
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

    /// An expression whose value is what the function returns.
    fn tail(&mut self, expr: &Expr) {
        match expr {
            Expr::Block(block) if block.label.is_none() => self.tail_block(&block.block),
            Expr::Unsafe(block) => self.tail_block(&block.block),
            Expr::If(expr) => self.branches(expr, true),
            Expr::Match(expr) => self.arms(expr, true),
            Expr::Group(group) => self.tail(&group.expr),
            _ => {
                self.visit_expr(expr);
                if self.fallible && is_err(expr) {
                    self.now.before = None;
                }
            }
        }
    }

    fn tail_block(&mut self, block: &Block) {
        match block.stmts.split_last() {
            Some((Stmt::Expr(tail, None), rest)) => {
                for stmt in rest {
                    self.visit_stmt(stmt);
                }
                self.tail(tail);
            }
            _ => self.visit_block(block),
        }
    }

    fn branches(&mut self, expr: &ExprIf, tail: bool) {
        let untaken = self.condition(&expr.cond);
        self.block(&expr.then_branch, tail);
        let then = self.now;
        self.now = untaken;
        let blame = match &expr.else_branch {
            None => Blame::Condition(expr.if_token.span),
            Some((_, alternative)) => {
                self.value(alternative, tail);
                Blame::Branch(alternative.span())
            }
        };
        let then_blame = Blame::Branch(expr.then_branch.span());
        self.now = Paths::join(&[(then_blame, then), (blame, self.now)]);
    }

    fn value(&mut self, expr: &Expr, tail: bool) {
        if tail {
            self.tail(expr);
        } else {
            self.visit_expr(expr);
        }
    }

    fn block(&mut self, block: &Block, tail: bool) {
        if tail {
            self.tail_block(block);
        } else {
            self.visit_block(block);
        }
    }

    /// Walks a condition as far as it holds, and gives the paths on which it does not.
    fn condition(&mut self, cond: &Expr) -> Paths {
        match cond {
            Expr::Binary(both) if matches!(both.op, BinOp::And(_)) => {
                let left = self.condition(&both.left);
                let right = self.condition(&both.right);
                left.or(right)
            }
            Expr::Paren(inner) => self.condition(&inner.expr),
            _ => {
                self.visit_expr(cond);
                self.now
            }
        }
    }

    fn arms(&mut self, expr: &ExprMatch, tail: bool) {
        self.visit_expr(&expr.expr);
        let mut unmatched = self.now;
        let mut arms = Vec::with_capacity(expr.arms.len());
        for arm in &expr.arms {
            self.now = unmatched;
            if let Pat::Guard(guarded) = &arm.pat {
                self.visit_expr(&guarded.guard);
                unmatched = unmatched.or(self.now);
            }
            self.value(&arm.body, tail);
            arms.push((Blame::Branch(arm.pat.span()), self.now));
        }
        self.now = Paths::join(&arms);
    }

    fn enter_target(&mut self, label: Option<&Label>, is_loop: bool) {
        self.targets.push(Target {
            label: label.map(|label| label.name.ident.to_string()),
            is_loop,
            breaks: Paths::NONE,
            continues: Paths::NONE,
        });
    }

    fn leave_target(&mut self) -> Target {
        self.targets.pop().expect("every target is left once")
    }

    fn target(&mut self, label: Option<&Lifetime>) -> Option<&mut Target> {
        let name = label.map(|label| label.ident.to_string());
        self.targets.iter_mut().rev().find(|target| match &name {
            Some(name) => target.label.as_ref() == Some(name),
            None => target.is_loop,
        })
    }

    /// Walks a loop. `head` walks what comes before each round, and gives the paths on which the
    /// loop ends there.
    fn rounds(
        &mut self,
        label: Option<&Label>,
        body: &Block,
        keyword: Span,
        mut head: impl FnMut(&mut Self) -> Paths,
    ) {
        let first = self.now;
        let mut round = |flow: &mut Self| {
            flow.enter_target(label, true);
            let ended = head(flow);
            flow.visit_block(body);
            let target = flow.leave_target();
            (ended, target.breaks, flow.now.or(target.continues))
        };
        let (mut ended, mut breaks, back) = round(self);
        if back.after && !first.after {
            let again = std::mem::replace(&mut self.again, true);
            self.now = first.or(back);
            let (more_ended, more_breaks, _) = round(self);
            self.again = again;
            ended = ended.or(more_ended);
            breaks = breaks.or(more_breaks);
        }
        self.now = Paths::join(&[(Blame::Loop(keyword), ended), (Blame::Function, breaks)]);
    }

    /// A place whose code is not the function's own: a closure, an `async` block, a nested item.
    fn foreign(&mut self, place: &'static str, walk: impl FnOnce(&mut Foreign<'_>)) {
        let mut foreign = Foreign {
            place,
            found: false,
            errors: self.errors,
        };
        walk(&mut foreign);
        self.misplaced |= foreign.found;
    }
}

impl<'ast> Visit<'ast> for Flow<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Macro(expr) => self.visit_yield_or_macro(&expr.mac),
            Expr::If(expr) => self.branches(expr, false),
            Expr::Match(expr) => self.arms(expr, false),
            Expr::Return(expr) => self.returns(expr),
            Expr::Loop(expr) => {
                let keyword = expr.loop_token.span;
                self.rounds(expr.label.as_ref(), &expr.body, keyword, |_| Paths::NONE);
            }
            Expr::While(expr) => {
                let keyword = expr.while_token.span;
                self.rounds(expr.label.as_ref(), &expr.body, keyword, |flow| {
                    flow.condition(&expr.cond)
                });
            }
            Expr::ForLoop(expr) => {
                self.visit_expr(&expr.expr);
                let keyword = expr.for_token.span;
                self.rounds(expr.label.as_ref(), &expr.body, keyword, |flow| flow.now);
            }
            Expr::Block(expr) if expr.label.is_some() => {
                self.enter_target(expr.label.as_ref(), false);
                self.visit_block(&expr.block);
                self.now = self.now.or(self.leave_target().breaks);
            }
            Expr::Break(expr) => {
                if let Some(value) = &expr.expr {
                    self.visit_expr(value);
                }
                let now = std::mem::take(&mut self.now);
                if let Some(target) = self.target(expr.label.as_ref()) {
                    target.breaks = target.breaks.or(now);
                }
            }
            Expr::Continue(expr) => {
                let now = std::mem::take(&mut self.now);
                if let Some(target) = self.target(expr.label.as_ref()) {
                    target.continues = target.continues.or(now);
                }
            }
            Expr::Binary(expr) if matches!(expr.op, BinOp::And(_) | BinOp::Or(_)) => {
                self.visit_expr(&expr.left);
                let short = self.now;
                self.visit_expr(&expr.right);
                let blame = Blame::Condition(expr.op.span());
                self.now = Paths::join(&[(blame, short), (blame, self.now)]);
            }
            Expr::Try(expr) => {
                self.visit_expr(&expr.expr);
                self.question_mark(expr);
            }
            Expr::Call(call) => {
                visit::visit_expr(self, expr);
                if ends_process(&call.func) {
                    self.now = Paths::NONE;
                }
            }
            Expr::Closure(_) => self.foreign("a closure", |foreign| foreign.visit_expr(expr)),
            Expr::Async(_) => self.foreign("an `async` block", |foreign| foreign.visit_expr(expr)),
            Expr::Const(_) => self.foreign("a `const` block", |foreign| foreign.visit_expr(expr)),
            _ => visit::visit_expr(self, expr),
        }
    }

    fn visit_stmt_macro(&mut self, stmt: &'ast syn::StmtMacro) {
        self.visit_yield_or_macro(&stmt.mac);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        let Some(init) = &local.init else { return };
        self.visit_expr(&init.expr);
        if let Some((_, diverge)) = &init.diverge {
            let matched = self.now;
            self.visit_expr(diverge);
            self.now = matched;
        }
    }

    fn visit_item(&mut self, item: &'ast syn::Item) {
        self.foreign("a nested item", |foreign| foreign.visit_item(item));
    }

    // Types and patterns hold no code of the function's own, but for constants.
    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_pat(&mut self, _: &'ast Pat) {}
}

impl Flow<'_> {
    fn question_mark(&mut self, expr: &syn::ExprTry) {
        if !self.fallible {
            self.report(
                expr,
                expr.question_token.span,
                "`?` in a context manager that cannot fail",
                "return `Result<T, E>`, and end the function with `Ok(())`",
            );
        }
    }
}

/// Finds `yield_point!` where it has no business.
struct Foreign<'f> {
    place: &'static str,
    found: bool,
    errors: &'f mut Errors,
}

impl<'ast> Visit<'ast> for Foreign<'_> {
    fn visit_macro(&mut self, mac: &'ast Macro) {
        let found = if is_yield_point(mac) {
            mac.path.segments.last().map(|last| last.ident.clone())
        } else {
            hidden_in(&mac.tokens)
        };
        if let Some(found) = found {
            self.found = true;
            self.errors.report(
                found.span(),
                &format!(
                    "`yield_point!` in {} does not belong to the context manager",
                    self.place
                ),
                "move it out, into the function's own control flow",
            );
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        // A nested context manager yields for itself.
        let is_manager = |attr: &syn::Attribute| {
            attr.path()
                .segments
                .last()
                .is_some_and(|last| last.ident == "context_manager")
        };
        if !item.attrs.iter().any(is_manager) {
            visit::visit_item_fn(self, item);
        }
    }
}

/// Whether the block ends in an expression, or in what may be one.
fn has_tail(block: &Block) -> bool {
    match block.stmts.last() {
        Some(Stmt::Expr(expr, None)) => !is_yield(expr),
        Some(Stmt::Macro(stmt)) => {
            stmt.semi_token.is_none() && YieldPoint::parse(&stmt.mac).is_none()
        }
        _ => false,
    }
}

fn is_yield(expr: &Expr) -> bool {
    matches!(expr, Expr::Macro(expr) if YieldPoint::parse(&expr.mac).is_some())
}

/// `Err(..)`, the one value known to be a failure.
pub(crate) fn is_err(expr: &Expr) -> bool {
    let Expr::Call(call) = expr else { return false };
    matches!(&*call.func, Expr::Path(path) if last_is(path, &["Err"]))
}

fn last_is(path: &syn::ExprPath, names: &[&str]) -> bool {
    path.path
        .segments
        .last()
        .is_some_and(|last| names.iter().any(|name| last.ident == name))
}

/// Macros that never come back, or come back with an error.
fn diverges(mac: &Macro) -> bool {
    const NAMES: [&str; 5] = ["panic", "unreachable", "todo", "unimplemented", "bail"];
    mac.path
        .segments
        .last()
        .is_some_and(|last| NAMES.iter().any(|name| last.ident == name))
}

/// `process::exit`, `process::abort` and `panic::resume_unwind`.
fn ends_process(function: &Expr) -> bool {
    let Expr::Path(path) = function else {
        return false;
    };
    let mut segments = path
        .path
        .segments
        .iter()
        .rev()
        .map(|segment| &segment.ident);
    match (segments.next(), segments.next()) {
        (Some(name), Some(module)) => {
            (module == "process" && (name == "exit" || name == "abort"))
                || (module == "panic" && (name == "resume_unwind" || name == "panic_any"))
        }
        _ => false,
    }
}
