#[cfg(not(doc))]
fn pushed<T: Clone, const N: usize>(
    stack: &mut Vec<T>,
    values: [T; N],
    done: impl FnOnce(),
) -> ::guard_core::Context<
    ::guard_core::Plain<()>,
    impl ::guard_core::Body<
        ::guard_core::Plain<()>,
        Frame = impl ::core::future::Future<
            Output = ::guard_core::__private::Ended<::guard_core::Plain<()>>,
        >,
    >,
>
where
    T: Send,
{
    ::guard_core::__private::context::<
        ::guard_core::Plain<()>,
        _,
        _,
    >(
        unsafe { ::guard_core::__private::Promise::new() },
        move |__point| async move {
            let stack = stack;
            let values = values;
            let done = done;
            let __exited;
            let __output: ::guard_core::__private::Output<::guard_core::Plain<()>> = {
                stack.extend(values);
                let exit = {
                    let __value: ::guard_core::__private::Value<
                        ::guard_core::Plain<()>,
                    > = ();
                    let __lent = __point.lend(__value).await;
                    __exited = __lent.exited;
                    ::core::mem::drop(__lent.value);
                    __lent.exit
                };
                drop(exit);
                done();
            };
            ::guard_core::__private::finish::<
                ::guard_core::Plain<()>,
            >(__output, __exited)
        },
    )
}
#[cfg(doc)]
#[allow(unused_variables, unused_mut, clippy::all, clippy::pedantic)]
fn pushed<T: Clone, const N: usize>(
    stack: &mut Vec<T>,
    values: [T; N],
    done: impl FnOnce(),
) -> ::guard_core::Context<::guard_core::Plain<()>>
where
    T: Send,
{
    ::core::unimplemented!()
}
