use proc_macro2::{Group, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{ReturnType, Type, parse_quote};

use super::args::Entry;
use super::parse::{Function, braces};
use super::rewritten::starts_a_runtime;
use crate::errors::Errors;
use crate::rewrite::hygienic;
use crate::rewrite::{first_span, located};

pub(crate) fn expand(function: &Function, errors: Errors) -> TokenStream {
    let Function {
        attrs, vis, sig, ..
    } = function;
    if !errors.is_empty() {
        let body = refused(function);
        let errors = errors.into_compile_errors();
        return quote!(#(#attrs)* #vis #sig #body #errors);
    }
    let returns = Returns::of(function);
    let around: fn(&Entry, &Returns, &Group) -> TokenStream = match sig.asyncness {
        None => around_sync,
        Some(_) => around_async,
    };
    let span = function.body.span();
    let entries = function.args.entries.iter().rev();
    let body = entries.fold(function.body.clone(), |body, entry| {
        braces(span, around(entry, &returns, &body))
    });
    quote!(#(#attrs)* #vis #sig #body)
}

/// What the function returns, as its closures and blocks can say it.
struct Returns {
    /// With `_` for `impl Trait`.
    ty: Type,
    /// Whether there is an `impl Trait` in it.
    opaque: bool,
    /// Whether the contexts are told of errors.
    fallible: bool,
}

impl Returns {
    fn of(function: &Function) -> Self {
        let mut ty = match &function.sig.output {
            ReturnType::Default => parse_quote!(()),
            ReturnType::Type(_, ty) => (**ty).clone(),
        };
        let mut opaque = InferOpaque(false);
        opaque.visit_type_mut(&mut ty);
        Returns {
            ty,
            opaque: opaque.0,
            fallible: function.is_fallible(),
        }
    }
}

/// Says whether there was one.
struct InferOpaque(bool);

impl VisitMut for InferOpaque {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::ImplTrait(_) = ty {
            *ty = parse_quote!(_);
            self.0 = true;
        }
        visit_mut::visit_type_mut(self, ty);
    }
}

/// The names that the expansion around one context utters, at the place of that context.
struct Names {
    span: Span,
    private: TokenStream,
    /// The function that looks for a `?` too many or too few.
    check: TokenStream,
}

impl Names {
    fn of(entry: &Entry, fallible: bool) -> Self {
        let span = hygienic(first_span(&entry.context.to_token_stream()));
        let krate = located(&entry.krate, span);
        let private = quote_spanned!(span=> #krate::__private);
        let check = match (fallible, entry.question) {
            (false, _) => quote_spanned!(span=> in_plain_function),
            (true, None) => quote_spanned!(span=> without_question_mark),
            (true, Some(_)) => quote_spanned!(span=> with_question_mark),
        };
        Names {
            span,
            private,
            check,
        }
    }

    /// `__context`, whether it has to be waited for or not.
    fn context_of_any_kind(&self) -> TokenStream {
        let Names { span, private, .. } = self;
        quote_spanned!(*span=> #private::Kind::of(&__context).context(__context))
    }
}

/// Binds the value, if it is asked for.
fn bind(entry: &Entry, span: Span) -> Option<TokenStream> {
    let pat = entry.pat.as_ref()?;
    Some(quote_spanned!(span=> let #pat = __value;))
}

/// The closure takes what the body moves and borrows the rest, so that the context may borrow what
/// the body reads.
// Input:  #[within(v = f()?)] fn g() -> Result<T, E> { body }
// Output: try_within(f(), |__value| -> Result<T, E> { let v = __value; body })
fn around_sync(entry: &Entry, returns: &Returns, body: &Group) -> TokenStream {
    let Names {
        span,
        private,
        check,
    } = Names::of(entry, returns.fallible);
    let context = &entry.context;
    let context_of = if starts_a_runtime(body) {
        quote_spanned!(span=> context_around_a_runtime)
    } else {
        quote_spanned!(span=> context_of)
    };
    let context = quote_spanned!(span=> #private::#context_of(#context));
    let within = if returns.fallible {
        quote_spanned!(span=> try_within)
    } else {
        quote_spanned!(span=> within)
    };
    let ty = &returns.ty;
    let value = bind(entry, span);
    let inner = body.stream();
    let inner = braces(body.span(), quote!(#value #inner));
    quote_spanned! {span=>
        #private::#within(#private::#check(#context), |__value| -> #ty #inner)
    }
}

/// A `match` keeps the temporaries of the context until the body has ended. What is ended at once is
/// not kept across the `.await` of what is not, so that it need not be `Send`; nor is the context,
/// which is looked at in a block of its own.
// Input:  #[within(v = f()?)] async fn g() -> Result<T, E> { body }
// Output: below
fn around_async(entry: &Entry, returns: &Returns, body: &Group) -> TokenStream {
    let names = Names::of(entry, returns.fallible);
    let Names {
        span,
        private,
        check,
    } = &names;
    let span = *span;
    let context = &entry.context;
    let of_its_kind = names.context_of_any_kind();
    let (held, end) = held_and_end(span, returns.fallible);
    let edge = edge(&returns.ty);
    let value = bind(entry, span);
    let inner = body.stream();
    let inner = braces(body.span(), quote!(#edge #value #inner));
    quote_spanned! {span=>
        match (#context) {
            __context => {
                let (__frame, mut __place) = {
                    let __context = __context;
                    #private::start(#private::#check(#of_its_kind))
                };
                let __frame = ::core::pin::pin!(__frame);
                let mut __held = #held;
                let (__value, __watching) = __held.value_across_polls();
                #[allow(clippy::diverging_sub_expression)]
                let __outcome = __watching.over(async #inner).await;
                #[allow(clippy::diverging_sub_expression, unreachable_code)]
                let __ended = '__ended: {
                    let __ending = match __held.#end(__outcome) {
                        #private::Ending::Ended(__ended) => break '__ended __ended,
                        #private::Ending::Waits(__ending) => __ending,
                    };
                    __ending.await
                };
                __ended
            }
        }
    }
}

/// The expression that enters a context around an async body, and the name of what exits it.
fn held_and_end(span: Span, fallible: bool) -> (TokenStream, TokenStream) {
    if !fallible {
        return (
            quote_spanned!(span=> __frame.hold(&mut __place).await),
            quote_spanned!(span=> end),
        );
    }
    let held = quote_spanned! {span=>
        match __frame.try_hold(&mut __place).await {
            ::core::result::Result::Ok(__held) => __held,
            ::core::result::Result::Err(__outcome) => return __outcome,
        }
    };
    (held, quote_spanned!(span=> try_end))
}

/// Tells the compiler, before anything else does, what an `async` block returns. `!` cannot be the
/// type of a local.
fn edge(ty: &Type) -> Option<TokenStream> {
    if let Type::Never(_) = ty {
        return None;
    }
    let span = hygienic(ty.span());
    Some(quote_spanned! {span=>
        #[allow(unreachable_code)]
        if false {
            let __returned: #ty = loop {};
            return __returned;
        }
    })
}

/// The body in the scope that it was written for, so that nothing more is said than what is wrong.
// Input:  #[within(v = f()?)] fn g() { body }
// Output: { let v = lent(f()); body }
fn refused(function: &Function) -> Group {
    let args = &function.args;
    let body = &function.body;
    if args.broken || function.sig.constness.is_some() {
        return unreachable(function);
    }
    let lent = args.entries.iter().map(|entry| {
        let names = Names::of(entry, false);
        let Names { span, private, .. } = &names;
        let span = *span;
        let context = &entry.context;
        let of_its_kind = match function.sig.asyncness {
            None => quote_spanned!(span=> #private::context_of(__context)),
            Some(_) => names.context_of_any_kind(),
        };
        let pat = match &entry.pat {
            Some(pat) => pat.to_token_stream(),
            None => quote_spanned!(span=> _),
        };
        quote_spanned! {span=>
            let #pat = match (#context) {
                __context => #private::lent(#of_its_kind),
            };
        }
    });
    let inner = body.stream();
    braces(body.span(), quote!(#(#lent)* #inner))
}

/// In place of a body in which names may be missing. An `impl Trait` has to be said by the body.
fn unreachable(function: &Function) -> Group {
    let args = &function.args;
    let named = args.broken || args.entries.iter().any(|entry| entry.pat.is_some());
    if !named || Returns::of(function).opaque {
        return function.body.clone();
    }
    braces(
        function.body.span(),
        quote!(::core::panic!("only the compiler sees this")),
    )
}
