//! `#[within]` on input that is not a proper function, or not proper input: it never panics, and
//! leaves the item there.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use proptest::prelude::*;
use quote::quote;

use super::errors;
use super::robust::mutate;
use crate::within::within;

const SEEDS: [&str; 5] = [
    "pub fn f(a: A, (b, _): B) -> Result<T, E> { let x = open(a)?; if b { return Err(x) } Ok(x) }",
    "unsafe fn f<'a, T: Clone>(&'a mut self, mut n: u8) -> &'a T { #![allow(unused)] loop { n += 1; } }",
    "#[test] #[within(g()?)] async fn f() -> io::Result<impl X> { h().await?; Ok(3) }",
    "const fn f() -> impl Iterator<Item = u8> { 0..3 }",
    "#[context_manager] fn f(self: Box<Self>) -> Pin<Box<dyn Future<Output = ()>>> { yield_point!(x) }",
];

const ARGS: &str = "crate = a::b, infallible, v = f(a)?, (x, _) = g(v, 1), h::<u8, T>(), _ = i()";

/// The name of the function, and how many arguments it has.
fn signature(tokens: TokenStream) -> Option<(String, usize)> {
    let file: syn::File = syn::parse2(tokens).ok()?;
    file.items.iter().find_map(|item| match item {
        syn::Item::Fn(item) => Some((item.sig.ident.to_string(), item.sig.inputs.len())),
        _ => None,
    })
}

/// Without spaces, of which some come and go.
fn dense(text: &str) -> String {
    text.split_whitespace().collect()
}

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("tokens")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutilated_functions_expand_to_items(
        seed in 0..SEEDS.len(),
        edits in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let function = mutate(tokens(SEEDS[seed]), &mut edits.into_iter());
        let expansion = within(quote!(v = f()?), &function);
        let refused = expansion.to_string().contains("compile_error");
        prop_assert!(refused || syn::parse2::<syn::File>(function.clone()).is_err() ||
            signature(expansion) == signature(function));
    }

    #[test]
    fn mutilated_arguments_leave_the_signature(
        seed in 0..SEEDS.len(),
        edits in prop::collection::vec(any::<u8>(), 0..100),
    ) {
        let args = mutate(tokens(ARGS), &mut edits.into_iter());
        let expansion = within(args, &tokens(SEEDS[seed]));
        prop_assert_eq!(signature(expansion), signature(tokens(SEEDS[seed])));
    }

    #[test]
    fn half_a_body_is_left_to_the_compiler(seed in 0..3_usize, cut in 0..60_usize) {
        let mut function: Vec<TokenTree> = tokens(SEEDS[seed]).into_iter().collect();
        let Some(TokenTree::Group(body)) = function.pop() else { unreachable!("a body") };
        let head: TokenStream = function.iter().cloned().collect();
        let half: TokenStream = body.stream().into_iter().take(cut).collect();
        function.push(TokenTree::Group(Group::new(Delimiter::Brace, half)));
        let expansion = within(quote!(v = f()), &function.into_iter().collect()).to_string();
        prop_assert!(!expansion.contains("compile_error"), "{}", expansion);
        let declared = dense(&head.to_string());
        let (_, declared) = declared.rsplit_once("fnf").expect("a function");
        prop_assert!(dense(&expansion).contains(declared), "{}", expansion);
    }

    #[test]
    fn any_tokens_are_refused_in_peace(text in "[a-z(){}\\[\\]!?;:,.<>&'|=#0-9 ]{0,60}") {
        if let Ok(tokens) = text.parse::<TokenStream>() {
            within(tokens.clone(), &tokens);
            within(tokens, &quote!(fn f() {}));
        }
    }
}

#[test]
fn every_mistake_is_reported_at_once() {
    let args = quote!(infallible, infallible, let v = f()?, crate = a, crate = b);
    let expansion = within(
        args,
        &quote!(
            const fn f() -> impl Future<Output = ()> {
                g(v)
            }
        ),
    );
    assert_eq!(errors(expansion).len(), 7);
}

/// Sees the expansion in the order of its contexts.
fn order(expansion: &TokenStream, names: &[&str]) -> Vec<usize> {
    let text = expansion.to_string();
    let place = |name: &&str| text.find(&format!("{name} ()")).expect("the context");
    names.iter().map(place).collect()
}

#[test]
fn the_attributes_below_are_absorbed() {
    let function = quote! {
        #[doc = "kept"]
        #[within(b())]
        #[guard_core::within(c())]
        fn f() {}
    };
    let expansion = within(quote!(a()), &function);
    assert!(order(&expansion, &["a", "b", "c"]).is_sorted());
    let text = expansion.to_string();
    assert!(
        text.contains("kept") && !text.contains("within (b"),
        "{text}"
    );
}

/// The first lines of what is said of `#[within(v = f(text))]` on a function.
fn said_of(function: &str) -> Vec<String> {
    let said = errors(within(quote!(v = f(text)), &tokens(function)));
    said.iter()
        .filter_map(|said| said.lines().next().map(str::to_owned))
        .collect()
}

/// What rstest 0.28, proptest 1.12 and tokio 1.50 write, but for paths.
#[test]
fn a_test_that_was_rewritten_before_is_refused() {
    let no_text = |when| {
        vec![format!(
            "this context is entered {when}, where there is no `text`"
        )]
    };
    let cases = [
        "fn case_1() { let text = { \"a\" }; t(text) }",
        "fn case_2_named() -> R { let text = \"a\"; let n = n::default(); t(n, &text) }",
        "async fn n_1_7() { let n = 7; #[allow(unused_mut)] let mut text = \"a\"; t(n, text).await }",
        "fn t() { fn t(text: &str) {} let text = text::default(); t(text) }",
        "fn case_1() { let text = \"a\"; use rstest::timeout::*; execute_with_timeout_sync(move || t(text), n) }",
        "fn case_1() { let body = async { let text = \"a\"; t(text).await }; return b().block_on(body); }",
    ];
    for case in cases {
        let when = "before the arguments of the case are made";
        assert_eq!(said_of(case), no_text(when), "{case}");
    }
    let property = "fn p() { let mut config = c(); proptest::proptest_helper!(@_BODY config ((n, text) in a(7, 8)) [] { }); }";
    assert_eq!(said_of(property), no_text("once around all the cases"));
    let getter = "#[doc(hidden)] #[allow(unused_mut)] pub fn get(a: A) -> B { name(a) }";
    assert_eq!(
        said_of(getter),
        ["`#[fixture]` would have this context entered twice"]
    );
    let unseen = said_of("fn case_1() { let n = 1; t(n) }");
    assert_eq!(unseen, ["`v` cannot be seen by a test below `#[rstest]`"]);
}

#[test]
fn what_only_looks_like_a_rewritten_test_is_left_alone() {
    let innocent = [
        "fn t() { let text = \"a\"; check(text) }",
        "fn case_1() { let text = \"a\"; check(text, v) }",
        "fn case_1() { let text = \"a\"; check(text); }",
        "fn case_1() { check() }",
        "fn case_1(text: &str) { let n = 7; check(n) }",
        "fn visit() { impl X { fn visit(&self) { let text = 1; } } X.visit() }",
        "fn get() -> B { name() }",
        "fn p() { proptest!(|(text in a())| check(text)) }",
    ];
    for function in innocent {
        assert_eq!(said_of(function), [""; 0], "{function}");
    }
}
