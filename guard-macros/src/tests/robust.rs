//! The expander on input that is not a proper function: it never panics, and leaves the item there.

use std::time::Instant;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use proptest::prelude::*;
use quote::{format_ident, quote};

use super::{errors, expand};

/// Functions of which every construct of the expander has its share.
const SEEDS: [&str; 8] = [
    "fn f(a: A, (b, _): B) -> Result<T, E> { let x = open(a)?; match yield_point!(x) { Exit::Completed => x.close(), _ => return Err(b) } }",
    "pub fn f<'a, T: Clone>(&'a mut self, mut n: u8) -> &'a T { 'l: loop { if n > 3 { let v = self.t(); yield_point!(v); break 'l; } n += 1; } }",
    "unsafe fn f(self: Box<Self>) { let Some(x) = y() else { panic!() }; unsafe { yield_point!({ x }); } if let Some(z) = x && c { return; } }",
    "fn f() -> io::Result<X> { for i in 0..3 { if let Ok(c) = connect(i) { yield_point!(c); return Ok(()); } } Err(e) }",
    "fn f(v: V) -> V { while let Some(w) = next() { w.go(|x| x + 1); } yield_point!(v) }",
    "fn f() { async { 1 }; const { 2 }; let g = move || { return 3; }; println!(\"{}\", 4); yield_point!(); }",
    "async fn f(a: &A) -> Result<T, E> { let mut x = open(a).await?; if yield_point!(x).is_completed() { return x.close().await; } async { x.kill() }.await }",
    "pub async fn f(self: Arc<Self>) { let g = self.lock().await; yield_point!(g.next().await); for h in g.rest() { h.await; } }",
];

/// Takes tokens out, puts some in twice, and some of elsewhere in their place.
pub(super) fn mutate(tokens: TokenStream, edits: &mut impl Iterator<Item = u8>) -> TokenStream {
    let mut kept = Vec::<TokenTree>::new();
    for token in tokens {
        let token = match token {
            TokenTree::Group(group) => {
                let inner = mutate(group.stream(), edits);
                TokenTree::Group(Group::new(delimiter(&group, edits), inner))
            }
            token => token,
        };
        match edits.next().unwrap_or(255) {
            0..=5 => {}
            6..=9 => kept.extend([token.clone(), token]),
            10..=13 => kept.extend(kept.first().cloned()),
            14..=15 => kept.extend(quote!(yield_point!(x))),
            16 => kept.extend(quote!(return)),
            17 => kept.extend(quote!(?)),
            _ => kept.push(token),
        }
    }
    kept.into_iter().collect()
}

fn delimiter(group: &Group, edits: &mut impl Iterator<Item = u8>) -> Delimiter {
    match edits.next() {
        Some(0) => Delimiter::Brace,
        Some(1) => Delimiter::Parenthesis,
        Some(2) => Delimiter::None,
        _ => group.delimiter(),
    }
}

/// How many values the frame of `expansion` lends, and how many `yield_point!`s are left, in a type
/// or a pattern, to be refused as what they are there.
fn lends_and_left(expansion: TokenStream) -> usize {
    let file: syn::File = syn::parse2(expansion).expect("items");
    let function = file
        .items
        .first()
        .map(|item| quote!(#item).to_string())
        .unwrap_or_default();
    let left = function.matches("yield_point !").count()
        - function.matches("yield_point ! (@ rewritten)").count();
    function.matches("__caller . lend (").count() + left
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutilated_functions_expand_to_items(
        seed in 0..SEEDS.len(),
        edits in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let function = mutate(SEEDS[seed].parse().expect("tokens"), &mut edits.into_iter());
        let expansion = expand(&function);
        let parses = syn::parse2::<syn::File>(expansion.clone()).is_ok();
        let refused = expansion.to_string().contains("compile_error");
        prop_assert!(parses || refused, "neither refused nor well-formed: {function}");
        if parses && errors(expansion.clone()).is_empty() {
            let yields = function.to_string().matches("yield_point !").count();
            prop_assert_eq!(lends_and_left(expansion), yields, "{}", function);
        }
    }

    #[test]
    fn half_a_body_leaves_the_whole_signature(seed in 0..SEEDS.len(), cut in 0..60_usize) {
        let mut function: Vec<TokenTree> = SEEDS[seed].parse::<TokenStream>().expect("tokens").into_iter().collect();
        let Some(TokenTree::Group(body)) = function.pop() else { unreachable!("a body") };
        let half: TokenStream = body.stream().into_iter().take(cut).collect();
        function.push(TokenTree::Group(Group::new(Delimiter::Brace, half)));
        let signature = |tokens: &TokenStream| {
            let item: syn::File = syn::parse2(tokens.clone()).expect("items");
            item.items.iter().find_map(|item| match item {
                syn::Item::Fn(item) => Some((item.sig.ident.clone(), item.sig.inputs.len())),
                _ => None,
            })
        };
        let whole: TokenStream = SEEDS[seed].parse().expect("tokens");
        let expansion = expand(&function.into_iter().collect());
        prop_assert_eq!(signature(&expansion), signature(&whole));
    }

    #[test]
    fn any_tokens_are_refused_in_peace(text in "[a-z(){}\\[\\]!?;:,.<>&'|=#0-9 ]{0,60}") {
        if let Ok(tokens) = text.parse::<TokenStream>() {
            expand(&tokens);
        }
    }
}

/// The time that `function` takes to expand, the best of three.
fn seconds(function: &TokenStream) -> f64 {
    let once = || {
        let start = Instant::now();
        assert!(!expand(function).is_empty());
        start.elapsed().as_secs_f64()
    };
    (0..3).map(|_| once()).fold(f64::INFINITY, f64::min)
}

fn long(statements: usize) -> TokenStream {
    let steps = (0..statements).map(|index| {
        let name = format_ident!("x{index}");
        quote!(let #name = step(#index)?;)
    });
    quote!(fn f() -> Result<u8, E> { #(#steps)* yield_point!(x7); Ok(()) })
}

#[test]
fn twenty_thousand_statements_expand_in_linear_time() {
    let ratio = seconds(&long(20_000)) / seconds(&long(2_000));
    println!("20,000 statements take {ratio:.1} times as long as 2,000");
    assert_eq!(errors(expand(&long(20_000))), [""; 0]);
}

/// As the compiler does when it runs a macro, on a stack of a few megabytes.
#[test]
fn five_hundred_levels_expand_without_overflow() {
    let nested = |levels: usize| {
        (0..levels).fold(quote!(yield_point!();), |inner, level| match level % 4 {
            0 => quote!({ #inner }),
            1 => quote!(if c { #inner } else { panic!() }),
            2 => quote!(loop { #inner break; }),
            _ => quote!(match c { _ => { #inner } }),
        })
    };
    let expand_nested = move || {
        let body = nested(500);
        errors(expand(&quote!(fn f() { #body })))
    };
    let thread = std::thread::Builder::new()
        .stack_size(8 << 20)
        .spawn(expand_nested);
    let errors = thread.expect("a thread").join().expect("no overflow");
    assert_eq!(errors, [""; 0]);
}
