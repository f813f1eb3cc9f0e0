use std::fmt::Write as _;
use std::string::String;

use super::ResourceTracker;
use super::problem::Problem;

impl ResourceTracker {
    #[track_caller]
    pub(super) fn fail(&self, expected: &str, problems: &[Problem]) -> ! {
        let mut message = String::from("expected that ");
        message.push_str(expected);
        for problem in problems {
            let _ = write!(message, "\n  {problem}");
        }
        let _ = write!(message, "\n{}", self.timeline().marking(problems));
        panic!("{message}");
    }
}
