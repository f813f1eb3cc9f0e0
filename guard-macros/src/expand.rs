use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Block, Expr, FnArg, Ident, Pat, Signature, Token};

use crate::args::{fields, finish_on};
use crate::bindings::{is_condition, make_lent_assignable, make_mutable, names_of, rebind_lent};
use crate::errors::Errors;
use crate::fields::{Fields, mentioned_in};
use crate::parse::{ContextManager, Lends};
use crate::rewrite::{Names, hygienic, located, rewrite};
use crate::stub::stub;

pub(crate) fn expand(manager: ContextManager, mut errors: Errors) -> TokenStream {
    let krate = manager.args.krate();
    let returns = returns(&manager.lends, &krate);
    let stub = stub(&manager, &krate, &returns);
    let Some(body) = manager.body.clone().filter(|_| errors.is_empty()) else {
        let errors = errors.into_compile_errors();
        return quote!(#stub #errors);
    };
    let function = function(manager, body, &krate, &returns, &mut errors);
    if !errors.is_empty() {
        let errors = errors.into_compile_errors();
        return quote!(#stub #errors);
    }
    quote_spanned! {Span::mixed_site()=>
        #[cfg(not(doc))]
        #function
        #[cfg(doc)]
        #stub
    }
}

/// The type that stands for the declared return type.
fn returns(lends: &Lends, krate: &TokenStream) -> TokenStream {
    match lends {
        Lends::Fallible(ty) => quote!(#ty),
        Lends::Plain(ty) => {
            let span = hygienic(ty.span());
            quote_spanned!(span=> #krate::Plain<#ty>)
        }
    }
}

// Input:  fn f(a: A, (b, c): B) -> Result<T, E> { body }
// Output: fn f(a: A, __arg1: B) -> Context<Result<T, E>, impl Body<..>> { context(.., frame) }
fn function(
    manager: ContextManager,
    mut body: Block,
    krate: &TokenStream,
    returns: &TokenStream,
    errors: &mut Errors,
) -> TokenStream {
    let span = Span::mixed_site();
    let names = Names::new(krate, returns, &manager.lends);
    let receiver = receiver(&manager);
    let lent = make_lent_assignable(&mut body);
    rewrite(&mut body, &names);
    let ContextManager {
        attrs,
        args,
        vis,
        mut sig,
        ..
    } = manager;
    let mut arguments = arguments(&mut sig, &lent, errors);
    let recorded = args
        .fields
        .iter()
        .flat_map(|(_, fields)| fields.mentioned());
    let executor = args
        .finish_on
        .iter()
        .flat_map(|(_, executor)| mentioned_in(executor));
    arguments.push(used(&sig, &recorded.chain(executor).collect::<Vec<_>>()));
    let promise = names.promise;
    let there = located(krate, promise);
    let kind = Kind::of(&mut sig, promise);
    let Kind {
        context,
        body: bound,
        halves,
        ..
    } = &kind;
    let returned = kind.returned(returns);
    sig.output = syn::parse2(quote_spanned! {promise=>
        -> #there::#context<
            #returns,
            impl #there::#bound<#returned, Frame = impl #there::#halves<#returns>>
        >
    })
    .expect("a return type");
    let braces = body.brace_token.span.join();
    let frame = frame(&names, receiver.as_ref(), &arguments, &body);
    let frame = framed(&names.private, &sig.ident, args.fields.as_ref(), &frame);
    let made = kind.make(&names.private, returns, &frame, args.finish_on.as_ref());
    let allowed = kind.allowed();
    let mut block = proc_macro2::Group::new(proc_macro2::Delimiter::Brace, made);
    block.set_span(braces);
    quote_spanned! {span=>
        #(#attrs)*
        #allowed
        #vis #sig #block
    }
}

/// What differs between an `async fn` and another: the names of what it is made into.
struct Kind {
    is_async: bool,
    context: Ident,
    body: Ident,
    halves: Ident,
}

impl Kind {
    /// What is made of an `async fn` is not one itself.
    fn of(sig: &mut Signature, span: Span) -> Self {
        let is_async = sig.asyncness.take().is_some();
        let prefix = if is_async { "Async" } else { "" };
        let name = |name: &str| format_ident!("{}{}", prefix, name, span = span);
        Kind {
            is_async,
            context: name("Context"),
            body: name("Body"),
            halves: name("Halves"),
        }
    }

    /// How the bound says what is returned.
    fn returned(&self, returns: &TokenStream) -> TokenStream {
        if self.is_async {
            let span = self.body.span();
            quote_spanned!(span=> Returns = #returns)
        } else {
            returns.clone()
        }
    }

    /// An executor may use the arguments, which the frame owns afterwards.
    // Input:  #[context_manager(finish_on = executor)]
    // Output: let __executor = executor; async_context(frame).finish_on(__executor)
    fn make(
        &self,
        private: &TokenStream,
        returns: &TokenStream,
        frame: &TokenStream,
        finish_on: Option<&(finish_on, Expr)>,
    ) -> TokenStream {
        let span = Span::mixed_site();
        if !self.is_async {
            return quote_spanned! {span=>
                let __frame = #private::frame::<#returns, _, _, _>(#frame);
                unsafe { #private::context(__frame) }
            };
        }
        let executor = finish_on.map(|(_, executor)| {
            let span = hygienic(executor.span());
            quote_spanned!(span=> let __executor = #private::executor(#executor);)
        });
        let finished = finish_on.map(|(word, _)| {
            let span = hygienic(word.span);
            quote_spanned!(span=> .finish_on(__executor))
        });
        quote_spanned! {span=>
            #executor
            let __frame = #private::async_frame::<#returns, _, _, _>(#frame);
            (unsafe { #private::async_context(__frame) })#finished
        }
    }

    /// To clippy the one `.await` of a frame that is not async is one across which nothing should
    /// be locked.
    fn allowed(&self) -> Option<TokenStream> {
        (!self.is_async).then(|| {
            quote! {
                #[allow(
                    clippy::await_holding_invalid_type,
                    clippy::await_holding_lock,
                    clippy::await_holding_refcell_ref
                )]
            }
        })
    }
}

/// What is never reached says what the frame completes with, before a `return` that another macro
/// hides can say otherwise: the compiler then finds fault with that one.
///
/// The whole of `self` and every argument are mentioned, so that the frame owns them from the
/// call on, and the arguments become locals, so that they are dropped as arguments are.
fn frame(
    names: &Names,
    receiver: Option<&Token![self]>,
    arguments: &[TokenStream],
    body: &Block,
) -> TokenStream {
    let Names {
        promise,
        output,
        ended,
        finish,
        ..
    } = names;
    let span = Span::mixed_site();
    let receiver = receiver.map(|this| quote_spanned!(span=> let _ = &#this;));
    let end = hygienic(body.brace_token.span.close());
    let finish = quote_spanned! {end=>
        #[allow(unreachable_code)]
        return #finish(__output, __exited);
    };
    let promised = quote_spanned!(hygienic(*promise)=> __ended);
    quote_spanned! {span=>
        #[inline(always)]
        async move {
            #[allow(unreachable_code)]
            if false {
                let __ended: #ended = loop {};
                return #promised;
            }
            #receiver
            #(#arguments)*
            let __exited;
            #[allow(clippy::diverging_sub_expression, clippy::redundant_else)]
            let __output: #output = #body;
            #finish
        }
    }
}

/// Whether there are spans the crate knows, and not the macro, which may be the same one for two of it
/// that have other features. The span is made ahead of the frame, as long as the arguments can be looked at.
// Input:  #[context_manager(fields(path = %path.display()))] fn f(path: &Path) { .. }
// Output: move |__caller| framed(__caller.witness(), site!("f", path = %path.display()), { frame })
fn framed(
    private: &TokenStream,
    name: &Ident,
    fields: Option<&(fields, Fields)>,
    frame: &TokenStream,
) -> TokenStream {
    let name = name.unraw().to_string();
    let fields = fields.map(|(_, fields)| &fields.tokens);
    quote_spanned! {Span::mixed_site()=>
        move |__caller| {
            #private::framed(__caller.witness(), #private::site!(#name, #fields), { #frame })
        }
    }
}

/// `self`, with the hygiene of the one that the function takes.
fn receiver(manager: &ContextManager) -> Option<Token![self]> {
    match manager.sig.inputs.first() {
        Some(FnArg::Receiver(receiver)) => Some(receiver.self_token),
        _ => None,
    }
}

/// What a span records and what an executor is made of is no unused argument, though the function itself
/// may not mention it.
// Input:  #[context_manager(fields(path = %path.display()))] fn f(path: &Path) { .. }
// Output: let _ = &path;
fn used(sig: &Signature, mentioned: &[Ident]) -> TokenStream {
    let arguments = sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) => Some(argument),
        FnArg::Receiver(_) => None,
    });
    let uses = arguments.flat_map(|argument| {
        let names = names_of(&argument.pat).into_iter();
        let names = names.filter(|name| mentioned.contains(name));
        names.map(|name| {
            let conditions = argument.attrs.iter().filter(|attr| is_condition(attr));
            quote_spanned!(Span::mixed_site()=> #(#conditions)* let _ = &#name;)
        })
    });
    uses.collect()
}

/// Gives every argument a name in the signature, and binds it to its pattern in the frame, where
/// lints are to look at it.
fn arguments(sig: &mut Signature, lent: &[Ident], errors: &mut Errors) -> Vec<TokenStream> {
    let mut bound_names = Vec::new();
    let mut bound = Vec::new();
    for (index, input) in sig.inputs.iter_mut().enumerate() {
        let FnArg::Typed(argument) = input else {
            continue;
        };
        let names = names_of(&argument.pat);
        let lent_here: Vec<_> = lent
            .iter()
            .filter(|name| names.contains(name))
            .cloned()
            .collect();
        let attrs = argument.attrs.clone();
        argument.attrs.retain(is_condition);
        bound.push(bind(index, &mut argument.pat, &attrs, &lent_here));
        bound_names.extend(names);
    }
    for name in lent.iter().filter(|name| !bound_names.contains(name)) {
        errors.report(
            name.span(),
            &format!("there is no `let {name}` to be seen to which the value could be handed back"),
            &format!("write `yield_point!({{ {name} }})` to give the value away, or bind it with `let` first"),
        );
    }
    bound
}

// Input:  fn f(mut a: A, (b, c): B)
// Output: fn f(a: A, __arg1: B) and let mut a = a; let __arg1 = __arg1; let (b, c) = __arg1;
fn bind(index: usize, pat: &mut Pat, attrs: &[Attribute], lent: &[Ident]) -> TokenStream {
    let span = hygienic(pat.span());
    if let Pat::Ident(name) = pat
        && name.by_ref.is_none()
        && name.subpat.is_none()
    {
        let ident = name.ident.clone();
        if !lent.is_empty() {
            make_mutable(name);
        }
        let mutability = name.mutability.take();
        return quote_spanned! {span=>
            #[allow(
                clippy::no_effect_underscore_binding,
                clippy::shadow_same,
                clippy::used_underscore_binding
            )]
            #(#attrs)*
            let #mutability #ident = #ident;
        };
    }
    let whole = format_ident!("__arg{}", index, span = span);
    let mut declared: Pat = syn::parse_quote_spanned!(span=> #whole);
    std::mem::swap(pat, &mut declared);
    let rebound = rebind_lent(&mut declared, lent);
    let conditions = attrs.iter().filter(|attr| is_condition(attr));
    quote_spanned! {span=>
        #(#conditions)*
        #[allow(unused_mut)]
        let mut #whole = #whole;
        #(#attrs)*
        let #declared = #whole;
        #rebound
    }
}
