//! Proves that every path through a function reaches exactly one `yield_point!`, or fails before.
//!
//! The walk keeps the set of [`Paths`] that lead to where it stands, in the order in which the
//! function runs. The compiler proves the same thing again on the expansion, with its check that
//! the frame's `VisibleReturn` is initialised exactly once, and sees what macros hide from this one. This
//! one is here for its words.

mod misplaced;
mod paths;
mod report;
mod terms;

use std::collections::HashSet;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{BinOp, Block, Expr, ExprIf, ExprMatch, ExprReturn, Label, Macro, Pat, Stmt};

use self::paths::{Blame, Paths, Targets};
pub(crate) use self::terms::is_err;
use self::terms::{diverges, ends_process};
use crate::errors::Errors;
use crate::parse::ContextManager;
use crate::yield_point::{YieldPoint, hidden_in};

/// What has been said already, and is not to be said again in other words.
#[derive(Default)]
struct Said {
    /// There is a `yield_point!` where none may be.
    misplaced: bool,
    /// A loop comes round to a `yield_point!`, which says that it is in the wrong place.
    comes_round: bool,
    /// There is a `?` in a function that cannot fail.
    question_mark: bool,
}

struct Flow<'f> {
    manager: &'f ContextManager,
    fallible: bool,
    now: Paths,
    targets: Targets,
    yields: usize,
    said: Said,
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
        manager,
        fallible: manager.lends.is_fallible(),
        now: Paths::START,
        targets: Targets::default(),
        yields: 0,
        said: Said::default(),
        again: false,
        reported: HashSet::new(),
        early: Vec::new(),
        errors,
    };
    flow.tail_block(body);
    flow.end(body);
}

impl Flow<'_> {
    fn yields(&mut self, mac: &Macro) {
        self.yields += 1;
        if self.now.after {
            self.yields_again(mac);
        }
        if self.now.before.is_some() {
            self.now = Paths::AFTER;
        }
    }

    fn visit_yield_or_macro(&mut self, mac: &Macro) {
        match YieldPoint::parse(mac) {
            None => self.other_macro(mac),
            Some(Ok(YieldPoint::Value(value))) => {
                if let Some(inner) = hidden_in(&mac.tokens) {
                    self.refuse_nested(&inner);
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
            self.refuse_hidden(&inner);
        }
        if diverges(mac) {
            self.now = Paths::NONE;
        }
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
            flow.targets.enter(label, true);
            let ended = head(flow);
            flow.visit_block(body);
            let target = flow.targets.leave();
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
}

impl<'ast> Visit<'ast> for Flow<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Macro(expr) => {
                self.refuse_conditional(&expr.mac, &expr.attrs);
                self.visit_yield_or_macro(&expr.mac);
            }
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
                self.targets.enter(expr.label.as_ref(), false);
                self.visit_block(&expr.block);
                self.now = self.now.or(self.targets.leave().breaks);
            }
            Expr::Break(expr) => {
                if let Some(value) = &expr.expr {
                    self.visit_expr(value);
                }
                let now = std::mem::take(&mut self.now);
                if let Some(target) = self.targets.find(expr.label.as_ref()) {
                    target.breaks = target.breaks.or(now);
                }
            }
            Expr::Continue(expr) => {
                let now = std::mem::take(&mut self.now);
                if let Some(target) = self.targets.find(expr.label.as_ref()) {
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
        self.refuse_conditional(&stmt.mac, &stmt.attrs);
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
