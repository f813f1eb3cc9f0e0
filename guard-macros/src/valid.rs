use proc_macro2::Span;
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{
    Expr, Lifetime, ParenthesizedGenericArguments, Pat, Receiver, ReceiverKind, ReturnType,
    TraitBound, TypeFnPtr, TypeImplTrait, TypeReference,
};

use crate::errors::Errors;
use crate::parse::ContextManager;
use crate::yield_point::hidden_in;

/// The rules about the signature. Those about the body's paths are in `flow`.
pub(crate) fn check(manager: &ContextManager, errors: &mut Errors) {
    check_const(manager, errors);
    check_finish_on(manager, errors);
    check_owns(manager, errors);
    check_abi(manager, errors);
    check_variadic(manager, errors);
    check_return_type(manager, errors);
    check_signature_yields(manager, errors);
    check_awaits(manager, errors);
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
