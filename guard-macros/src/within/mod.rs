//! `#[within]`, which runs the body of a function inside of contexts.

mod args;
mod expand;
mod parse;
mod rewritten;
mod valid;

use proc_macro2::TokenStream;

use crate::errors::Errors;

pub(crate) fn within(args: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    match parse::parse(args, item, &mut errors) {
        Some(mut function) => {
            valid::check(&function, &mut errors);
            let mut misplaced = Errors::default();
            rewritten::check(&function, &mut misplaced);
            function.args.broken |= !misplaced.is_empty();
            errors.extend(misplaced);
            expand::expand(&function, errors)
        }
        None => {
            let errors = errors.into_compile_errors();
            quote::quote!(#errors #item)
        }
    }
}
