#[cfg(not(doc))]
#[allow(
    clippy::await_holding_invalid_type,
    clippy::await_holding_lock,
    clippy::await_holding_refcell_ref
)]
fn scratch(
    path: &Path,
) -> ::guard_core::Context<
    io::Result<()>,
    impl ::guard_core::Body<
        io::Result<()>,
        Frame = impl ::guard_core::Halves<io::Result<()>>,
    >,
> {
    let __frame = ::guard_core::__private::frame::<
        io::Result<()>,
        _,
        _,
        _,
    >(move |__caller| {
        ::guard_core::__private::framed(
            __caller.witness(),
            ::guard_core::__private::site!("scratch", path = % path.display()),
            {
                #[inline(always)]
                async move {
                    #[allow(unreachable_code)]
                    if false {
                        let __ended: ::guard_core::__private::Ended<io::Result<()>> = loop {};
                        return __ended;
                    }
                    #[allow(
                        clippy::no_effect_underscore_binding,
                        clippy::shadow_same,
                        clippy::used_underscore_binding
                    )]
                    let path = path;
                    let _ = &path;
                    let __exited;
                    #[allow(clippy::diverging_sub_expression, clippy::redundant_else)]
                    let __output: ::guard_core::__private::Output<io::Result<()>> = {
                        fs::create_dir(path)?;
                        {
                            yield_point!(@ rewritten);
                            let __value: ::guard_core::__private::Value<
                                io::Result<()>,
                            > = ();
                            let __lent = __caller.lend(__value).await;
                            __exited = __lent.exited;
                            {
                                let _dropped = __lent.value;
                            }
                            __lent.exit
                        };
                        fs::remove_dir_all(path)
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
fn scratch(path: &Path) -> ::guard_core::Context<io::Result<()>> {
    yield_point!(@ rewritten);
    ::core::unreachable!("only documentation and the compiler see this")
}
