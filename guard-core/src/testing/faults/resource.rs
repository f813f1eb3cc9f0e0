use std::format;
use std::panic::Location;
use std::string::String;

use super::{Faults, Injected};
use crate::testing::tracker::turn;
use crate::testing::{Handle, Resource};
use crate::{
    AsyncBody, AsyncContext, AsyncHalves, Body, Context, Halves, context_manager, yield_point,
};

type HandleResult = Result<Handle, Injected>;

impl Faults {
    /// A context manager either half of which can fail or panic, at the sites `name.enter` and
    /// `name.exit`, and whose resource is in the books: what a real one would be to the code that
    /// enters it.
    ///
    /// The resource is opened when the enter half has not failed, and closed, with the outcome that
    /// the exit half is told, before that fails. [`map_err`](Context::map_err) gives it the error type
    /// of the real one.
    ///
    /// ```
    /// use guard_core::testing::{Faults, Injected, exhaust};
    ///
    /// fn scenario(faults: &Faults) -> Result<(), Injected> {
    ///     faults.resource("database").try_with(|database| {
    ///         database.touch();
    ///         faults.point("query")
    ///     })
    /// }
    /// exhaust(scenario);
    /// ```
    #[track_caller]
    pub fn resource(
        &self,
        name: &str,
    ) -> Context<
        HandleResult,
        impl Body<HandleResult, Frame = impl Halves<HandleResult> + Send + use<>> + Send + use<>,
    > {
        faulty(self.clone(), name.into(), Location::caller())
    }

    /// As [`resource`](Self::resource), for async code: either half awaits once before its site, so
    /// that it can be cancelled there too. Cancelled, its resource is closed with
    /// [`Outcome::Dropped`](crate::testing::Outcome::Dropped).
    ///
    /// ```
    /// use guard_core::testing::{Faults, Injected, exhaust_async};
    ///
    /// async fn scenario(faults: &Faults) -> Result<(), Injected> {
    ///     let session = faults.async_resource("session");
    ///     session.try_with(async |session| Ok(session.touch())).await
    /// }
    /// exhaust_async(scenario);
    /// ```
    #[track_caller]
    pub fn async_resource(
        &self,
        name: &str,
    ) -> AsyncContext<
        HandleResult,
        impl AsyncBody<Returns = HandleResult, Frame = impl AsyncHalves<HandleResult> + Send + use<>>
        + Send
        + use<>,
    > {
        async_faulty(self.clone(), name.into(), Location::caller())
    }
}

#[context_manager(crate = crate)]
fn faulty(faults: Faults, name: String, at: &'static Location<'static>) -> HandleResult {
    faults.point(&format!("{name}.enter"))?;
    let handle = faults.tracker().handle_at(name.as_str().into(), at);
    let exit = yield_point!(handle);
    handle.close_with(exit);
    faults.point(&format!("{name}.exit"))
}

#[context_manager(crate = crate)]
async fn async_faulty(
    faults: Faults,
    name: String,
    at: &'static Location<'static>,
) -> HandleResult {
    turn().await;
    faults.point(&format!("{name}.enter"))?;
    let resource = Resource::new(faults.tracker().handle_at(name.as_str().into(), at));
    let exit = yield_point!(resource.handle().clone());
    turn().await;
    resource.close_with(exit.into());
    faults.point(&format!("{name}.exit"))
}
