use proc_macro2::Span;
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{
    Expr, FnArg, Ident, Lifetime, Macro, ParenthesizedGenericArguments, Pat, PatIdent, Receiver,
    ReceiverKind, ReturnType, Stmt, TraitBound, TypeFnPtr, TypeImplTrait, TypeReference,
};

use crate::bindings::names_of;
use crate::errors::Errors;
use crate::parse::ContextManager;
use crate::yield_point::{YieldPoint, hidden_in, local};

/// The rules about the signature. Those about the body's paths are in `flow`.
pub(crate) fn check(manager: &ContextManager, errors: &mut Errors) {
    check_const(manager, errors);
    check_finish_on(manager, errors);
    check_fields(manager, errors);
    check_owns(manager, errors);
    check_abi(manager, errors);
    check_variadic(manager, errors);
    check_return_type(manager, errors);
    check_signature_yields(manager, errors);
    check_awaits(manager, errors);
    check_returns_nothing(manager, errors);
}

fn check_const(manager: &ContextManager, errors: &mut Errors) {
    if let Some(word) = &manager.sig.constness {
        errors.report(
            word.span,
            "a context manager cannot be a `const fn`",
            "remove `const`: its exit half runs at run time",
        );
    }
}

/// Rule: only what waits can be dropped while it does.
fn check_finish_on(manager: &ContextManager, errors: &mut Errors) {
    if let (Some((word, _)), None) = (&manager.args.finish_on, &manager.sig.asyncness) {
        errors.report(
            word.span,
            "`finish_on` is for an `async fn`",
            "remove it: the exit half of a context that is not async runs in any case",
        );
    }
}

/// Rule: a span is made before the arguments are taken apart.
fn check_fields(manager: &ContextManager, errors: &mut Errors) {
    let Some((_, fields)) = &manager.args.fields else {
        return;
    };
    fields.check(errors);
    let patterns = manager.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) if !is_name(&argument.pat) => Some(names_of(&argument.pat)),
        _ => None,
    });
    let parts: Vec<_> = patterns.flatten().collect();
    for name in fields
        .mentioned()
        .iter()
        .filter(|name| parts.contains(name))
    {
        errors.report(
            name.span(),
            &format!("`{name}` is taken out of an argument, and the span is made before that"),
            "give the argument a name, record what is to be seen of it, and take it apart in the body",
        );
    }
}

fn is_name(pat: &Pat) -> bool {
    matches!(pat, Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none())
}

/// Rule: what goes on elsewhere borrows nothing. A lifetime that is not written the compiler finds.
fn check_owns(manager: &ContextManager, errors: &mut Errors) {
    struct Borrows<'e>(&'e mut Errors);
    impl Borrows<'_> {
        fn report(&mut self, span: Span) {
            self.0.report(
                span,
                "a context manager with `finish_on` has to own what it uses",
                "its exit half may outlive the caller: take `String` for `&str`, `Arc<T>` for `&T`, `self: Arc<Self>` for `&self`",
            );
        }
    }
    impl Visit<'_> for Borrows<'_> {
        fn visit_receiver(&mut self, receiver: &Receiver) {
            match receiver.kind {
                ReceiverKind::Reference(..) => self.report(receiver.self_token.span),
                _ => visit::visit_receiver(self, receiver),
            }
        }

        fn visit_type_reference(&mut self, ty: &TypeReference) {
            match &ty.lifetime {
                Some(lifetime) if lifetime.ident == "static" => self.visit_type(&ty.elem),
                _ => self.report(ty.and_token.span),
            }
        }

        fn visit_lifetime(&mut self, lifetime: &Lifetime) {
            if lifetime.ident != "static" {
                self.report(lifetime.span());
            }
        }

        /// A lifetime that is bound here is none of the caller's.
        fn visit_trait_bound(&mut self, bound: &TraitBound) {
            if bound.lifetimes.is_none() {
                visit::visit_trait_bound(self, bound);
            }
        }

        /// What is called later may well take a reference.
        fn visit_parenthesized_generic_arguments(&mut self, _: &ParenthesizedGenericArguments) {}

        fn visit_type_fn_ptr(&mut self, _: &TypeFnPtr) {}

        fn visit_pat(&mut self, _: &Pat) {}
    }
    if manager.args.finish_on.is_some() && manager.sig.asyncness.is_some() {
        let mut borrows = Borrows(errors);
        manager
            .sig
            .inputs
            .iter()
            .for_each(|input| borrows.visit_fn_arg(input));
    }
}

