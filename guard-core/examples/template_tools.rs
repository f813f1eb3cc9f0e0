//! Runs a command, and shows what it prints only if it fails; the utilities at work: a template.
//!
//! ```text
//! cargo run --example template_tools --features stdio                           # a demo
//! cargo run --example template_tools --features stdio -- cargo check            # shown if it fails
//! cargo run --example template_tools --features stdio -- --log log cargo check  # in the file `log`
//! cargo run --example template_tools --features stdio -- --verbose cargo check  # shown as it comes
//! ```
//!
//! | what | is done by |
//! |---|---|
//! | what the command and this program print is kept, or goes to the log | [`redirect_stdout`], [`Capture`] |
//! | what is kept is shown if the work fails or panics | the exit half of `shown_unless_completed` |
//! | with `--verbose` it goes where it always goes | an `Option` of a context, which is one |
//! | the log is on the disk before the program says that all went well | [`closing`] |
//! | it may be a pipe, which is on no disk; other errors go through | [`suppress`] |
//!
//! Needs Unix and the feature `stdio`. To change: `work`, which may call anything that prints.
//!
//! [`redirect_stdout`]: guard_core::redirect_stdout
//! [`Capture`]: guard_core::Capture
//! [`suppress`]: guard_core::suppress
//! [`closing`]: guard_core::closing

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    unix::main()
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    eprintln!("template_tools: streams can be redirected on Unix only");
    ExitCode::FAILURE
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsString;
    use std::fs::File;
    use std::io::{self, Write};
    use std::os::fd::AsFd;
    use std::path::{Path, PathBuf};
    use std::process::{Command, ExitCode};
    use std::{env, iter};

    use guard_core::{
        Capture, ContextManager, ExitErrors, Guard, closing, context_manager, on_lost_error,
        redirect_stderr, redirect_stdout, suppress, yield_point,
    };

    const USAGE: &str = "usage: template_tools [--log FILE | --verbose] [COMMAND [ARG ..]]";

    pub(super) fn main() -> ExitCode {
        on_lost_error(|lost| eprintln!("template_tools: {lost}"));
        let Some(options) = Options::parse(env::args_os().skip(1)) else {
            eprintln!("template_tools: {USAGE}");
            return ExitCode::from(2);
        };
        match run(&options) {
            Ok(done) => {
                // The work is done, whether anybody listens or not.
                let _ = writeln!(io::stdout(), "{done}");
                ExitCode::SUCCESS
            }
            Err(error) => {
                eprintln!("template_tools: {error}");
                ExitCode::FAILURE
            }
        }
    }

    fn run(options: &Options) -> io::Result<String> {
        match &options.log {
            Some(log) => logged(log, &options.command),
            None => captured(options.verbose, &options.command),
        }
    }

    /// What is printed goes to a file, and takes the place of what was in it.
    fn logged(log: &Path, command: &[OsString]) -> io::Result<String> {
        let at = |error| failed(format!("{}: {error}", log.display()));
        let file = File::create(log).map_err(at)?;
        // Dropped, it would be closed too, but could not tell that the disk is full.
        let file = closing(file, |file| {
            let synced = suppress(io::ErrorKind::InvalidInput, || file.sync_all());
            synced.map(drop).map_err(at)
        });
        file.try_with(|file| redirected(file).try_with(|()| work(command)))?;
        Ok(format!("all went well, see {}", log.display()))
    }

    /// What is printed is kept, and shown unless the work does well.
    fn captured(verbose: bool, command: &[OsString]) -> io::Result<String> {
        let kept = (!verbose).then(shown_unless_completed);
        kept.try_with(|said| {
            let redirected = said.first().map(redirected);
            redirected.try_with(|_| work(command))?;
            let [said] = said else {
                return Ok("all went well".to_owned());
            };
            let said = said.bytes()?;
            let lines = said.split_inclusive(|byte| *byte == b'\n').count();
            Ok(format!("all went well, {lines} lines not shown"))
        })
    }

    /// What the streams can be redirected to meanwhile. It is shown unless all went well: the message
    /// of a panic is in there, too.
    #[context_manager]
    fn shown_unless_completed() -> io::Result<Capture> {
        let said = Capture::new()?;
        if yield_point!(said).is_completed() {
            return Ok(());
        }
        let mut stdout = io::stdout();
        stdout.write_all(&said.bytes()?)?;
        stdout.flush()
    }

    /// Both streams go to `target`, in the order in which things are printed.
    #[context_manager]
    fn redirected(target: impl AsFd) -> io::Result<()> {
        let out = redirect_stdout(target).enter_local()?;
        let err = redirect_stderr(io::stdout()).enter_local()?;
        yield_point!();
        both(Guard::exit(err), Guard::exit(out))
    }

    fn work(command: &[OsString]) -> io::Result<()> {
        let program = command[0].display();
        writeln!(io::stdout(), "running `{program}`")?;
        let status = Command::new(&command[0]).args(&command[1..]).status();
        let status = status.map_err(|error| failed(format!("`{program}`: {error}")))?;
        if status.success() {
            Ok(())
        } else {
            Err(failed(format!("`{program}` has failed: {status}")))
        }
    }

    struct Options {
        log: Option<PathBuf>,
        verbose: bool,
        /// At least the program.
        command: Vec<OsString>,
    }

    impl Options {
        fn parse(mut args: impl Iterator<Item = OsString>) -> Option<Self> {
            let mut options = Options {
                log: None,
                verbose: false,
                command: ["sh", "-c", "echo one; echo two >&2"]
                    .map(OsString::from)
                    .into(),
            };
            while let Some(arg) = args.next() {
                match arg.to_str() {
                    Some("--log") => options.log = Some(args.next()?.into()),
                    Some("--verbose") => options.verbose = true,
                    Some(flag) if flag.starts_with('-') => return None,
                    _ => options.command = iter::once(arg).chain(args.by_ref()).collect(),
                }
            }
            let both = options.verbose && options.log.is_some();
            (!both).then_some(options)
        }
    }

    /// Keeps both errors, if there are two.
    fn both(first: io::Result<()>, second: io::Result<()>) -> io::Result<()> {
        ExitErrors::of([first, second]).map_err(io::Error::other)
    }

    fn failed(what: String) -> io::Error {
        io::Error::other(what)
    }
}
