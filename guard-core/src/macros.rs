/// Where a [`context_manager`](crate::context_manager) function lends its value to the body, and
/// goes on when the body has ended.
///
/// It evaluates to [`Exit<'_>`](crate::Exit), which tells how the body ended; in an `async fn` to
/// [`AsyncExit<'_>`](crate::AsyncExit), which is one that can be held across `.await`. It has three
/// forms:
///
/// - `yield_point!()` lends `()`.
/// - `yield_point!(name)` lends the local variable `name`. When the body has ended, the variable
///   owns the value again, so that the exit half can go on with it.
/// - `yield_point!(expression)` gives the value of any other expression to the body. It is
///   dropped when the body has ended, before the exit half goes on.
///
/// A name that starts with an uppercase letter is taken for a constant, which is an expression.
///
/// Outside of a context manager it is an error, and so it is in a closure, an `async` block, a
/// nested function and the arguments of another macro: code there is not the context manager's own.
///
/// ```
/// use guard_core::{Exit, context_manager, yield_point};
///
/// #[context_manager]
/// fn draft(done: &mut Vec<String>) -> String {
///     let text = String::new();
///     match yield_point!(text) {
///         Exit::Completed => done.push(text),
///         _ => drop(text),
///     }
/// }
///
/// let mut done = Vec::new();
/// draft(&mut done).with(|text| text.push_str("hello"));
/// assert_eq!(done, ["hello"]);
/// ```
#[macro_export]
macro_rules! yield_point {
    // What `#[context_manager]` leaves where it has rewritten one, so that the import is used.
    (@rewritten) => {};
    ($($value:tt)*) => {
        ::core::compile_error!(
            "`yield_point!` has a meaning only in a function marked `#[context_manager]`\n\nhelp: put `#[guard_core::context_manager]` on the function that contains it; if it is there, write `yield_point!` in the function itself and not in a macro"
        )
    };
}

/// Enters a context for the rest of the scope.
///
/// - `enter!(v = f(..));` binds `v` as a `&mut T` to what the context lends.
/// - `enter!(v = f(..)?);` is for a context that can fail; `?` returns the error of its enter half.
/// - `enter!(_ = f(..));` holds the context too.
/// - `enter!(v = f(..)?, w = g(v));` enters several, one after the other.
///
/// The exit half runs at the end of the scope, however it is left, and is told
/// [`Exit::Dropped`](crate::Exit::Dropped) or, while a panic unwinds,
/// [`Exit::Panicked`](crate::Exit::Panicked). An error of it goes to the hook of
/// [`on_lost_error`](crate::on_lost_error). The frame stays on the stack: nothing is allocated.
///
/// ```
/// use guard_core::{context_manager, enter, yield_point};
/// use std::cell::RefCell;
///
/// #[context_manager]
/// fn logged<'a>(log: &'a RefCell<Vec<String>>, name: &'a str) -> &'a str {
///     log.borrow_mut().push(format!("enter {name}"));
///     yield_point!(name);
///     log.borrow_mut().push(format!("exit {name}"));
/// }
///
/// let log = RefCell::new(Vec::new());
/// {
///     enter!(_ = logged(&log, "outer"));
///     enter!(name = logged(&log, "inner"));
///     assert_eq!(*name, "inner");
/// }
/// assert_eq!(*log.borrow(), ["enter outer", "enter inner", "exit inner", "exit outer"]);
/// ```
#[macro_export]
macro_rules! enter {
    ($($entered:tt)*) => {
        $crate::__private::enter! { [$crate] $($entered)* }
    };
}

/// Runs a block in one or several contexts.
///
/// `with!(a = f(..)?, b = g(a) => { .. })` enters from left to right, later ones seeing the values
/// of earlier ones as `&mut T`, and exits from right to left. A `?` behind a context that can fail
/// returns the errors of both its halves.
///
/// The exit halves of a block that falls off its end are told
/// [`Exit::Completed`](crate::Exit::Completed). `?`, `return`, `break` and `continue` work in the
/// block; they leave it early, which is [`Exit::Dropped`](crate::Exit::Dropped), and so does an
/// exit half on its right that fails. The frames stay on the stack: nothing is allocated.
///
/// The block's value is not looked at, as [`with`](crate::Context::with) does not look at its body's: a
/// block whose value is an `Err` has completed, and a transaction commits. Put a `?` on its last line too,
/// or write [`try_with`](crate::Context::try_with).
///
/// ```
/// use guard_core::{context_manager, with, yield_point};
///
/// #[context_manager]
/// fn account(balance: &mut i64) -> Result<i64, String> {
///     let mut draft = *balance;
///     if yield_point!(draft).is_completed() {
///         if draft < 0 {
///             return Err("overdrawn".to_owned());
///         }
///         *balance = draft;
///     }
///     Ok(())
/// }
///
/// fn transfer(from: &mut i64, to: &mut i64, amount: i64) -> Result<(), String> {
///     with!(to = account(to)?, from = account(from)? => {
///         *from -= amount;
///         *to += amount;
///     });
///     Ok(())
/// }
///
/// let (mut ann, mut bob) = (30, 0);
/// transfer(&mut ann, &mut bob, 20)?;
/// assert_eq!((ann, bob), (10, 20));
/// assert!(transfer(&mut ann, &mut bob, 20).is_err());
/// assert_eq!((ann, bob), (10, 20));
/// # Ok::<(), String>(())
/// ```
#[macro_export]
macro_rules! with {
    ($($entered:tt)*) => {
        $crate::__private::with! { [$crate] $($entered)* }
    };
}

/// The span of a context, and its events, at the place where the function stands.
#[cfg(feature = "tracing")]
#[doc(hidden)]
#[macro_export]
macro_rules! __site {
    ($name:literal, $($fields:tt)*) => {
        $crate::__private::Site::new(
            $crate::__private::tracing::info_span!(
                $name,
                outcome = $crate::__private::tracing::field::Empty,
                $($fields)*
            ),
            |span, event| {
                $crate::__private::tracing::debug!(
                    parent: span,
                    outcome = event.outcome.map($crate::__private::tracing::field::display),
                    error = event.error.map($crate::__private::tracing::field::debug),
                    "{}",
                    event.what
                );
            },
        )
    };
}

/// Without the feature the expansion is the same, and nothing comes of this part of it.
#[cfg(not(feature = "tracing"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __site {
    ($($site:tt)*) => {
        ()
    };
}
