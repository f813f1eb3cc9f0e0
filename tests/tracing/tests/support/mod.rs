//! A subscriber that writes down what it is told.

use std::fmt::{self, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

/// Calls `f` and gives what was told meanwhile, one line each:
///
/// | line | |
/// |---|---|
/// | `a > b: text field=value` | an event in the span `b` within `a` |
/// | `a > b closed field=value` | the end of the span `b`, with what it has recorded |
pub fn told(f: impl FnOnce()) -> Vec<String> {
    let book = Book::default();
    tracing::subscriber::with_default(book.clone().subscriber(), f);
    book.lines()
}

/// As `told`, of something that panics.
pub fn told_of_panic(f: impl FnOnce()) -> Vec<String> {
    told(|| {
        catch_unwind(AssertUnwindSafe(f)).expect_err("a panic");
    })
}

#[derive(Clone, Default)]
pub struct Book(Arc<Mutex<Vec<String>>>);

impl Book {
    pub fn subscriber(self) -> impl Subscriber + Send + Sync {
        tracing_subscriber::registry().with(self)
    }

    pub fn lines(&self) -> Vec<String> {
        self.locked().clone()
    }

    fn locked(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a span has recorded, as text.
#[derive(Default)]
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match field.name() {
            "message" => write!(self.0, " {value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        }
        .expect("text");
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }
}

impl<S: Subscriber + for<'s> LookupSpan<'s>> Layer<S> for Book {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.target() != "elsewhere"
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let span = context.span(id).expect("a span");
        span.extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).expect("a span");
        let mut extensions = span.extensions_mut();
        record.record(extensions.get_mut::<Fields>().expect("fields"));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let scope = path(
            context
                .event_scope(event)
                .into_iter()
                .flat_map(|scope| scope.from_root()),
        );
        self.locked().push(format!("{scope}:{}", fields.0));
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let span = context.span(&id).expect("a span");
        let scope = path(span.scope().from_root());
        let extensions = span.extensions();
        let fields = &extensions.get::<Fields>().expect("fields").0;
        self.locked().push(format!("{scope} closed{fields}"));
    }
}

fn path<'s, S: LookupSpan<'s> + 's>(
    spans: impl Iterator<Item = tracing_subscriber::registry::SpanRef<'s, S>>,
) -> String {
    spans
        .map(|span| span.name())
        .collect::<Vec<_>>()
        .join(" > ")
}
