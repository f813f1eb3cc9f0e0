use crate::context::{Body, Context, Halves};
use crate::exit::Failure;
use crate::raw::{ConvertedFrame, EitherFrame, FallibleFrame, OptionalFrame, Point};
use crate::returns::{FailsInto, Optional, Plain, Returns};

/// Anything that can be entered, lends a value, and is exited.
///
/// It is implemented by
///
/// - [`Context`], what a `#[context_manager]` function returns;
/// - `Option<C>`, which may be no context at all, and lends a slice of one value or none;
/// - [`Either<A, B>`](Either), one of two that lend the same type.
///
/// With it a function takes *any* context manager that lends a `T`:
///
/// ```
/// use guard_core::{ContextManager, FailsInto, context_manager, yield_point};
/// use std::io;
///
/// fn greet<C>(output: C) -> io::Result<()>
/// where
///     C: ContextManager<Value = Vec<u8>>,
///     C::Returns: FailsInto<io::Error>,
/// {
///     output.try_with(|output| io::Write::write_all(output, b"hello"))
/// }
///
/// #[context_manager]
/// fn printed() -> Vec<u8> {
///     let text = Vec::new();
///     yield_point!(text);
///     assert_eq!(text, b"hello");
/// }
///
/// greet(printed())?;
/// # io::Result::Ok(())
/// ```
///
/// An optional context, where Python would have `nullcontext()` for the other case:
///
/// ```
/// use guard_core::{ContextManager, context_manager, yield_point};
/// use std::cell::Cell;
///
/// #[context_manager]
/// fn counted(inside: &Cell<u32>) {
///     inside.set(inside.get() + 1);
///     yield_point!();
///     inside.set(inside.get() - 1);
/// }
///
/// let inside = Cell::new(0);
/// for enabled in [true, false] {
///     let seen = enabled.then(|| counted(&inside)).with(|_| inside.get());
///     assert_eq!(seen, u32::from(enabled));
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a context manager",
    label = "not a context manager",
    note = "help: call a function marked `#[context_manager]`, hold a plain value with `let`, or make it one with `nullcontext(value)`"
)]
pub trait ContextManager: Sized {
    /// What the body is lent, as `&mut`.
    type Value: ?Sized;
    /// Whether and how it can fail: [`Plain<T>`](Plain), `Result<T, E>`, or [`Optional`] of either.
    type Returns: Returns<Lent = Self::Value>;
    /// What has no name that could be written.
    type Body: Body<Self::Returns>;

    /// The [`Context`] that it is entered as. That of an `Option` has no `enter`, as a guard would
    /// give the value away: `option.map(|context| context.enter())` is an optional guard.
    fn into_context(self) -> Context<Self::Returns, Self::Body>;

    /// Enters, calls `body` with the lent value, and exits: [`Context::with`].
    ///
    /// # Errors
    ///
    /// With a context that can fail: what its halves fail with.
    ///
    /// # Panics
    ///
    /// As [`Context::with`].
    #[inline(always)]
    fn with<Q>(
        self,
        body: impl FnOnce(&mut Self::Value) -> Q,
    ) -> <Self::Returns as Returns>::Wrapped<Q> {
        self.into_context().with(body)
    }

    /// As `with`, for a body that can fail: [`Context::try_with`].
    ///
    /// # Errors
    ///
    /// What the enter half, `body` or the exit half fail with, as with [`Context::try_with`].
    ///
    /// # Panics
    ///
    /// As [`Context::with`].
    #[inline(always)]
    fn try_with<Q, E: Failure>(
        self,
        body: impl FnOnce(&mut Self::Value) -> Result<Q, E>,
    ) -> Result<Q, E>
    where
        Self::Returns: FailsInto<E>,
    {
        self.into_context().try_with(body)
    }
}

#[diagnostic::do_not_recommend]
impl<S: Returns, B: Body<S>> ContextManager for Context<S, B> {
    type Value = S::Lent;
    type Returns = S;
    type Body = B;

    #[inline(always)]
    fn into_context(self) -> Self {
        self
    }
}

/// Lends a slice of one value or none: `if let [value] = lent { .. }`.
#[diagnostic::do_not_recommend]
impl<C, S> ContextManager for Option<C>
where
    C: ContextManager<Returns = S>,
    S: Returns<Lent = <S as Returns>::Value>,
{
    type Value = [S::Value];
    type Returns = Optional<S>;
    type Body = OptionalBody<S, C::Body>;

    #[inline(always)]
    fn into_context(self) -> Context<Optional<S>, OptionalBody<S, C::Body>> {
        Context::new(OptionalBody(self.map(C::into_context)))
    }
}

/// The body of an optional context.
pub struct OptionalBody<S, B>(Option<Context<S, B>>);

impl<S: Returns, B: Body<S>> Body<Optional<S>> for OptionalBody<S, B> {
    type Frame = OptionalFrame<S, B::Frame>;

    #[inline(always)]
    fn start(self, _point: Point<Optional<S>, Option<S::Value>>) -> Self::Frame {
        OptionalFrame::new(self.0.map(Context::start))
    }
}

