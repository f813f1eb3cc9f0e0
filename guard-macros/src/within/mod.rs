//! `#[within]`, which runs the body of a function inside of contexts.

mod args;
mod expand;
mod parse;
mod valid;

use proc_macro2::TokenStream;

use crate::errors::Errors;

pub(crate) fn within(args: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    match parse::parse(args, item, &mut errors) {
        Some(function) => {
            valid::check(&function, &mut errors);
            expand::expand(&function, errors)
        }
        None => {
            let errors = errors.into_compile_errors();
            quote::quote!(#errors #item)
        }
    }
}
