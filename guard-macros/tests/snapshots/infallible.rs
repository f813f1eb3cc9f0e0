#[cfg(not(doc))]
/// Counts those who are inside.
#[allow(
    clippy::await_holding_invalid_type,
    clippy::await_holding_lock,
    clippy::await_holding_refcell_ref
)]
pub fn counted(
    inside: &Cell<usize>,
) -> ::guard_core::Context<
    ::guard_core::Plain<()>,
    impl ::guard_core::Body<
        ::guard_core::Plain<()>,
        Frame = impl ::guard_core::Halves<::guard_core::Plain<()>>,
    >,
> {
    let __frame = ::guard_core::__private::frame::<
        ::guard_core::Plain<()>,
        _,
        _,
        _,
    >(move |__caller| {
        ::guard_core::__private::framed(
            __caller.witness(),
            ::guard_core::__private::site!("counted",),
            {
                #[inline(always)]
                async move {
                    #[allow(unreachable_code)]
                    if false {
                        let __ended: ::guard_core::__private::Ended<
                            ::guard_core::Plain<()>,
                        > = loop {};
                        return __ended;
                    }
                    #[allow(
                        clippy::no_effect_underscore_binding,
                        clippy::shadow_same,
                        clippy::used_underscore_binding
                    )]
                    let inside = inside;
                    let __exited;
                    #[allow(clippy::diverging_sub_expression, clippy::redundant_else)]
                    let __output: ::guard_core::__private::Output<
                        ::guard_core::Plain<()>,
                    > = {
                        inside.set(inside.get() + 1);
                        {
                            yield_point!(@ rewritten);
                            let __value: ::guard_core::__private::Value<
                                ::guard_core::Plain<()>,
                            > = ();
                            let __lent = __caller.lend(__value).await;
                            __exited = __lent.exited;
                            {
                                let _dropped = __lent.value;
                            }
                            __lent.exit
                        };
                        inside.set(inside.get() - 1);
                    };
                    #[allow(unreachable_code)]
                    return ::guard_core::__private::finish(__output, __exited);
                }
            },
        )
    });
    unsafe { ::guard_core::__private::context(__frame) }
}
#[cfg(doc)]
/// Counts those who are inside.
#[allow(unused_variables, unused_mut, clippy::all, clippy::pedantic)]
pub fn counted(inside: &Cell<usize>) -> ::guard_core::Context<::guard_core::Plain<()>> {
    yield_point!(@ rewritten);
    ::core::unreachable!("only documentation and the compiler see this")
}
