#[cfg(not(doc))]
#[allow(
    clippy::await_holding_invalid_type,
    clippy::await_holding_lock,
    clippy::await_holding_refcell_ref
)]
fn transaction(
    conn: &mut Connection,
) -> ::guard_core::Context<
    Result<Transaction<'_>, DbError>,
    impl ::guard_core::Body<
        Result<Transaction<'_>, DbError>,
        Frame = impl ::guard_core::Halves<Result<Transaction<'_>, DbError>>,
    >,
> {
    let __frame = ::guard_core::__private::frame::<
        Result<Transaction<'_>, DbError>,
        _,
        _,
        _,
    >(move |__caller| {
        ::guard_core::__private::framed(
            __caller.witness(),
            ::guard_core::__private::site!("transaction",),
            {
                #[inline(always)]
                async move {
                    #[allow(unreachable_code)]
                    if false {
                        let __ended: ::guard_core::__private::Ended<
                            Result<Transaction<'_>, DbError>,
                        > = loop {};
                        return __ended;
                    }
                    #[allow(
                        clippy::no_effect_underscore_binding,
                        clippy::shadow_same,
                        clippy::used_underscore_binding
                    )]
                    let conn = conn;
                    let __exited;
                    #[allow(clippy::diverging_sub_expression, clippy::redundant_else)]
                    let __output: ::guard_core::__private::Output<
                        Result<Transaction<'_>, DbError>,
                    > = {
                        let mut tx = conn.begin()?;
                        match {
                            yield_point!(@ rewritten);
                            let mut __value = '__lent: {
                                let __given = tx;
                                #[allow(unreachable_code)]
                                if false {
                                    let __promised: ::guard_core::__private::Value<
                                        Result<Transaction<'_>, DbError>,
                                    > = loop {};
                                    break '__lent __promised;
                                }
                                __given
                            };
                            let __lent = __caller.lend(__value).await;
                            __exited = __lent.exited;
                            __value = __lent.value;
                            tx = __value;
                            let _ = &tx;
                            __lent.exit
                        } {
                            Exit::Completed => tx.commit(),
                            Exit::Failed(error) => return Err(tx.give_up(error)),
                            _ => tx.roll_back(),
                        }
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
fn transaction(
    conn: &mut Connection,
) -> ::guard_core::Context<Result<Transaction<'_>, DbError>> {
    yield_point!(@ rewritten);
    ::core::unreachable!("only documentation and the compiler see this")
}
