/// Loads all rows.
pub fn load(name: &str) -> Result<Vec<Row>, LoadError> {
    ::guard_core::__private::try_within(
        ::guard_core::__private::with_question_mark(
            ::guard_core::__private::context_of(database(name)),
        ),
        |__value| -> Result<Vec<Row>, LoadError> {
            let db = __value;
            ::guard_core::__private::try_within(
                ::guard_core::__private::without_question_mark(
                    ::guard_core::__private::context_of(timing(db)),
                ),
                |__value| -> Result<Vec<Row>, LoadError> { Ok(db.rows()?.collect()) },
            )
        },
    )
}
