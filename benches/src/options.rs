//! What the program is asked to do.

/// How it is called.
pub const USAGE: &str = "\
usage: guard-benches [--quick] [--known] [PART ...]

  PART        run       instructions, time, allocations and sizes; CPython beside
              compile   compile time and size of programs
              (all, if none is named)
  --quick     no times and no CPython; compile time of small crates, once
  --known     a bar that is missed by what docs/performance.md accounts for is no failure";

/// What is to be measured, and what is a failure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether figures may mean little.
    pub quick: bool,
    /// Whether what is accounted for is no failure.
    pub known: bool,
    /// Those that were named.
    pub parts: Vec<Part>,
}

/// A part of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What running costs.
    Run,
    /// What compiling costs.
    Compile,
}

/// What the program is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Print the table.
    Measure(Options),
    /// Run one function, under valgrind.
    Rounds {
        /// Its name.
        function: String,
        /// How often.
        rounds: u64,
    },
    /// Time all functions.
    Wall,
    /// Say how it is called.
    Help,
}

impl Options {
    /// Whether this part was asked for.
    #[must_use]
    pub fn has(&self, part: Part) -> bool {
        self.parts.is_empty() || self.parts.contains(&part)
    }
}

/// Reads the arguments.
///
/// # Errors
///
/// One that is not known, as it was written.
pub fn parse(arguments: &[String]) -> Result<Task, String> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["--wall"] => return Ok(Task::Wall),
        ["--help" | "-h"] => return Ok(Task::Help),
        ["--run", function, rounds] => {
            let rounds = rounds.parse().map_err(|_| rounds.to_owned())?;
            return Ok(Task::Rounds {
                function: function.to_owned(),
                rounds,
            });
        }
        _ => {}
    }
    let mut options = Options::default();
    for word in words {
        match word {
            "--quick" => options.quick = true,
            "--known" => options.known = true,
            "run" => options.parts.push(Part::Run),
            "compile" => options.parts.push(Part::Compile),
            unknown => return Err(unknown.to_owned()),
        }
    }
    Ok(Task::Measure(options))
}

#[cfg(test)]
mod tests {
    use super::{Options, Part, Task, parse};

    fn of(line: &str) -> Result<Task, String> {
        parse(
            &line
                .split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn nothing_asks_for_everything() {
        let Ok(Task::Measure(options)) = of("") else {
            panic!("no options are an answer")
        };
        assert!(options.has(Part::Run) && options.has(Part::Compile));
    }

    #[test]
    fn parts_and_options_go_together() {
        let options = Options {
            quick: true,
            known: false,
            parts: vec![Part::Compile],
        };
        assert_eq!(of("compile --quick"), Ok(Task::Measure(options.clone())));
        assert!(!options.has(Part::Run));
    }

    #[test]
    fn what_is_not_known_is_said() {
        assert_eq!(of("run --fast"), Err("--fast".to_owned()));
        assert_eq!(of("--run name many"), Err("many".to_owned()));
    }
}
