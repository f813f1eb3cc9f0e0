//! Stub.
pub fn isolated(f: impl FnOnce()) {
    f()
}
pub(crate) fn note(_: &str) {}
