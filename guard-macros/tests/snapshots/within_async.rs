async fn load(name: &str) -> Result<impl Rows, LoadError> {
    match (database(name)) {
        __context => {
            let (__frame, mut __place) = {
                let __context = __context;
                ::guard_core::__private::start(
                    ::guard_core::__private::with_question_mark(
                        ::guard_core::__private::Kind::of(&__context).context(__context),
                    ),
                )
            };
            let __frame = ::core::pin::pin!(__frame);
            let mut __held = match __frame.try_hold(&mut __place).await {
                ::core::result::Result::Ok(__held) => __held,
                ::core::result::Result::Err(__outcome) => return __outcome,
            };
            let (__value, __watching) = __held.value_across_polls();
            #[allow(clippy::diverging_sub_expression)]
            let __outcome = __watching
                .over(async {
                    #[allow(unreachable_code)]
                    if false {
                        let __returned: Result<_, LoadError> = loop {};
                        return __returned;
                    }
                    let db = __value;
                    db.rows().await
                })
                .await;
            #[allow(clippy::diverging_sub_expression, unreachable_code)]
            let __ended = '__ended: {
                let __ending = match __held.try_end(__outcome) {
                    ::guard_core::__private::Ending::Ended(__ended) => {
                        break '__ended __ended;
                    }
                    ::guard_core::__private::Ending::Waits(__ending) => __ending,
                };
                __ending.await
            };
            __ended
        }
    }
}
