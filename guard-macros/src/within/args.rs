use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream, Parser};
use syn::visit_mut::VisitMut;
use syn::{Expr, Pat, Path, Token};

use crate::args::{duplicate, infallible, krate};
use crate::errors::{Errors, error};
use crate::fragments::{keep_fragments_whole, unwrapped};

/// `context`, `pattern = context`, or either with a `?` behind it.
pub(crate) struct Entry {
    /// The path of `guard-core`.
    pub(crate) krate: TokenStream,
    /// `None` where the value is not asked for.
    pub(crate) pat: Option<Pat>,
    pub(crate) context: Expr,
    pub(crate) question: Option<Token![?]>,
}

/// What stands in the parentheses of one `#[within(..)]` or of several.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) entries: Vec<Entry>,
    pub(crate) infallible: Option<infallible>,
    /// There is something in them that could not be read, or that is not to be seen from here.
    pub(crate) broken: bool,
}

impl Args {
    /// Adds what stands in one attribute, which is itself at `span`.
    pub(crate) fn add(&mut self, span: Span, tokens: TokenStream, errors: &mut Errors) {
        let list = match list.parse2(tokens) {
            Ok(list) => list,
            Err(error) => {
                self.broken = true;
                return errors.push(error);
            }
        };
        let mut path = None;
        let mut words = None;
        let mut entries = Vec::new();
        for arg in list {
            match arg {
                Arg::Infallible(word) if words.is_none() => words = Some(word),
                Arg::Infallible(word) => duplicate(word.span, "infallible", errors),
                Arg::Crate(_, given) if path.is_none() => path = Some(given),
                Arg::Crate(word, _) => duplicate(word.span, "crate", errors),
                Arg::Context(context) => entries.push(context),
            }
        }
        if entries.is_empty() {
            errors.report(
                span,
                "`#[within]` names no context",
                "write `#[within(f(..))]`, or `#[within(v = f(..))]` to have its value",
            );
        }
        let krate = path.map_or_else(|| quote!(::guard_core), |path: Path| quote!(#path));
        self.infallible = self.infallible.or(words);
        self.entries
            .extend(entries.into_iter().map(|entry| entry.of(&krate, errors)));
    }
}

/// One or several, with or without a comma at the end.
fn list(input: ParseStream<'_>) -> syn::Result<Vec<Arg>> {
    let mut list = Vec::new();
    while !input.is_empty() {
        list.push(input.parse()?);
        if !input.is_empty() {
            input.parse::<Token![,]>().map_err(|found| {
                error(
                    found.span(),
                    "expected `,` behind a context",
                    "write `#[within(v = f(..), w = g(..))]`",
                )
            })?;
        }
    }
    Ok(list)
}

enum Arg {
    Infallible(infallible),
    Crate(Token![crate], Path),
    Context(Box<Named>),
}

impl Parse for Arg {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if is_infallible(input) {
            return input.parse().map(Arg::Infallible);
        }
        if input.peek(Token![crate]) && !input.peek2(Token![::]) {
            return input.call(krate).map(|(word, path)| Arg::Crate(word, path));
        }
        input.parse().map(|named| Arg::Context(Box::new(named)))
    }
}

/// The word alone: a context may have that name.
fn is_infallible(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead.parse::<infallible>().is_ok() && (ahead.is_empty() || ahead.peek(Token![,]))
}

/// A context, and the name of its value.
struct Named {
    needless_let: Option<Token![let]>,
    pat: Option<Pat>,
    context: Expr,
}

impl Named {
    fn of(self, krate: &TokenStream, errors: &mut Errors) -> Entry {
        if let Some(word) = self.needless_let {
            errors.report(
                word.span,
                "`#[within]` is the `let` itself",
                "write `#[within(v = f(..))]`",
            );
        }
        let (mut context, question) = without_question_mark(self.context);
        keep_fragments_whole(|keeper| keeper.visit_expr_mut(&mut context));
        Entry {
            krate: krate.clone(),
            pat: self.pat.filter(|pat| !matches!(pat, Pat::Wild(_))),
            context,
            question,
        }
    }
}

impl Parse for Named {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let needless_let = input.parse()?;
        let named = input.call(pattern)?;
        let start = match &named {
            Some((_, equals)) if input.is_empty() => equals.span,
            _ => input.span(),
        };
        let context = input.parse().map_err(|_| {
            error(
                start,
                "expected a context",
                "write `f(..)`, or `v = f(..)` to have its value",
            )
        })?;
        Ok(Named {
            needless_let,
            pat: named.map(|(pat, _)| pat),
            context,
        })
    }
}

/// `pattern =`, if that is what comes. A call looks like the pattern of a tuple struct.
fn pattern(input: ParseStream<'_>) -> syn::Result<Option<(Pat, Token![=])>> {
    let ahead = input.fork();
    let Ok(pat) = Pat::parse_single(&ahead) else {
        return Ok(None);
    };
    if ahead.peek(Token![:]) {
        return Err(error(
            ahead.span(),
            "the type of a context's value is not written",
            "write `v = f(..)`",
        ));
    }
    if !ahead.peek(Token![=]) || ahead.peek(Token![==]) {
        return Ok(None);
    }
    input.advance_to(&ahead);
    input.parse().map(|equals| Some((pat, equals)))
}

fn without_question_mark(context: Expr) -> (Expr, Option<Token![?]>) {
    match unwrapped(&context) {
        Expr::Try(tried) => ((*tried.expr).clone(), Some(tried.question_token)),
        _ => (context, None),
    }
}
