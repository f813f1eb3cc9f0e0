async fn load(name: &str) -> Result<impl Rows, LoadError> {
    match ::guard_core::__private::with_question_mark(
        ::guard_core::__private::context_of(database(name)),
    ) {
        __context => {
            let __frame = ::core::pin::pin!(::guard_core::__private::start(__context));
            let mut __place = ::guard_core::__private::MaybeUninit::uninit();
            let mut __held = match ::guard_core::__private::try_hold(
                __frame,
                &mut __place,
            ) {
                ::core::result::Result::Ok(__held) => __held,
                ::core::result::Result::Err(__outcome) => return __outcome,
            };
            let (__value, __foreign) = __held.value_across_polls();
            #[allow(clippy::diverging_sub_expression)]
            let __outcome = ::guard_core::__private::Watched::new(
                    __foreign,
                    async {
                        #[allow(unreachable_code)]
                        if false {
                            let __returned: Result<_, LoadError> = loop {};
                            return __returned;
                        }
                        let db = __value;
                        db.rows().await
                    },
                )
                .await;
            #[allow(clippy::diverging_sub_expression, unreachable_code)]
            let __ended = ::guard_core::__private::end(__held, __outcome);
            __ended
        }
    }
}
