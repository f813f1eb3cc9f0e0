#[cfg(not(doc))]
fn transaction(
    conn: &mut Connection,
) -> ::guard_core::Context<
    Result<Transaction<'_>, DbError>,
    impl ::guard_core::Body<
        Result<Transaction<'_>, DbError>,
        Frame = impl ::core::future::Future<
            Output = ::guard_core::__private::Ended<Result<Transaction<'_>, DbError>>,
        >,
    >,
> {
    ::guard_core::__private::context::<
        Result<Transaction<'_>, DbError>,
        _,
        _,
    >(
        unsafe { ::guard_core::__private::Promise::new() },
        move |__point| async move {
            let conn = conn;
            let __exited;
            let __output: ::guard_core::__private::Output<
                Result<Transaction<'_>, DbError>,
            > = {
                let mut tx = conn.begin()?;
                match {
                    let __value: ::guard_core::__private::Value<
                        Result<Transaction<'_>, DbError>,
                    > = tx;
                    let __lent = __point.lend(__value).await;
                    __exited = __lent.exited;
                    tx = __lent.value;
                    let _ = &tx;
                    __lent.exit
                } {
                    Exit::Completed => tx.commit(),
                    Exit::Failed(error) => return Err(tx.give_up(error)),
                    _ => tx.roll_back(),
                }
            };
            ::guard_core::__private::finish::<
                Result<Transaction<'_>, DbError>,
            >(__output, __exited)
        },
    )
}
#[cfg(doc)]
#[allow(unused_variables, unused_mut, clippy::all, clippy::pedantic)]
fn transaction(
    conn: &mut Connection,
) -> ::guard_core::Context<Result<Transaction<'_>, DbError>> {
    ::core::unimplemented!()
}
