async fn load(&mut self) {
    match (connection()) {
        __context => {
            let (__frame, mut __place) = {
                let __context = __context;
                ::guard_core::__private::start(
                    ::guard_core::__private::in_plain_function(
                        ::guard_core::__private::Kind::of(&__context).context(__context),
                    ),
                )
            };
            let __frame = ::core::pin::pin!(__frame);
            let mut __held = __frame.hold(&mut __place).await;
            let (__value, __watching) = __held.value_across_polls();
            #[allow(clippy::diverging_sub_expression)]
            let __outcome = __watching
                .over(async {
                    #[allow(unreachable_code)]
                    if false {
                        let __returned: () = loop {};
                        return __returned;
                    }
                    let (reader, _) = __value;
                    match (logged("load")) {
                        __context => {
                            let (__frame, mut __place) = {
                                let __context = __context;
                                ::guard_core::__private::start(
                                    ::guard_core::__private::in_plain_function(
                                        ::guard_core::__private::Kind::of(&__context)
                                            .context(__context),
                                    ),
                                )
                            };
                            let __frame = ::core::pin::pin!(__frame);
                            let mut __held = __frame.hold(&mut __place).await;
                            let (__value, __watching) = __held.value_across_polls();
                            #[allow(clippy::diverging_sub_expression)]
                            let __outcome = __watching
                                .over(async {
                                    #[allow(unreachable_code)]
                                    if false {
                                        let __returned: () = loop {};
                                        return __returned;
                                    }
                                    self.rows = reader.rows().await;
                                })
                                .await;
                            #[allow(clippy::diverging_sub_expression, unreachable_code)]
                            let __ended = '__ended: {
                                let __ending = match __held.end(__outcome) {
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
                })
                .await;
            #[allow(clippy::diverging_sub_expression, unreachable_code)]
            let __ended = '__ended: {
                let __ending = match __held.end(__outcome) {
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
