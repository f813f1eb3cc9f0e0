//! `enter!` and `with!`, which hold a context in locals that nobody else can name.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprTry, Pat, Token, bracketed};

use crate::errors::error;
use crate::rewrite::hygienic;

/// `pattern = context` or `pattern = context?`
struct Entry {
    pat: Pat,
    context: Expr,
    question: Option<Token![?]>,
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let start = input.span();
        let pat = input
            .call(Pat::parse_single)
            .and_then(|pat| input.parse::<Token![=]>().map(|_| pat))
            .map_err(|_| {
                error(
                    start,
                    "expected `name = context`",
                    "write `v = f(..)`, or `_ = f(..)` if the value is not needed",
                )
            })?;
        match input.call(Expr::parse_without_eager_brace)? {
            Expr::Try(ExprTry {
                expr,
                question_token,
                ..
            }) => Ok(Entry {
                pat,
                context: *expr,
                question: Some(question_token),
            }),
            context => Ok(Entry {
                pat,
                context,
                question: None,
            }),
        }
    }
}

/// `[$crate]`, put there by the macro that calls this one.
fn krate(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let path;
    bracketed!(path in input);
    path.parse()
}

fn or_error(expanded: syn::Result<TokenStream>) -> TokenStream {
    expanded.unwrap_or_else(syn::Error::into_compile_error)
}

pub(crate) fn enter(input: TokenStream) -> TokenStream {
    let parse = |input: ParseStream<'_>| {
        let krate = krate(input)?;
        let entry: Entry = input.parse()?;
        input.parse::<Option<Token![;]>>()?;
        Ok(hold(&krate, &entry))
    };
    or_error(parse.parse2(input))
}

// Input:  v = context?
// Output: below
fn hold(krate: &TokenStream, entry: &Entry) -> TokenStream {
    let Entry {
        pat,
        context,
        question,
    } = entry;
    let span = hygienic(first_span(&quote!(#context)));
    let frame = match question {
        Some(_) => quote_spanned!(span=> fallible),
        None => quote_spanned!(span=> infallible),
    };
    quote_spanned! {span=>
        let __frame = ::core::pin::pin!(#krate::__private::#frame(#context));
        let mut __value = #krate::__private::MaybeUninit::uninit();
        let mut __held = #krate::__private::Held::enter(__frame, &mut __value)#question;
        let #pat = __held.value();
    }
}

pub(crate) fn with(input: TokenStream) -> TokenStream {
    let parse = |input: ParseStream<'_>| {
        let krate = krate(input)?;
        let entries = Punctuated::<Entry, Token![,]>::parse_separated_nonempty(input)?;
        let arrow = input.span();
        input.parse::<Option<Token![,]>>()?;
        input.parse::<Token![=>]>().map_err(|_| {
            error(
                arrow,
                "expected `=>` and a block",
                "write `with!(v = f(..) => { .. })`",
            )
        })?;
        let body: Expr = input.parse()?;
        Ok(nest(&krate, entries.iter(), &body))
    };
    or_error(parse.parse2(input))
}

// Input:  a = first?, b = second => { body }
// Output: { hold a; let __result = { hold b; .. { body } .. }; complete a?; __result }
fn nest<'e>(
    krate: &TokenStream,
    mut entries: impl Iterator<Item = &'e Entry>,
    body: &Expr,
) -> TokenStream {
    let Some(entry) = entries.next() else {
        return quote!(#body);
    };
    let inner = nest(krate, entries, body);
    let held = hold(krate, entry);
    let question = &entry.question;
    let span = question.map_or_else(Span::mixed_site, |question| hygienic(question.span));
    quote_spanned! {span=>
        {
            #held
            let __result = #inner;
            __held.complete()#question;
            __result
        }
    }
}

fn first_span(tokens: &TokenStream) -> Span {
    tokens
        .clone()
        .into_iter()
        .next()
        .as_ref()
        .map_or_else(Span::mixed_site, TokenTree::span)
}
