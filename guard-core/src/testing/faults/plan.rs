use std::error;
use std::fmt;
use std::format;
use std::str::FromStr;
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;

/// What goes wrong in one run: at which places, in which way, and at which await the future is dropped.
///
/// It prints as the text that it is read from, as a report gives it for
/// [replaying](super::super::Exhaust#replaying): faults with commas between them, each
/// `site#n=error` or `site#n=panic` for the `n`th time that the run comes to the site, and `cancel=n`
/// for the `n`th time that the future is pending.
///
/// ```
/// use guard_core::testing::{Faults, Plan};
///
/// let plan: Plan = "read#2=error,close#1=panic".parse()?;
/// assert_eq!(plan, Plan::new().error("read", 2).panic("close", 1));
/// assert_eq!(plan.to_string(), "read#2=error,close#1=panic");
///
/// let faults = Faults::planned(plan);
/// assert!(faults.point("read").is_ok());
/// assert!(faults.point("read").is_err());
/// # Ok::<(), guard_core::testing::PlanError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    faults: Vec<Fault>,
    cancel: Option<usize>,
}

/// The `nth` time that a run comes to a site, from 1.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub(crate) site: Arc<str>,
    pub(crate) nth: usize,
}

/// In which way a site fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Error,
    Panic,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Fault {
    place: Place,
    kind: Kind,
}

/// A text that is no [`Plan`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanError(String);

impl Plan {
    /// Nothing goes wrong.
    #[must_use]
    pub fn new() -> Self {
        Plan::default()
    }

    /// The `nth` time, from 1, the site returns an error.
    #[must_use]
    pub fn error(self, site: &str, nth: usize) -> Self {
        self.with(Place::new(site, nth), Kind::Error)
    }

    /// The `nth` time, from 1, the site panics.
    #[must_use]
    pub fn panic(self, site: &str, nth: usize) -> Self {
        self.with(Place::new(site, nth), Kind::Panic)
    }

    /// The future is dropped the `nth` time, from 1, that it is pending.
    #[must_use]
    pub fn cancel(mut self, nth: usize) -> Self {
        self.cancel = Some(nth);
        self
    }

    /// Whether something goes wrong at this site.
    ///
    /// ```
    /// use guard_core::testing::Plan;
    ///
    /// let plan = Plan::new().error("read", 2);
    /// assert!(plan.names("read") && !plan.names("close"));
    /// ```
    #[must_use]
    pub fn names(&self, site: &str) -> bool {
        self.faults.iter().any(|fault| &*fault.place.site == site)
    }

    pub(crate) fn with(mut self, place: Place, kind: Kind) -> Self {
        self.faults.push(Fault { place, kind });
        self
    }

    pub(crate) fn at(&self, place: &Place) -> Option<Kind> {
        let fault = self.faults.iter().find(|fault| fault.place == *place)?;
        Some(fault.kind)
    }

    pub(crate) fn cancelled_at(&self) -> Option<usize> {
        self.cancel
    }

    /// Whether nothing goes wrong.
    ///
    /// ```
    /// use guard_core::testing::Plan;
    ///
    /// assert!(Plan::new().is_empty());
    /// assert_eq!(Plan::new().error("read", 1).cancel(2).len(), 2);
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many things go wrong, the cancellation included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.faults.len() + usize::from(self.cancel.is_some())
    }

    /// How many faults there are at sites.
    pub(crate) fn faults(&self) -> usize {
        self.faults.len()
    }

    /// In words, for the report.
    // Input:  read#2=error,cancel=3
    // Output: `read#2` returns an error, and the future is dropped at await 3
    pub(crate) fn in_words(&self) -> String {
        let fault = |fault: &Fault| match fault.kind {
            Kind::Error => format!("`{}` returns an error", fault.place),
            Kind::Panic => format!("`{}` panics", fault.place),
        };
        let cancel = |nth| format!("the future is dropped at await {nth}");
        let parts: Vec<_> = self
            .faults
            .iter()
            .map(fault)
            .chain(self.cancel.map(cancel))
            .collect();
        if parts.is_empty() {
            "nothing goes wrong".to_string()
        } else {
            parts.join(", and ")
        }
    }
}

impl Place {
    pub(crate) fn new(site: &str, nth: usize) -> Self {
        Place {
            site: site.into(),
            nth,
        }
    }

    /// Whether a text has an [`Injected`](super::Injected) of this place in it, as `Debug` or
    /// `Display` show one. Both have quotes around the place, which no name of a site has in it.
    pub(crate) fn is_named_in(&self, text: &str) -> bool {
        let name = self.to_string();
        text.match_indices(&name).any(|(at, _)| {
            let (before, behind) = (&text[..at], &text[at + name.len()..]);
            before.ends_with(['`', '"']) && behind.starts_with(['`', '"', '\\'])
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.site, self.nth)
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fault = |fault: &Fault| match fault.kind {
            Kind::Error => format!("{}=error", fault.place),
            Kind::Panic => format!("{}=panic", fault.place),
        };
        let cancel = |nth| format!("cancel={nth}");
        let faults = self.faults.iter().map(fault);
        let parts: Vec<_> = faults.chain(self.cancel.map(cancel)).collect();
        f.write_str(&parts.join(","))
    }
}

impl FromStr for Plan {
    type Err = PlanError;

    fn from_str(text: &str) -> Result<Self, PlanError> {
        let parts = text.split(',').map(str::trim);
        parts
            .filter(|part| !part.is_empty())
            .try_fold(Plan::new(), |plan, part| {
                plan.parse(part).ok_or_else(|| PlanError(part.to_string()))
            })
    }
}

impl Plan {
    fn parse(self, part: &str) -> Option<Self> {
        let (place, kind) = part.rsplit_once('=')?;
        if place == "cancel" {
            return Some(self.cancel(number(kind)?));
        }
        let (site, nth) = place.rsplit_once('#')?;
        match kind {
            "error" => Some(self.error(site, number(nth)?)),
            "panic" => Some(self.panic(site, number(nth)?)),
            _ => None,
        }
    }
}

fn number(text: &str) -> Option<usize> {
    text.parse().ok().filter(|number| *number > 0)
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let PlanError(part) = self;
        write!(
            f,
            "`{part}` is none of `site#n=error`, `site#n=panic` and `cancel=n`, with `n` from 1"
        )
    }
}

impl error::Error for PlanError {}

/// A name that a plan can be read back with, that a shell takes within quotes, and that `Debug` shows
/// as it is.
#[track_caller]
pub(crate) fn check_site(site: &str) {
    let refused = |c: char| matches!(c, ',' | '`') || c.escape_debug().len() > 1;
    assert!(
        !site.is_empty() && !site.contains(refused) && site.trim() == site,
        "{site:?} cannot be the name of a fault site\nhelp: leave out commas, quotes, space at the ends, and what `Debug` escapes"
    );
}
