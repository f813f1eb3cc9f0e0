#[cfg(not(doc))]
fn connection(
    address: &str,
) -> ::guard_core::AsyncContext<
    io::Result<TcpStream>,
    impl ::guard_core::AsyncBody<
        Returns = io::Result<TcpStream>,
        Frame = impl ::guard_core::AsyncHalves<io::Result<TcpStream>>,
    >,
> {
    let __frame = ::guard_core::__private::async_frame::<
        io::Result<TcpStream>,
        _,
        _,
        _,
    >(move |__caller| {
        ::guard_core::__private::framed(
            __caller.witness(),
            ::guard_core::__private::site!("connection",),
            {
                #[inline(always)]
                async move {
                    #[allow(unreachable_code)]
                    if false {
                        let __ended: ::guard_core::__private::Ended<
                            io::Result<TcpStream>,
                        > = loop {};
                        return __ended;
                    }
                    #[allow(
                        clippy::no_effect_underscore_binding,
                        clippy::shadow_same,
                        clippy::used_underscore_binding
                    )]
                    let address = address;
                    let __exited;
                    #[allow(clippy::diverging_sub_expression, clippy::redundant_else)]
                    let __output: ::guard_core::__private::Output<
                        io::Result<TcpStream>,
                    > = {
                        let mut stream = TcpStream::connect(address).await?;
                        {
                            yield_point!(@ rewritten);
                            let mut __value = '__lent: {
                                let __given = stream;
                                #[allow(unreachable_code)]
                                if false {
                                    let __promised: ::guard_core::__private::Value<
                                        io::Result<TcpStream>,
                                    > = loop {};
                                    break '__lent __promised;
                                }
                                __given
                            };
                            let __lent = __caller.lend(__value).await;
                            __exited = __lent.exited;
                            __value = __lent.value;
                            stream = __value;
                            let _ = &stream;
                            __lent.exit
                        };
                        stream.shutdown().await
                    };
                    #[allow(unreachable_code)]
                    return ::guard_core::__private::finish_fallible(__output, __exited);
                }
            },
        )
    });
    (unsafe { ::guard_core::__private::async_context(__frame) })
}
#[cfg(doc)]
#[allow(unused_variables, unused_mut, clippy::all, clippy::pedantic)]
fn connection(address: &str) -> ::guard_core::AsyncContext<io::Result<TcpStream>> {
    yield_point!(@ rewritten);
    ::core::unreachable!("only documentation and the compiler see this")
}
