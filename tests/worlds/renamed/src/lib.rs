//! A caller that knows `guard-core` by another name.

use std::cell::RefCell;

/// What was done, in order.
pub type Log = RefCell<Vec<&'static str>>;

/// Lends a number.
#[guards::context_manager(crate = guards)]
pub fn number(log: &Log) -> u32 {
    log.borrow_mut().push("enter");
    let number = 1;
    guards::yield_point!(number);
    log.borrow_mut().push("exit");
}

/// Lends a number, if it is one.
///
/// # Errors
///
/// When it is not.
#[guards::context_manager(crate = guards)]
pub fn parsed(text: &str) -> Result<u32, std::num::ParseIntError> {
    let number = text.parse()?;
    guards::yield_point!(number);
    Ok(())
}

/// The crate by a path of one's own.
pub mod reexported {
    pub use guards as context;

    /// Lends a number.
    #[context::context_manager(crate = crate::reexported::context)]
    pub fn number() -> u32 {
        context::yield_point!(2);
    }
}
