use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, Path, Token, custom_keyword, parenthesized, token};

use crate::errors::{Errors, error};
use crate::fields::Fields;

custom_keyword!(infallible);
custom_keyword!(finish_on);
custom_keyword!(fields);

/// What stands in the parentheses of `#[context_manager(..)]`.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) infallible: Option<infallible>,
    /// Where the exit half goes on when the future is dropped.
    pub(crate) finish_on: Option<(finish_on, Expr)>,
    /// What a span of `tracing` records beside its name.
    pub(crate) fields: Option<(fields, Fields)>,
    krate: Option<Path>,
    /// There is something in them that could not be read.
    pub(crate) broken: bool,
}

impl Args {
    /// Any mistake is reported, and the rest of the arguments is made use of.
    pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut args = Args::default();
        match Punctuated::<Arg, Token![,]>::parse_terminated.parse2(tokens) {
            Ok(list) => list.into_iter().for_each(|arg| args.set(arg, errors)),
            Err(error) => {
                args.broken = true;
                errors.push(error);
            }
        }
        args
    }

    /// The path of `guard-core`.
    pub(crate) fn krate(&self) -> TokenStream {
        match &self.krate {
            Some(path) => quote!(#path),
            None => quote!(::guard_core),
        }
    }

    fn set(&mut self, arg: Arg, errors: &mut Errors) {
        match arg {
            Arg::Infallible(word) if self.infallible.is_none() => self.infallible = Some(word),
            Arg::FinishOn(word, executor) if self.finish_on.is_none() => {
                self.finish_on = Some((word, executor));
            }
            Arg::Fields(word, list) if self.fields.is_none() => self.fields = Some((word, list)),
            Arg::Crate(_, path) if self.krate.is_none() => self.krate = Some(path),
            Arg::Infallible(word) => duplicate(word.span, "infallible", errors),
            Arg::FinishOn(word, _) => duplicate(word.span, "finish_on", errors),
            Arg::Fields(word, _) => duplicate(word.span, "fields", errors),
            Arg::Crate(word, _) => duplicate(word.span, "crate", errors),
        }
    }
}

pub(crate) fn duplicate(span: proc_macro2::Span, name: &str, errors: &mut Errors) {
    errors.report(
        span,
        &format!("`{name}` is given twice"),
        "remove one of them",
    );
}

enum Arg {
    Infallible(infallible),
    FinishOn(finish_on, Expr),
    Fields(fields, Fields),
    Crate(Token![crate], Path),
}

impl Parse for Arg {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(infallible) {
            let word = input.parse()?;
            return no_value(input).map(|()| Arg::Infallible(word));
        }
        if input.peek(finish_on) {
            return input.call(executor);
        }
        if input.peek(fields) {
            return input.call(recorded);
        }
        if input.peek(Token![crate]) {
            return input.call(krate).map(|(word, path)| Arg::Crate(word, path));
        }
        Err(error(
            input.span(),
            "unknown argument of `#[context_manager]`",
            "write `infallible`, `finish_on = executor`, `fields(..)` or `crate = path`, or remove it",
        ))
    }
}

fn no_value(input: ParseStream<'_>) -> syn::Result<()> {
    if input.peek(Token![=]) {
        return Err(error(
            input.span(),
            "`infallible` takes no value",
            "write `#[context_manager(infallible)]`",
        ));
    }
    Ok(())
}

/// `finish_on = executor`
fn executor(input: ParseStream<'_>) -> syn::Result<Arg> {
    let word: finish_on = input.parse()?;
    let executor = input
        .parse::<Token![=]>()
        .and_then(|_| input.parse::<Expr>());
    match executor {
        Ok(executor) => Ok(Arg::FinishOn(word, executor)),
        Err(_) => Err(error(
            word.span,
            "`finish_on` says what runs the exit half when the future is dropped",
            "write `finish_on = executor`, for example `finish_on = |half| { tokio::spawn(half); }`",
        )),
    }
}

/// `fields(name = value, ..)`
fn recorded(input: ParseStream<'_>) -> syn::Result<Arg> {
    let word: fields = input.parse()?;
    if !input.peek(token::Paren) {
        return Err(error(
            word.span,
            "`fields` says what a span of `tracing` records",
            "write `fields(name = value)`, as in `tracing::info_span!`",
        ));
    }
    let list;
    parenthesized!(list in input);
    Ok(Arg::Fields(word, Fields::parse(list.parse()?)?))
}

/// `crate = path`
pub(crate) fn krate(input: ParseStream<'_>) -> syn::Result<(Token![crate], Path)> {
    let word: Token![crate] = input.parse()?;
    let path = input
        .parse::<Token![=]>()
        .and_then(|_| Path::parse_mod_style(input));
    match path {
        Ok(path) => Ok((word, path)),
        Err(_) => Err(error(
            word.span,
            "`crate` says where `guard-core` is to be found",
            "write `crate = path`, without quotes",
        )),
    }
}
