#[cfg(not(doc))]
#[allow(
    clippy::await_holding_invalid_type,
    clippy::await_holding_lock,
    clippy::await_holding_refcell_ref
)]
fn database(
    name: &str,
) -> ::guard_core::Context<
    Result<Connection, DbError>,
    impl ::guard_core::Body<
        Result<Connection, DbError>,
        Frame = impl ::guard_core::Halves<Result<Connection, DbError>>,
    >,
> {
    let __frame = ::guard_core::__private::frame::<
        Result<Connection, DbError>,
        _,
        _,
        _,
    >(move |__caller| {
        ::guard_core::__private::framed(
            __caller.witness(),
            ::guard_core::__private::site!("database",),
            {
                #[inline(always)]
                async move {
                    #[allow(unreachable_code)]
                    if false {
                        let __ended: ::guard_core::__private::Ended<
                            Result<Connection, DbError>,
                        > = loop {};
                        return __ended;
                    }
                    #[allow(
                        clippy::no_effect_underscore_binding,
                        clippy::shadow_same,
                        clippy::used_underscore_binding
                    )]
                    let name = name;
                    let __exited;
                    #[allow(clippy::diverging_sub_expression, clippy::redundant_else)]
                    let __output: ::guard_core::__private::Output<
                        Result<Connection, DbError>,
                    > = {
                        let mut conn = Connection::open(name)?;
                        {
                            yield_point!(@ rewritten);
                            let mut __value = '__lent: {
                                let __given = conn;
                                #[allow(unreachable_code)]
                                if false {
                                    let __promised: ::guard_core::__private::Value<
                                        Result<Connection, DbError>,
                                    > = loop {};
                                    break '__lent __promised;
                                }
                                __given
                            };
                            let __lent = __caller.lend(__value).await;
                            __exited = __lent.exited;
                            __value = __lent.value;
                            conn = __value;
                            let _ = &conn;
                            __lent.exit
                        };
                        conn.close()?;
                        Ok(())
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
fn database(name: &str) -> ::guard_core::Context<Result<Connection, DbError>> {
    yield_point!(@ rewritten);
    ::core::unreachable!("only documentation and the compiler see this")
}
