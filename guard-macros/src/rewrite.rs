//! Rewrites the body of a context manager into that of its frame.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprReturn, Ident, Macro, Path, Stmt, Token};

use crate::flow::is_err;
use crate::fragments::keep_fragments_whole;
use crate::parse::Lends;
use crate::yield_point::{YieldPoint, is_yield_point};

/// What the rewritten body refers to.
///
/// The types stand where the function says what it returns. What the compiler finds fault with in
/// that type it then says there, and, of one place, once.
pub(crate) struct Names {
    /// Where the function says what it returns.
    pub(crate) promise: Span,
    /// `::guard_core::__private`
    pub(crate) private: TokenStream,
    /// The type of what is lent.
    pub(crate) value: TokenStream,
    /// The type of what the exit half returns.
    pub(crate) output: TokenStream,
    /// The type of what the frame completes with.
    pub(crate) ended: TokenStream,
    /// The function that completes the frame.
    pub(crate) finish: TokenStream,
    pub(crate) fallible: bool,
}

impl Names {
    pub(crate) fn new(krate: &TokenStream, returns: &TokenStream, lends: &Lends) -> Self {
        let at = Span::call_site().located_at(lends.ty().span());
        let krate = located(krate, at);
        let private = quote_spanned!(at=> #krate::__private);
        let finish = match lends {
            Lends::Plain(_) => quote_spanned!(at=> #private::finish),
            Lends::Fallible(_) => quote_spanned!(at=> #private::finish_fallible),
        };
        Names {
            promise: at,
            value: quote_spanned!(at=> #private::Value<#returns>),
            output: quote_spanned!(at=> #private::Output<#returns>),
            ended: quote_spanned!(at=> #private::Ended<#returns>),
            finish,
            private,
            fallible: lends.is_fallible(),
        }
    }
}

pub(crate) fn rewrite(body: &mut Block, names: &Names) {
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

/// The path of a crate or module as if it stood at `at`.
pub(crate) fn located(path: &TokenStream, at: Span) -> TokenStream {
    let locate = |mut token: TokenTree| {
        token.set_span(token.span().located_at(at));
        token
    };
    path.clone().into_iter().map(locate).collect()
}

pub(crate) fn first_span(tokens: &TokenStream) -> Span {
    tokens
        .clone()
        .into_iter()
        .next()
        .as_ref()
        .map_or_else(Span::mixed_site, TokenTree::span)
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

struct Rewrite<'n>(&'n Names);

impl Rewrite<'_> {
    fn yield_point(&mut self, mac: &Macro) -> Option<Expr> {
        match YieldPoint::parse(mac)?.ok()? {
            YieldPoint::Nothing => {
                let span = hygienic(mac.path.span());
                Some(self.give(&mac.path, &quote_spanned!(span=> ())))
            }
            YieldPoint::Name(name) => Some(self.lend(&mac.path, &name)),
            YieldPoint::Value(mut value) => {
                self.visit_expr_mut(&mut value);
                Some(self.give(&mac.path, &quote!(#value)))
            }
        }
    }

    // Input:  yield_point!(value)
    // Output: below
    fn give(&self, yield_point: &Path, value: &TokenStream) -> Expr {
        let span = hygienic(yield_point.span());
        let ty = &self.0.value;
        Expr::Verbatim(quote_spanned! {span=>
            {
                #yield_point!(@rewritten);
                let __value: #ty = #value;
                let __lent = __caller.lend(__value).await;
                __exited = __lent.exited;
                { let _dropped = __lent.value; }
                __lent.exit
            }
        })
    }

    /// A block that is left with values of two types has none, for the compiler: of a name of the
    /// wrong type it complains when the value is lent, and not again when it is handed back.
    // Input:  yield_point!(name)
    // Output: below
    fn lend(&self, yield_point: &Path, name: &Ident) -> Expr {
        let span = hygienic(yield_point.span());
        let given = Ident::new("__given", hygienic(name.span()));
        let ty = &self.0.value;
        Expr::Verbatim(quote_spanned! {span=>
            {
                #yield_point!(@rewritten);
                let mut __value = '__lent: {
                    let #given = #name;
                    #[allow(unreachable_code)]
                    if false {
                        let __promised: #ty = loop {};
                        break '__lent __promised;
                    }
                    #given
                };
                let __lent = __caller.lend(__value).await;
                __exited = __lent.exited;
                __value = __lent.value;
                #name = __value;
                let _ = &#name;
                __lent.exit
            }
        })
    }

    /// Only a path that has yielded has the proof that a frame completes with.
    // Input:  return value
    // Output: return { let __output: S::Output = value; finish(__output, __exited) }
    fn finish(&self, expr: &mut ExprReturn) {
        if expr.expr.as_deref().is_some_and(is_err) {
            return;
        }
        let Names { output, finish, .. } = self.0;
        let span = hygienic(expr.return_token.span);
        let value = expr.expr.take().map_or_else(
            || quote_spanned!(span=> ()),
            |value| quote_spanned!(span=> #value),
        );
        expr.expr = Some(Box::new(Expr::Verbatim(quote_spanned! {span=>
            {
                let __output: #output = #value;
                #finish(__output, __exited)
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
