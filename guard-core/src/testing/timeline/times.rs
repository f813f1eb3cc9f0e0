use std::format;
use std::string::String;
use std::time::Duration;

/// In seven characters at most.
// Input:  Duration::from_micros(1_234_567)
// Output: 1.2 s
pub(super) fn short(time: Duration) -> String {
    let (seconds, nanos) = (time.as_secs(), time.subsec_nanos());
    match (seconds, nanos) {
        (0, ..1_000) => format!("{nanos} ns"),
        (0, ..1_000_000) => format!("{} µs", nanos / 1_000),
        (0, _) => format!("{} ms", nanos / 1_000_000),
        (1..100, _) => format!("{seconds}.{} s", nanos / 100_000_000),
        (..6_000, _) => format!("{} min", seconds / 60),
        (..36_000_000, _) => format!("{} h", seconds / 3_600),
        _ => "years".into(),
    }
}
