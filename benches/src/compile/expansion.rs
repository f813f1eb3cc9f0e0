//! What an attribute takes to expand, and what it writes.
//!
//! What the compiler says about itself it says where it is told to be a nightly one, so it is called
//! without cargo, which would build everything anew for that.

use std::path::PathBuf;
use std::process::Command;
use std::str::FromStr;
use std::{env, io};

use proc_macro2::{TokenStream, TokenTree};

use super::clock::run;
use super::kinds::Kind;
use super::project::{Workspace, artifacts};
use super::{Options, SECTION, grouped, per_function};
use crate::row::{Beside, Row};

/// The pass of the compiler that expands macros, by its own name.
const PASS: &str = "macro_expand_crate";

const KINDS: [Kind; 4] = [Kind::With, Kind::Tracing, Kind::ByHand, Kind::AsyncTrait];

/// How much text there is of a function and its caller.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Text {
    tokens: f64,
    lines: f64,
}

/// One kind of functions, expanded.
struct Expanded {
    kind: Kind,
    seconds: f64,
    before: Text,
    after: Text,
}

pub(super) fn rows(workspace: &Workspace, options: &Options) -> io::Result<Vec<Row>> {
    let expanded = measure(workspace, options)?;
    let [ours, peers @ ..] = &expanded[..] else {
        return Ok(Vec::new());
    };
    let attributes = peers.iter().filter(|peer| peer.kind != Kind::ByHand);
    let times = attributes
        .clone()
        .map(|peer| time(ours, peer, options.functions));
    let texts = peers.iter().map(|peer| text(ours, peer));
    let added = attributes.map(|peer| added(ours, peer));
    Ok(times.chain(texts).chain(added).collect())
}

fn time(ours: &Expanded, peer: &Expanded, count: usize) -> Row {
    Row {
        section: SECTION,
        what: format!("expansion alone of {} functions", grouped(count)),
        against: peer.kind.title().to_owned(),
        unit: "s",
        ours: ours.seconds,
        theirs: peer.seconds,
        bar: None,
        beside: Vec::new(),
    }
}

fn text(ours: &Expanded, peer: &Expanded) -> Row {
    let what = "a function and its caller, expanded".to_owned();
    compared(what, peer.kind, ours.after, peer.after)
}

fn added(ours: &Expanded, peer: &Expanded) -> Row {
    let what = "what the expansion adds to a function".to_owned();
    compared(what, peer.kind, ours.added(), peer.added())
}

impl Expanded {
    fn added(&self) -> Text {
        Text {
            tokens: self.after.tokens - self.before.tokens,
            lines: self.after.lines - self.before.lines,
        }
    }
}

fn compared(what: String, peer: Kind, ours: Text, theirs: Text) -> Row {
    Row {
        section: SECTION,
        what,
        against: peer.title().to_owned(),
        unit: "tokens",
        ours: ours.tokens,
        theirs: theirs.tokens,
        bar: None,
        beside: vec![Beside {
            unit: "lines",
            ours: ours.lines,
            theirs: theirs.lines,
        }],
    }
}

fn measure(workspace: &Workspace, options: &Options) -> io::Result<Vec<Expanded>> {
    let count = options.functions;
    let mut all = Vec::new();
    for kind in KINDS {
        let (_, none) = expand(workspace, kind, 0)?;
        let (seconds, some) = expand(workspace, kind, count)?;
        all.push(Expanded {
            kind,
            seconds,
            before: difference(&kind.source(count), &kind.source(0), count)?,
            after: difference(&some, &none, count)?,
        });
    }
    for _ in 1..options.rounds {
        for expanded in &mut all {
            let (seconds, _) = expand(workspace, expanded.kind, count)?;
            expanded.seconds = expanded.seconds.min(seconds);
        }
    }
    Ok(all)
}

