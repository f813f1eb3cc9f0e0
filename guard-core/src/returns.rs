use core::convert::Infallible;
use core::marker::PhantomData;

use crate::exit::Failure;

/// What a context manager's declared return type says about its two halves.
///
/// `-> Result<T, E>` lends a `T` and may fail on the way in and on the way out; any other `-> T`
/// is written [`Plain<T>`] here, lends a `T` and cannot fail. The trait is sealed: these two are
/// all there is, and [`Optional`] of either.
///
/// ```
/// use guard_core::{Plain, Returns};
///
/// fn of_a_fallible(output: <Result<u8, String> as Returns>::Output) -> Result<(), String> {
///     output
/// }
/// fn of_a_plain(value: <Plain<u8> as Returns>::Value) -> u8 {
///     value
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a `Result`, though its name ends in `Result`",
    label = "this type is lent as it is",
    note = "help: write `#[context_manager(infallible)]` to lend the value as it is, and no `Ok(())` at the end"
)]
pub trait Returns: sealed::Sealed {
    /// What the enter half gives.
    type Value;
    /// What of it the body is lent, as `&mut`.
    type Lent: ?Sized;
    /// What either half can fail with.
    type Error: Failure;
    /// What the exit half returns: `()` or `Result<(), E>`.
    type Output;
    /// `Q` behind the context's own failure: `Q` or `Result<Q, E>`.
    type Wrapped<Q>;

    #[doc(hidden)]
    fn lend(value: &mut Self::Value) -> &mut Self::Lent;
    #[doc(hidden)]
    fn output(ended: Result<(), Self::Error>) -> Self::Output;
    /// The other way round.
    #[doc(hidden)]
    fn ended(output: Self::Output) -> Result<(), Self::Error>;
    #[doc(hidden)]
    fn wrap<Q>(result: Result<Q, Self::Error>) -> Self::Wrapped<Q>;
}

/// The return type of a context manager that cannot fail, as [`Context`](crate::Context) names it.
///
/// A type-level marker: it has no values.
///
/// ```
/// use guard_core::{Body, Context, Plain, context_manager, yield_point};
///
/// fn length(text: Context<Plain<&'static str>, impl Body<Plain<&'static str>>>) -> usize {
///     text.with(|text| text.len())
/// }
///
/// #[context_manager]
/// fn title() -> &'static str {
///     yield_point!("guard");
/// }
///
/// assert_eq!(length(title()), 5);
/// ```
pub struct Plain<T>(PhantomData<fn() -> T>, Infallible);

impl<T> Returns for Plain<T> {
    type Value = T;
    type Lent = T;
    type Error = Infallible;
    type Output = ();
    type Wrapped<Q> = Q;

    #[inline(always)]
    fn lend(value: &mut T) -> &mut T {
        value
    }

    #[inline(always)]
    fn output(ended: Result<(), Infallible>) {
        let Ok(()) = ended;
    }

    #[inline(always)]
    fn ended((): ()) -> Result<(), Infallible> {
        Ok(())
    }

    #[inline(always)]
    fn wrap<Q>(result: Result<Q, Infallible>) -> Q {
        let Ok(value) = result;
        value
    }
}

impl<T, E: Failure> Returns for Result<T, E> {
    type Value = T;
    type Lent = T;
    type Error = E;
    type Output = Result<(), E>;
    type Wrapped<Q> = Result<Q, E>;

    #[inline(always)]
    fn lend(value: &mut T) -> &mut T {
        value
    }

    #[inline(always)]
    fn output(ended: Result<(), E>) -> Result<(), E> {
        ended
    }

    #[inline(always)]
    fn ended(output: Result<(), E>) -> Result<(), E> {
        output
    }

    #[inline(always)]
    fn wrap<Q>(result: Result<Q, E>) -> Result<Q, E> {
        result
    }
}

/// What an optional context returns, given what the context returns: `None` where there is none.
///
/// The body is lent a slice of one value or none, so that it cannot take the value away, nor put
/// one where there was none. A type-level marker: it has no values.
///
/// ```
/// use guard_core::{Optional, Plain, Returns};
///
/// fn of_an_optional(value: &mut <Optional<Plain<u8>> as Returns>::Lent) -> Option<u8> {
///     value.first().copied()
/// }
/// assert_eq!(of_an_optional(&mut [7]), Some(7));
/// assert_eq!(of_an_optional(&mut []), None);
/// ```
pub struct Optional<S>(PhantomData<fn() -> S>, Infallible);

impl<S: Returns> Returns for Optional<S> {
    type Value = Option<S::Value>;
    type Lent = [S::Value];
    type Error = S::Error;
    type Output = S::Output;
    type Wrapped<Q> = S::Wrapped<Q>;

    #[inline(always)]
    fn lend(value: &mut Option<S::Value>) -> &mut [S::Value] {
        value.as_mut_slice()
    }

    #[inline(always)]
    fn output(ended: Result<(), S::Error>) -> S::Output {
        S::output(ended)
    }

    #[inline(always)]
    fn ended(output: S::Output) -> Result<(), S::Error> {
        S::ended(output)
    }

    #[inline(always)]
    fn wrap<Q>(result: Result<Q, S::Error>) -> S::Wrapped<Q> {
        S::wrap(result)
    }
}

/// A context whose own failure fits into a body's error `B`.
///
/// Holds for every context that cannot fail, and for a fallible one when `B: From<E>`.
///
/// ```
/// use guard_core::{Body, Context, FailsInto, Returns};
/// use std::io;
///
/// /// Takes any context whose failure an [`io::Error`] can hold.
/// fn try_in<S, B>(context: Context<S, B>) -> io::Result<()>
/// where
///     S: Returns + FailsInto<io::Error>,
///     B: Body<S>,
/// {
///     context.try_with(|_| Ok(()))
/// }
/// # let _ = try_in::<guard_core::Plain<()>, guard_core::Unnamed>;
/// ```
#[diagnostic::on_unimplemented(
    message = "the body's error `{B}` cannot hold the context manager's error",
    label = "the body fails with `{B}`",
    note = "help: convert it, as in `f(..).map_err(|error| ..)`; or implement `From<E>` for `{B}`, where `E` is the error in `{Self}`"
)]
pub trait FailsInto<B>: Returns {
    #[doc(hidden)]
    fn convert(error: Self::Error) -> B;
}

#[diagnostic::do_not_recommend]
impl<T, B> FailsInto<B> for Plain<T> {
    #[inline(always)]
    fn convert(error: Infallible) -> B {
        match error {}
    }
}

#[diagnostic::do_not_recommend]
impl<T, E: Failure, B: From<E>> FailsInto<B> for Result<T, E> {
    #[inline(always)]
    fn convert(error: E) -> B {
        B::from(error)
    }
}

#[diagnostic::do_not_recommend]
impl<S: FailsInto<B>, B> FailsInto<B> for Optional<S> {
    #[inline(always)]
    fn convert(error: S::Error) -> B {
        S::convert(error)
    }
}

mod sealed {
    pub trait Sealed {}
    impl<T> Sealed for super::Plain<T> {}
    impl<T, E> Sealed for Result<T, E> {}
    impl<S> Sealed for super::Optional<S> {}
}