/// One of two context managers that lend the same type and fail in the same way.
///
/// ```
/// use guard_core::{ContextManager, Either, context_manager, yield_point};
/// use std::fs::File;
/// use std::io::{self, Write};
/// use std::path::Path;
///
/// #[context_manager]
/// fn created(path: &Path) -> io::Result<Box<dyn Write>> {
///     yield_point!(Box::new(File::create(path)?));
///     Ok(())
/// }
///
/// #[context_manager]
/// fn standard_output() -> Box<dyn Write> {
///     yield_point!(Box::new(io::stdout()));
/// }
///
/// fn greet(path: Option<&Path>) -> io::Result<()> {
///     let output = match path {
///         Some(path) => Either::Left(created(path)),
///         None => Either::Right(standard_output().fallible()),
///     };
///     output.try_with(|output| writeln!(output, "hello"))
/// }
/// # greet(None)?;
/// # let dir = tempfile::tempdir()?;
/// # greet(Some(&dir.path().join("greeting")))?;
/// # assert_eq!(std::fs::read(dir.path().join("greeting"))?, b"hello\n");
/// # io::Result::Ok(())
/// ```
///
/// A context that cannot fail is made fit for the side of one that can by [`Context::fallible`].
#[derive(Clone, Copy, Debug)]
pub enum Either<A, B> {
    /// This one.
    Left(A),
    /// That one.
    Right(B),
}

#[diagnostic::do_not_recommend]
impl<A, B> ContextManager for Either<A, B>
where
    A: ContextManager,
    B: ContextManager<Value = A::Value, Returns = A::Returns>,
{
    type Value = A::Value;
    type Returns = A::Returns;
    type Body = Either<A::Body, B::Body>;

    #[inline(always)]
    fn into_context(self) -> Context<A::Returns, Self::Body> {
        Context::new(match self {
            Either::Left(this) => Either::Left(this.into_context().into_body()),
            Either::Right(that) => Either::Right(that.into_context().into_body()),
        })
    }
}

impl<S: Returns, A: Body<S>, B: Body<S>> Body<S> for Either<A, B> {
    type Frame = EitherFrame<A::Frame, B::Frame>;

    #[inline(always)]
    fn start(self, point: Point<S, S::Value>) -> Self::Frame {
        EitherFrame(match self {
            Either::Left(this) => Either::Left(this.start(point)),
            Either::Right(that) => Either::Right(that.start(point)),
        })
    }
}

impl<T, B: Body<Plain<T>>> Context<Plain<T>, B> {
    /// This context as one that could fail with `E`, and does not: for the other side of an
    /// [`Either`], or where a `Result` is asked for.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{context_manager, yield_point};
    ///
    /// #[context_manager]
    /// fn one() -> u32 {
    ///     yield_point!(1);
    /// }
    ///
    /// assert_eq!(one().fallible::<String>().with(|n| *n), Ok(1));
    /// ```
    #[inline(always)]
    pub fn fallible<E: Failure>(
        self,
    ) -> Context<Result<T, E>, impl Body<Result<T, E>, Frame = impl Halves<Result<T, E>>>> {
        Context::new(FallibleBody(self.into_body()))
    }
}

struct FallibleBody<B>(B);

impl<T, E: Failure, B: Body<Plain<T>>> Body<Result<T, E>> for FallibleBody<B> {
    type Frame = FallibleFrame<T, E, B::Frame>;

    #[inline(always)]
    fn start(self, _point: Point<Result<T, E>, T>) -> Self::Frame {
        FallibleFrame::new(self.0.start(Point::new()))
    }
}

impl<T, E: Failure, B: Body<Result<T, E>>> Context<Result<T, E>, B> {
    /// This context with another error, that of either half converted by `convert`.
    ///
    /// # Examples
    ///
    /// ```
    /// use guard_core::{context_manager, enter, yield_point};
    /// use std::io;
    ///
    /// #[context_manager]
    /// fn number(text: &str) -> Result<u8, std::num::ParseIntError> {
    ///     yield_point!(text.parse()?);
    ///     Ok(())
    /// }
    ///
    /// fn twice(text: &str) -> io::Result<u8> {
    ///     enter!(n = number(text).map_err(io::Error::other)?);
    ///     Ok(*n * 2)
    /// }
    /// assert_eq!(twice("4")?, 8);
    /// assert!(twice("four").is_err());
    /// # io::Result::Ok(())
    /// ```
    #[inline(always)]
    pub fn map_err<O: Failure>(
        self,
        convert: impl FnOnce(E) -> O,
    ) -> Context<Result<T, O>, impl Body<Result<T, O>, Frame = impl Halves<Result<T, O>>>> {
        Context::new(ConvertedBody(self, convert))
    }
}

struct ConvertedBody<C, M>(C, M);

impl<T, E, O, B, M> Body<Result<T, O>> for ConvertedBody<Context<Result<T, E>, B>, M>
where
    E: Failure,
    O: Failure,
    B: Body<Result<T, E>>,
    M: FnOnce(E) -> O,
{
    type Frame = ConvertedFrame<T, E, O, M, B::Frame>;

    #[inline(always)]
    fn start(self, _point: Point<Result<T, O>, T>) -> Self::Frame {
        let ConvertedBody(context, convert) = self;
        ConvertedFrame::new(context.into_body().start(Point::new()), convert)
    }
}
