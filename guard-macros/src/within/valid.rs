use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::{
    GenericArgument, PathArguments, PathSegment, ReturnType, TraitBound, Type, TypeParamBound,
};

use super::parse::Function;
use crate::errors::Errors;

pub(crate) fn check(function: &Function, errors: &mut Errors) {
    check_const(function, errors);
    check_infallible(function, errors);
    check_question_marks(function, errors);
    check_runs_inside(function, errors);
    check_context_manager(function, errors);
}

fn check_const(function: &Function, errors: &mut Errors) {
    if let Some(word) = &function.sig.constness {
        errors.report(
            word.span,
            "a `const fn` cannot be `#[within]` a context",
            "remove `const`: contexts are entered at run time",
        );
    }
}

fn check_infallible(function: &Function, errors: &mut Errors) {
    if let Some(word) = &function.args.infallible
        && !function.returns_result()
    {
        errors.report(
            word.span,
            "`infallible` is for a return type whose name ends in `Result`",
            "remove it: this function cannot fail as it is",
        );
    }
}

/// Rule: a context that can fail is on a function that can return its error.
fn check_question_marks(function: &Function, errors: &mut Errors) {
    if function.is_fallible() {
        return;
    }
    let help = match function.args.infallible {
        Some(_) => "remove `infallible`",
        None => {
            "return `Result<T, E>`, or an alias whose name ends in `Result`, and end with `Ok(..)`"
        }
    };
    let questions = function
        .args
        .entries
        .iter()
        .filter_map(|entry| entry.question);
    for question in questions {
        errors.report(
            question.span,
            &format!(
                "`{}` has no way to return the error of this context",
                function.sig.ident
            ),
            help,
        );
    }
}

/// Rule: what the function does, it does before it returns.
fn check_runs_inside(function: &Function, errors: &mut Errors) {
    if let ReturnType::Type(_, ty) = &function.sig.output {
        let mut found = RunsLater(None);
        found.visit_type(ty);
        if let Some((span, later)) = found.0 {
            errors.report(
                span,
                &format!("the context would exit before this {} runs", later.name()),
                later.help(function.sig.asyncness.is_some()),
            );
        }
    }
}

/// What does nothing until its caller has it.
#[derive(Clone, Copy)]
enum Later {
    Iterator,
    Future,
    Stream,
}

impl Later {
    fn of(name: &str) -> Option<Self> {
        match name {
            "Iterator" | "DoubleEndedIterator" | "ExactSizeIterator" | "FusedIterator" => {
                Some(Later::Iterator)
            }
            "Future" | "IntoFuture" | "FusedFuture" | "TryFuture" | "BoxFuture"
            | "LocalBoxFuture" => Some(Later::Future),
            "Stream" | "FusedStream" | "TryStream" | "BoxStream" | "LocalBoxStream" => {
                Some(Later::Stream)
            }
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Later::Iterator => "iterator",
            Later::Future => "future",
            Later::Stream => "stream",
        }
    }

    fn help(self, in_async: bool) -> &'static str {
        match (self, in_async) {
            (Later::Iterator, _) | (Later::Stream, true) => {
                "return what it collects to, for example a `Vec`"
            }
            (Later::Stream, false) => {
                "write an `async fn` that returns what it collects to, for example a `Vec`"
            }
            (Later::Future, true) => "wait for it in the function, and return what comes of it",
            (Later::Future, false) => {
                "write `async fn name(..) -> T`, or put `#[within]` on an `async fn` that this one calls"
            }
        }
    }
}

/// The first of them in a type.
struct RunsLater(Option<(Span, Later)>);

impl RunsLater {
    fn look_at(&mut self, segment: Option<&PathSegment>) {
        if let Some(segment) = segment
            && let Some(later) = Later::of(&segment.ident.to_string())
        {
            self.0.get_or_insert((segment.ident.span(), later));
        }
    }
}

impl Visit<'_> for RunsLater {
    fn visit_trait_bound(&mut self, bound: &TraitBound) {
        self.look_at(bound.path.segments.last());
        visit::visit_trait_bound(self, bound);
    }

    fn visit_type_path(&mut self, ty: &syn::TypePath) {
        let last = ty.path.segments.last();
        // `Iterator` as a type is somebody's own, `BoxFuture` is not.
        self.look_at(last.filter(|last| last.ident.to_string().contains("Box")));
        visit::visit_type_path(self, ty);
    }

    /// What is called later may well return a future.
    fn visit_parenthesized_generic_arguments(&mut self, _: &syn::ParenthesizedGenericArguments) {}
}

/// Rule: a context manager lends from its own frame, and is entered by others.
fn check_context_manager(function: &Function, errors: &mut Errors) {
    let marked = function.attrs.iter().find(|attr| {
        let last = attr.path().segments.last();
        last.is_some_and(|last| last.ident == "context_manager")
    });
    let expanded = match &function.sig.output {
        ReturnType::Type(_, ty) => is_context(ty),
        ReturnType::Default => false,
    };
    let span = match marked {
        Some(attr) => attr.path().segments.last().map(|last| last.ident.span()),
        None => expanded.then(Span::call_site),
    };
    if let Some(span) = span {
        errors.report(
            span,
            "a context manager is entered by its caller, when `#[within]` is over",
            "remove `#[within(..)]`, and write `guard_core::enter!(v = f(..));` in the context manager",
        );
    }
}

/// What `#[context_manager]` has made of a return type: `Context<_, impl Body<..>>`, or the same of an
/// `async fn`.
fn is_context(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else {
        return false;
    };
    let PathArguments::AngleBracketed(args) = &last.arguments else {
        return false;
    };
    (last.ident == "Context" || last.ident == "AsyncContext") && args.args.iter().any(is_body)
}

fn is_body(arg: &GenericArgument) -> bool {
    let GenericArgument::Type(Type::ImplTrait(ty)) = arg else {
        return false;
    };
    ty.bounds.iter().any(|bound| {
        let TypeParamBound::Trait(bound) = bound else {
            return false;
        };
        let last = bound.path.segments.last();
        last.is_some_and(|last| last.ident == "Body" || last.ident == "AsyncBody")
    })
}
