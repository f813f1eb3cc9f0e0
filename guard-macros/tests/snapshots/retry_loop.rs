#[cfg(not(doc))]
#[allow(
    clippy::await_holding_invalid_type,
    clippy::await_holding_lock,
    clippy::await_holding_refcell_ref
)]
fn connected(
    url: &Url,
) -> ::guard_core::Context<
    io::Result<TcpStream>,
    impl ::guard_core::Body<
        io::Result<TcpStream>,
        Frame = impl ::guard_core::Halves<io::Result<TcpStream>>,
    >,
> {
    let __frame = ::guard_core::__private::frame::<
        io::Result<TcpStream>,
        _,
        _,
        _,
    >(move |__caller| {
        ::guard_core::__private::framed(
            __caller.witness(),
            ::guard_core::__private::site!("connected",),
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
                    let url = url;
                    let __exited;
                    #[allow(clippy::diverging_sub_expression, clippy::redundant_else)]
                    let __output: ::guard_core::__private::Output<
                        io::Result<TcpStream>,
                    > = {
                        for delay in DELAYS {
                            if let Ok(stream) = TcpStream::connect(url) {
                                #[allow(clippy::shadow_same)]
                                let mut stream = stream;
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
                                return {
                                    let __output: ::guard_core::__private::Output<
                                        io::Result<TcpStream>,
                                    > = stream.shutdown(Shutdown::Both);
                                    ::guard_core::__private::finish_fallible(__output, __exited)
                                };
                            }
                            sleep(delay);
                        }
                        return Err(io::ErrorKind::TimedOut.into());
                    };
                    #[allow(unreachable_code)]
                    return ::guard_core::__private::finish_fallible(__output, __exited);
                }
            },
        )
    });
    unsafe { ::guard_core::__private::context(__frame) }
}
#[cfg(doc)]
#[allow(unused_variables, unused_mut, clippy::all, clippy::pedantic)]
fn connected(url: &Url) -> ::guard_core::Context<io::Result<TcpStream>> {
    yield_point!(@ rewritten);
    ::core::unreachable!("only documentation and the compiler see this")
}
