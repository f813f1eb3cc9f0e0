/// One line of the table: one thing of ours, the same done by a peer, and what is asked of the two.
#[derive(Clone, Debug)]
pub struct Row {
    /// The part of the table that this belongs to.
    pub section: &'static str,
    /// What is measured.
    pub what: String,
    /// Whom it is measured against.
    pub against: String,
    /// What the figures count.
    pub unit: &'static str,
    pub ours: f64,
    pub theirs: f64,
    pub bar: Option<Bar>,
    /// The same two measured in other ways, with their units.
    pub beside: Vec<Beside>,
}

/// A second way to measure what a [`Row`] measures. It has no bar.
#[derive(Clone, Debug)]
pub struct Beside {
    pub unit: &'static str,
    pub ours: f64,
    pub theirs: f64,
}

/// How large the ratio may be at most.
#[derive(Clone, Copy, Debug)]
pub struct Bar {
    /// What is aimed at.
    pub limit: f64,
    /// Where the limit cannot be reached: the least that can, as `docs/performance.md` shows.
    pub floor: Option<f64>,
}

/// How a [`Row`] stands to its [`Bar`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is no bar: the row is there to know.
    Told,
    Met,
    /// Above the bar, and not above the floor.
    AtFloor,
    Missed,
}

impl Bar {
    #[must_use]
    pub const fn of(limit: f64) -> Self {
        Bar { limit, floor: None }
    }

    #[must_use]
    pub const fn with_floor(self, floor: f64) -> Self {
        Bar {
            floor: Some(floor),
            ..self
        }
    }
}

impl Row {
    /// Ours for each of theirs, as precise as it is printed.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        if self.ours == self.theirs {
            return 1.0;
        }
        (self.ours / self.theirs * 100.0).round() / 100.0
    }

    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let Some(bar) = self.bar else {
            return Verdict::Told;
        };
        if self.ratio() <= bar.limit {
            Verdict::Met
        } else if bar.floor.is_some_and(|floor| self.ratio() <= floor) {
            Verdict::AtFloor
        } else {
            Verdict::Missed
        }
    }
}
