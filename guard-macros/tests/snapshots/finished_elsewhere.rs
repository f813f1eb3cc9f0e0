#[cfg(not(doc))]
pub fn session(
    self: Arc<Self>,
    runtime: Handle,
) -> ::guard_core::AsyncContext<
    ::guard_core::Plain<()>,
    impl ::guard_core::AsyncBody<
        Returns = ::guard_core::Plain<()>,
        Frame = impl ::guard_core::AsyncHalves<::guard_core::Plain<()>>,
    >,
> {
    let __executor = ::guard_core::__private::executor(runtime.clone());
    let __frame = ::guard_core::__private::async_frame::<
        ::guard_core::Plain<()>,
        _,
        _,
        _,
    >(move |__caller| {
        ::guard_core::__private::framed(
            __caller.witness(),
            ::guard_core::__private::site!("session",),
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
                    let _ = &self;
                    #[allow(
                        clippy::no_effect_underscore_binding,
                        clippy::shadow_same,
                        clippy::used_underscore_binding
                    )]
                    let runtime = runtime;
                    let _ = &runtime;
                    let __exited;
                    #[allow(clippy::diverging_sub_expression, clippy::redundant_else)]
                    let __output: ::guard_core::__private::Output<
                        ::guard_core::Plain<()>,
                    > = {
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
                        self.close().await;
                    };
                    #[allow(unreachable_code)]
                    return ::guard_core::__private::finish(__output, __exited);
                }
            },
        )
    });
    (unsafe { ::guard_core::__private::async_context(__frame) }).finish_on(__executor)
}
#[cfg(doc)]
#[allow(unused_variables, unused_mut, clippy::all, clippy::pedantic)]
pub fn session(
    self: Arc<Self>,
    runtime: Handle,
) -> ::guard_core::AsyncContext<::guard_core::Plain<()>> {
    yield_point!(@ rewritten);
    ::core::unreachable!("only documentation and the compiler see this")
}
