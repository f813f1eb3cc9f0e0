//! `enter!` and `with!`, which hold a context in locals that nobody else can name.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{Parse, ParseStream, Parser};
use syn::visit_mut::VisitMut;
use syn::{Expr, ExprTry, Ident, Pat, Token, bracketed};

use crate::errors::error;
use crate::fragments::keep_fragments_whole;
use crate::rewrite::{first_span, hygienic, located};

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
        let (mut context, question) = match input.call(Expr::parse_without_eager_brace)? {
            Expr::Try(ExprTry {
                expr,
                question_token,
                ..
            }) => (*expr, Some(question_token)),
            context => (context, None),
        };
        keep_fragments_whole(|keeper| keeper.visit_expr_mut(&mut context));
        Ok(Entry {
            pat,
            context,
            question,
        })
    }
}

/// `[$crate]`, put there by the macro that calls this one.
fn krate(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let path;
    bracketed!(path in input);
    path.parse()
}

/// One or several, with or without a comma at the end.
fn entries(input: ParseStream<'_>) -> syn::Result<Vec<Entry>> {
    let mut entries = vec![input.parse()?];
    while input.parse::<Option<Token![,]>>()?.is_some() {
        if input.is_empty() || input.peek(Token![=>]) || input.peek(Token![;]) {
            break;
        }
        entries.push(input.parse()?);
    }
    Ok(entries)
}

fn or_error(expanded: syn::Result<TokenStream>) -> TokenStream {
    expanded.unwrap_or_else(syn::Error::into_compile_error)
}

pub(crate) fn enter(input: TokenStream) -> TokenStream {
    let parse = |input: ParseStream<'_>| {
        let krate = krate(input)?;
        let needless_let: Option<Token![let]> = input.parse()?;
        let entries = entries(input)?;
        input.parse::<Option<Token![;]>>()?;
        let error = needless_let.map(|word| {
            error(
                word.span,
                "`enter!` is the `let` itself",
                "write `enter!(v = f(..));`",
            )
            .into_compile_error()
        });
        let held = entries
            .iter()
            .map(|entry| hold_for_the_scope(&krate, entry));
        Ok(quote!(#error #(#held)*))
    };
    or_error(parse.parse2(input))
}

// Input:  v = context?
// Output: below
fn hold_for_the_scope(krate: &TokenStream, entry: &Entry) -> TokenStream {
    let Entry {
        pat,
        context,
        question,
    } = entry;
    let (span, places, entered) = entered(krate, entry, "enter");
    let value = value(span, pat);
    quote_spanned! {span=>
        let __context = #context;
        #places
        let mut __held = #entered #question;
        #value
    }
}

/// Binds the value. Where the user does not, a `_` would be theirs in the eyes of lints.
fn value(span: Span, pat: &Pat) -> Option<TokenStream> {
    match pat {
        Pat::Wild(_) => None,
        _ => Some(quote_spanned!(span=> let #pat = __held.value();)),
    }
}

/// The locals that `__context` is entered into, and the expression that enters it, which calls
/// `enter`.
///
/// The calls of traits stand where the compiler finds path and argument at one place and in one
/// macro, the one that the user wrote: it then says once what does not hold.
fn entered(krate: &TokenStream, entry: &Entry, enter: &str) -> (Span, TokenStream, TokenStream) {
    let span = hygienic(first_span(&entry.context.to_token_stream()));
    let krate = located(krate, span);
    let written = first_span(&krate);
    let question = match entry.question {
        Some(_) => quote_spanned!(written=> EnteredWithQuestionMark),
        None => quote_spanned!(written=> EnteredWithoutQuestionMark),
    };
    let argument = quote_spanned!(span=> __context);
    let context_of = quote_spanned! {written=>
        <_ as #krate::__private::ContextManager>::into_context((#argument))
    };
    let frame_of = quote_spanned! {written=>
        <_ as #krate::__private::#question>::into_frame((#argument))
    };
    let places = quote_spanned! {span=>
        let __context = #context_of;
        let __frame = ::core::pin::pin!(#frame_of);
        let mut __value = #krate::__private::MaybeUninit::uninit();
    };
    let enter = Ident::new(enter, span);
    let entered = quote_spanned!(span=> #krate::__private::Held::#enter(__frame, &mut __value));
    (span, places, entered)
}

pub(crate) fn with(input: TokenStream) -> TokenStream {
    let parse = |input: ParseStream<'_>| {
        let krate = krate(input)?;
        let entries = entries(input)?;
        let arrow = match (input.is_empty(), entries.last()) {
            (true, Some(entry)) => first_span(&entry.context.to_token_stream()),
            _ => input.span(),
        };
        input.parse::<Token![=>]>().map_err(|_| {
            error(
                arrow,
                "expected `=>` and a block",
                "write `with!(v = f(..) => { .. })`",
            )
        })?;
        let mut body: Expr = input.parse()?;
        keep_fragments_whole(|keeper| keeper.visit_expr_mut(&mut body));
        let nested = entries.iter().rev().fold(quote!(#body), |body, entry| {
            hold_for_the_block(&krate, entry, &body)
        });
        Ok(nested)
    };
    or_error(parse.parse2(input))
}

/// A `match` keeps the temporaries of `context` until the block has ended. A `?` stands once in the
/// output too, so that what is wrong with it is said once.
// Input:  v = context? => body
// Output: below
fn hold_for_the_block(krate: &TokenStream, entry: &Entry, body: &TokenStream) -> TokenStream {
    let Entry {
        pat,
        context,
        question,
    } = entry;
    let (span, places, entered) = entered(krate, entry, "enter_to_complete");
    let value = value(span, pat);
    let block = match question {
        None => quote_spanned! {span=>
            let mut __held = #entered;
            #value
            #[allow(clippy::diverging_sub_expression)]
            let __result = #body;
            #[allow(unreachable_code)]
            let __completed = __held.complete(__result);
            __completed
        },
        Some(_) => quote_spanned! {span=>
            match #entered {
                ::core::result::Result::Ok(mut __held) => {
                    #value
                    #[allow(clippy::diverging_sub_expression)]
                    let __result = #body;
                    #[allow(unreachable_code)]
                    let __completed = __held.complete(__result);
                    __completed
                }
                ::core::result::Result::Err(__error) => ::core::result::Result::Err(__error),
            }
        },
    };
    let matched = quote_spanned!(span=> __context);
    quote_spanned! {first_span(&located(krate, span))=>
        match #context {
            #matched => {
                #places
                #block
            }
        } #question
    }
}
