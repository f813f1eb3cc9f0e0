
/// What the future gives when it is polled once.
#[inline(never)]
fn ready<T>(mut future: std::pin::Pin<Box<dyn Future<Output = T> + '_>>) -> T {
    match future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => std::process::abort(),
    }
}
