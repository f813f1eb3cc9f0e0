#[cfg(not(doc))]
#[allow(
    clippy::await_holding_invalid_type,
    clippy::await_holding_lock,
    clippy::await_holding_refcell_ref
)]
pub(crate) unsafe fn lent<'s>(
    &'s mut self,
    __arg1: (A, B),
    count: u8,
) -> ::guard_core::Context<
    ::guard_core::Plain<&'s mut T>,
    impl ::guard_core::Body<
        ::guard_core::Plain<&'s mut T>,
        Frame = impl ::guard_core::Halves<::guard_core::Plain<&'s mut T>>,
    >,
> {
    let __frame = ::guard_core::__private::frame::<
        ::guard_core::Plain<&'s mut T>,
        _,
        _,
        _,
    >(move |__caller| {
        ::guard_core::__private::framed(
            __caller.witness(),
            ::guard_core::__private::site!("lent",),
            {
                #[inline(always)]
                async move {
                    #[allow(unreachable_code)]
                    if false {
                        let __ended: ::guard_core::__private::Ended<
                            ::guard_core::Plain<&'s mut T>,
                        > = loop {};
                        return __ended;
                    }
                    let _ = &self;
                    #[allow(unused_mut)]
                    let mut __arg1 = __arg1;
                    let (first, _) = __arg1;
                    #[allow(
                        clippy::no_effect_underscore_binding,
                        clippy::shadow_same,
                        clippy::used_underscore_binding
                    )]
                    let mut count = count;
                    let __exited;
                    #[allow(clippy::diverging_sub_expression, clippy::redundant_else)]
                    let __output: ::guard_core::__private::Output<
                        ::guard_core::Plain<&'s mut T>,
                    > = {
                        count += 1;
                        {
                            yield_point!(@ rewritten);
                            let __value: ::guard_core::__private::Value<
                                ::guard_core::Plain<&'s mut T>,
                            > = self.slot(first, count);
                            let __lent = __caller.lend(__value).await;
                            __exited = __lent.exited;
                            {
                                let _dropped = __lent.value;
                            }
                            __lent.exit
                        };
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
#[allow(unused_variables, unused_mut, clippy::all, clippy::pedantic)]
pub(crate) unsafe fn lent<'s>(
    &'s mut self,
    (first, _): (A, B),
    mut count: u8,
) -> ::guard_core::Context<::guard_core::Plain<&'s mut T>> {
    yield_point!(@ rewritten);
    ::core::unreachable!("only documentation and the compiler see this")
}
