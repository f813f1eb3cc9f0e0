use core::ffi::c_int;

#[cfg(any(unix, windows))]
// SAFETY: the C library has it, of this type. It keeps the pointer to a function, which is there for
// as long as the process is, and may be called from any thread at any time.
unsafe extern "C" {
    safe fn atexit(run: extern "C" fn()) -> c_int;
}

#[cfg(not(any(unix, windows)))]
fn atexit(_run: extern "C" fn()) -> c_int {
    -1
}

/// Has `run` called when the process ends by `exit` or by the end of `main`, and says whether it
/// will be.
pub(crate) fn at_exit(run: extern "C" fn()) -> bool {
    atexit(run) == 0
}