/// How long the compiler has expanded macros, and what it then had.
fn expand(workspace: &Workspace, kind: Kind, count: usize) -> io::Result<(f64, String)> {
    // What the functions are given is the same where there are none of them.
    let messages =
        workspace
            .functions(kind, 0)?
            .compile(&["check", "--lib", "--message-format=json"])?;
    let member = workspace.functions(kind, count)?;
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc
        .args([
            "--crate-type=lib",
            "--edition=2024",
            "-Zunpretty=expanded",
            "-Ztime-passes",
        ])
        .arg(format!("--crate-name={}", member.name))
        .arg(format!(
            "-Ldependency={}",
            workspace.target().join("debug").join("deps").display()
        ))
        .arg(member.library())
        .env("RUSTC_BOOTSTRAP", "1");
    if let Some((name, file)) = kind
        .dependency()
        .and_then(|name| dependency(name, &messages))
    {
        rustc.arg(format!("--extern={name}={}", file.display()));
    }
    let output = run(&mut rustc)?;
    let passes = String::from_utf8_lossy(&output.stderr);
    let seconds = seconds_of(PASS, &passes).ok_or_else(|| {
        io::Error::other(format!(
            "the compiler does not say how long `{PASS}` has taken"
        ))
    })?;
    Ok((
        seconds,
        String::from_utf8_lossy(&output.stdout).into_owned(),
    ))
}

/// What the compiler is to be given of this package.
fn dependency(package: &str, messages: &str) -> Option<(String, PathBuf)> {
    let name = package.replace('-', "_");
    let beginning = format!("lib{name}-");
    let named = |file: &PathBuf| {
        let file = file.file_name()?.to_str()?;
        file.starts_with(&beginning).then_some(())
    };
    let file = artifacts(messages)
        .into_iter()
        .map(|(_, file)| file)
        .find(|file| named(file).is_some())?;
    Some((name, file))
}

/// Of lines such as `time:   0.012; rss:   45MB ->   60MB (  +15MB)  macro_expand_crate`.
fn seconds_of(pass: &str, passes: &str) -> Option<f64> {
    let line = passes
        .lines()
        .find(|line| line.split_whitespace().next_back() == Some(pass))?;
    let time = line.trim_start().strip_prefix("time:")?;
    time.split(';').next()?.trim().parse().ok()
}

/// What one function adds.
fn difference(some: &str, none: &str, count: usize) -> io::Result<Text> {
    let (some, none) = (text_of(some)?, text_of(none)?);
    Ok(Text {
        tokens: per_function(some.tokens, none.tokens, count),
        lines: per_function(some.lines, none.lines, count),
    })
}

#[expect(clippy::cast_precision_loss, reason = "no generated source is so long")]
fn text_of(source: &str) -> io::Result<Text> {
    let tokens = TokenStream::from_str(source)
        .map_err(|error| io::Error::other(format!("generated code is no Rust: {error}")))?;
    let lines = source.lines().filter(|line| !line.trim().is_empty());
    Ok(Text {
        tokens: count(tokens) as f64,
        lines: lines.count() as f64,
    })
}

/// Both delimiters of a group are tokens.
fn count(tokens: TokenStream) -> usize {
    let of = |token| match token {
        TokenTree::Group(group) => 2 + count(group.stream()),
        _ => 1,
    };
    tokens.into_iter().map(of).sum()
}

#[cfg(test)]
mod tests {
    use super::{PASS, Text, difference, seconds_of, text_of};

    #[test]
    fn the_time_of_a_pass() {
        let passes = "warning: x
time:   0.001; rss:   45MB ->   60MB (  +15MB)\tparse_crate
  time:   0.125; rss:   60MB ->   80MB (  +20MB)\tmacro_expand_crate
time:   0.500; rss:   60MB ->   80MB (  +20MB)\ttotal";
        assert_eq!(seconds_of(PASS, passes), Some(0.125));
        assert_eq!(seconds_of("link", passes), None);
    }

    #[test]
    fn tokens_and_lines() {
        let text = text_of("fn f(a: u8) {\n\n    a\n}\n").unwrap();
        assert_eq!(
            text,
            Text {
                tokens: 10.0,
                lines: 3.0
            }
        );
        assert!(text_of("fn f( {").is_err());
    }

    #[test]
    fn a_function_is_what_it_adds() {
        let added = difference("a b c\nd e\nf g", "a", 2).unwrap();
        assert_eq!(
            added,
            Text {
                tokens: 3.0,
                lines: 1.0
            }
        );
    }
}
