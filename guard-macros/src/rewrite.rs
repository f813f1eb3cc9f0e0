//! Rewrites the body of a context manager into that of its frame.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprReturn, Macro, Path, Stmt, Token};

use crate::flow::is_err;
use crate::fragments::keep_fragments_whole;
use crate::yield_point::{YieldPoint, is_yield_point};

/// What the rewritten body refers to.
pub(crate) struct Names<'n> {
    /// `::guard_core::__private`
    pub(crate) private: &'n TokenStream,
    /// The type that says what the function returns.
    pub(crate) returns: &'n TokenStream,
    pub(crate) fallible: bool,
}

pub(crate) fn rewrite(body: &mut Block, names: &Names<'_>) {
    keep_fragments_whole(|keeper| keeper.visit_block_mut(body));
    if names.fallible {
        return_tail_errors(body);
    } else {
        discard_tail_yield(body);
    }
    Rewrite(names).visit_block_mut(body);
}

/// A span with the hygiene of the macro, so that users cannot meet our names nor we theirs, at the
/// place of the user's own tokens, so that the compiler's messages point there.
pub(crate) fn hygienic(at: Span) -> Span {
    Span::mixed_site().located_at(at)
}

/// A failure to enter leaves the frame as `return Err(..)` does: there is nothing to prove.
// Input:  if free { yield_point!(); Ok(()) } else { Err(Taken) }
// Output: if free { yield_point!(); Ok(()) } else { return Err(Taken) }
fn return_tail_errors(block: &mut Block) {
    if let Some(Stmt::Expr(tail, None)) = block.stmts.last_mut() {
        return_tail_error(tail);
    }
}

fn return_tail_error(tail: &mut Expr) {
    match tail {
        Expr::Block(block) if block.label.is_none() => return_tail_errors(&mut block.block),
        Expr::Unsafe(block) => return_tail_errors(&mut block.block),
        Expr::Group(inner) if !is_err(&inner.expr) => return_tail_error(&mut inner.expr),
        Expr::If(branches) => {
            return_tail_errors(&mut branches.then_branch);
            if let Some((_, alternative)) = &mut branches.else_branch {
                return_tail_error(alternative);
            }
        }
        Expr::Match(arms) => {
            for arm in &mut arms.arms {
                return_tail_error(&mut arm.body);
            }
        }
        _ if is_err(tail) => {
            let span = hygienic(tail.span());
            let attrs = match tail {
                Expr::Call(call) => std::mem::take(&mut call.attrs),
                _ => Vec::new(),
            };
            *tail = Expr::Return(ExprReturn {
                attrs,
                return_token: Token![return](span),
                expr: Some(Box::new(std::mem::replace(
                    tail,
                    Expr::Verbatim(TokenStream::new()),
                ))),
            });
        }
        _ => {}
    }
}

/// `yield_point!(..)` as the last line needs no semicolon: its value is not that of the function.
fn discard_tail_yield(body: &mut Block) {
    if let Some(Stmt::Macro(stmt)) = body.stmts.last_mut()
        && is_yield_point(&stmt.mac)
    {
        let span = hygienic(stmt.mac.path.span());
        stmt.semi_token.get_or_insert(Token![;](span));
    } else if let Some(Stmt::Expr(Expr::Macro(tail), semi)) = body.stmts.last_mut()
        && is_yield_point(&tail.mac)
    {
        let span = hygienic(tail.mac.path.span());
        semi.get_or_insert(Token![;](span));
    }
}

struct Rewrite<'n>(&'n Names<'n>);

impl Rewrite<'_> {
    fn yield_point(&mut self, mac: &Macro) -> Option<Expr> {
        let span = hygienic(mac.path.span());
        let discard = quote_spanned!(span=> { let _dropped = __lent.value; });
        match YieldPoint::parse(mac)?.ok()? {
            YieldPoint::Nothing => Some(self.lend(&mac.path, &quote_spanned!(span=> ()), &discard)),
            YieldPoint::Name(name) => {
                let hand_back = quote_spanned!(span=> #name = __lent.value; let _ = &#name;);
                Some(self.lend(&mac.path, &quote!(#name), &hand_back))
            }
            YieldPoint::Value(mut value) => {
                self.visit_expr_mut(&mut value);
                Some(self.lend(&mac.path, &quote!(#value), &discard))
            }
        }
    }

    // Input:  yield_point!(value)
    // Output: below, where `taken_back` is what becomes of the value
    fn lend(&self, yield_point: &Path, value: &TokenStream, taken_back: &TokenStream) -> Expr {
        let span = hygienic(yield_point.span());
        let Names {
            private, returns, ..
        } = self.0;
        Expr::Verbatim(quote_spanned! {span=>
            {
                #yield_point!(@rewritten);
                let __value: #private::Value<#returns> = #value;
                let __lent = __point.lend(__value).await;
                __exited = __lent.exited;
                #taken_back
                __lent.exit
            }
        })
    }

    /// Only a path that has yielded has the proof that a frame completes with.
    // Input:  return value
    // Output: return { let __output: S::Output = value; finish::<S>(__output, __exited) }
    fn finish(&self, expr: &mut ExprReturn) {
        if expr.expr.as_deref().is_some_and(is_err) {
            return;
        }
        let Names {
            private, returns, ..
        } = self.0;
        let span = hygienic(expr.return_token.span);
        let value = expr.expr.take().map_or_else(
            || quote_spanned!(span=> ()),
            |value| quote_spanned!(span=> #value),
        );
        expr.expr = Some(Box::new(Expr::Verbatim(quote_spanned! {span=>
            {
                let __output: #private::Output<#returns> = #value;
                #private::finish::<#returns>(__output, __exited)
            }
        })));
    }
}

impl VisitMut for Rewrite<'_> {
    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        if let Stmt::Macro(mac) = stmt
            && let Some(expr) = self.yield_point(&mac.mac)
        {
            let attrs = &mac.attrs;
            *stmt = Stmt::Expr(Expr::Verbatim(quote!(#(#attrs)* #expr)), mac.semi_token);
            return;
        }
        visit_mut::visit_stmt_mut(self, stmt);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Macro(mac) => {
                if let Some(rewritten) = self.yield_point(&mac.mac) {
                    *expr = rewritten;
                }
            }
            Expr::Return(value) => {
                visit_mut::visit_expr_return_mut(self, value);
                self.finish(value);
            }
            Expr::Closure(_) | Expr::Async(_) | Expr::Const(_) => {}
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