fn check_abi(manager: &ContextManager, errors: &mut Errors) {
    if let Some(abi) = &manager.sig.abi {
        errors.report_at(
            abi,
            "a context manager returns a Rust type, which `extern` cannot",
            "remove `extern`",
        );
    }
}

fn check_variadic(manager: &ContextManager, errors: &mut Errors) {
    if let Some(variadic) = &manager.sig.variadic {
        errors.report_at(
            variadic,
            "a context manager cannot be variadic",
            "take a slice in its place",
        );
    }
}

/// Rule: the type of the lent value has a name.
fn check_return_type(manager: &ContextManager, errors: &mut Errors) {
    struct ImplTraits<'e>(&'e mut Errors);
    impl Visit<'_> for ImplTraits<'_> {
        fn visit_type_impl_trait(&mut self, ty: &TypeImplTrait) {
            self.0.report(
                ty.impl_token.span,
                "a context manager cannot lend an `impl Trait`",
                "name the type, or lend a `Box<dyn Trait>`",
            );
        }
    }
    if let ReturnType::Type(_, ty) = &manager.sig.output {
        ImplTraits(errors).visit_type(ty);
    }
}

/// Rule: the function yields in its body.
fn check_signature_yields(manager: &ContextManager, errors: &mut Errors) {
    if let Some(found) = hidden_in(&manager.sig.to_token_stream()) {
        errors.report(
            found.span(),
            "`yield_point!` in the signature of a context manager",
            "move it into the body",
        );
    }
}

/// Rule: what is not async does not wait.
fn check_awaits(manager: &ContextManager, errors: &mut Errors) {
    struct Awaits<'e>(&'e mut Errors);
    impl Awaits<'_> {
        fn report(&mut self, span: Span) {
            self.0.report(
                span,
                "`.await` in a context manager that is not an `async fn`",
                "write `async fn`, or do the waiting in the caller",
            );
        }
    }
    impl Visit<'_> for Awaits<'_> {
        fn visit_expr(&mut self, expr: &Expr) {
            match expr {
                Expr::Await(wait) => self.report(wait.await_token.span),
                Expr::Async(_) => return,
                Expr::Closure(closure) if closure.asyncness.is_some() => return,
                _ => {}
            }
            visit::visit_expr(self, expr);
        }

        fn visit_item(&mut self, _: &syn::Item) {}
    }
    if let (Some(body), None) = (&manager.body, &manager.sig.asyncness) {
        Awaits(errors).visit_block(body);
    }
}

/// Rule: what was lent is not returned as well. Of anything else the compiler says that its type is wrong.
fn check_returns_nothing(manager: &ContextManager, errors: &mut Errors) {
    let last = manager.body.as_ref().and_then(|body| body.stmts.last());
    let Some(Stmt::Expr(last, None)) = last else {
        return;
    };
    let returned = match last {
        Expr::Call(call) if is_ok(&call.func) => call.args.first().and_then(local),
        last if !manager.lends.is_fallible() => local(last),
        _ => None,
    };
    let Some(name) = returned.filter(|name| is_lent_alone(manager, name)) else {
        return;
    };
    let help = if manager.lends.is_fallible() {
        "write `Ok(())`: the return type says what is lent, and the exit half returns nothing"
    } else {
        "remove it: the return type says what is lent, and the exit half returns nothing"
    };
    errors.report_at(
        last,
        &format!("`{name}` was lent at the `yield_point!`, and is not returned as well"),
        help,
    );
}

fn is_ok(function: &Expr) -> bool {
    matches!(function, Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Ok"))
}

/// Whether there is a `yield_point!(name)`, and the name is not given to something else too.
fn is_lent_alone(manager: &ContextManager, name: &Ident) -> bool {
    struct Uses<'n> {
        name: &'n Ident,
        is_lent: bool,
        bindings: usize,
    }
    impl Visit<'_> for Uses<'_> {
        fn visit_macro(&mut self, mac: &Macro) {
            let lent = YieldPoint::parse(mac);
            self.is_lent |= matches!(lent, Some(Ok(YieldPoint::Name(lent))) if lent == *self.name);
        }

        fn visit_pat_ident(&mut self, pat: &PatIdent) {
            self.bindings += usize::from(pat.ident == *self.name);
            visit::visit_pat_ident(self, pat);
        }
    }
    let mut uses = Uses {
        name,
        is_lent: false,
        bindings: 0,
    };
    let inputs = manager.sig.inputs.iter();
    inputs.for_each(|input| uses.visit_fn_arg(input));
    manager.body.iter().for_each(|body| uses.visit_block(body));
    uses.is_lent && uses.bindings == 1
}
