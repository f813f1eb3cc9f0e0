//! What the attribute mentions is used, whether or not there are spans.

#![deny(warnings)]

use guard_core::{Executor, context_manager, yield_point};
use std::path::Path;

#[context_manager(fields(
    path = %path.display(),
    count,
    owner.name = ?owner.1,
    "a name" = format_args!("{}", text),
    %shown,
    ok = { let kept = 1; kept },
))]
fn recorded(
    path: &Path,
    count: u32,
    owner: (u32, &str),
    text: &str,
    shown: &str,
    #[cfg(any())] _nothing: u32,
) {
    yield_point!();
}

#[context_manager(finish_on = executor.clone(), fields(of = r#type))]
async fn finished(executor: impl Executor + Clone + Send + 'static, r#type: u32) {
    yield_point!();
}

struct Counted(u32);

impl Counted {
    #[context_manager(fields(count = self.0, by))]
    fn counting(&mut self, by: u32) {
        yield_point!();
        self.0 += 1;
    }
}

fn main() {
    recorded(Path::new("a"), 1, (2, "b"), "c", "d").with(|()| ());
    drop(finished(drop::<guard_core::ExitHalf>, 1));
    let mut counted = Counted(1);
    counted.counting(1).with(|()| ());
    assert_eq!(counted.0, 2);
}
