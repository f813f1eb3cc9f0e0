//! What `docs/forms.md` says that a trace shows.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::{env, fs};

use guard_core::{context_manager, yield_point};
use tracing::{Level, info};
use tracing_subscriber::fmt::format::FmtSpan;

/// The arguments are recorded only if they are named.
#[context_manager(fields(name))]
fn scratch(name: &str, _secret: &str) -> io::Result<PathBuf> {
    let path = env::temp_dir().join(name);
    fs::create_dir_all(&path)?;
    info!("made");
    yield_point!(path);
    fs::remove_dir_all(path)
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The block of the page that holds `text`.
fn block<'p>(page: &'p str, language: &str, text: &str) -> &'p str {
    let fence = format!("```{language}\n");
    let mut blocks = page
        .split(&fence)
        .skip(1)
        .filter_map(|rest| rest.split("```").next());
    blocks.find(|block| block.contains(text)).expect("a block")
}

/// Without how long it took, and in the module of the page.
fn as_on_the_page(said: &str) -> String {
    let said = said.replace(": guide:", ": demo:");
    let lines = said.lines();
    let lines = lines.map(|line| line.split(" time.").next().unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_page_shows_what_is_told() {
    let written = Written::default();
    let to = written.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::DEBUG)
        .with_span_events(FmtSpan::CLOSE)
        .without_time()
        .with_writer(move || to.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, || {
        scratch("guard-demo", "1234").try_with(|path| fs::write(path.join("a"), "b"))
    })
    .unwrap();
    let said = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    let page = fs::read_to_string("../../docs/forms.md").unwrap();
    let shown = block(&page, "text", "demo: entered");
    assert_eq!(as_on_the_page(&said), as_on_the_page(shown));

    let code = block(&page, "rust", "fn scratch(name: &str");
    let function = code
        .split("/// The")
        .nth(1)
        .unwrap()
        .split("\n}\n")
        .next()
        .unwrap();
    assert!(include_str!("guide.rs").contains(function), "{function}");
}
