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
    /// The figure of ours.
    pub ours: f64,
    /// The figure of the peer.
    pub theirs: f64,
    /// What is asked of the ratio, if anything is.
    pub bar: Option<Bar>,
    /// The same two measured in other ways, with their units.
    pub beside: Vec<Beside>,
}

/// A second way to measure what a [`Row`] measures. It has no bar.
#[derive(Clone, Debug)]
pub struct Beside {
    /// What the figures count.
    pub unit: &'static str,
    /// The figure of ours.
    pub ours: f64,
    /// The figure of the peer.
    pub theirs: f64,
}

/// How large the ratio may be at most.
#[derive(Clone, Copy, Debug)]
pub struct Bar {
    /// What is aimed at.
    pub limit: f64,
    /// Where the limit cannot be reached: less than this is what ours counts beyond
    /// theirs, for which `docs/performance.md` accounts.
    pub accounted_for: f64,
}

/// How a [`Row`] stands to its [`Bar`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is no bar: the row is there to know.
    Told,
    /// The ratio is at most what is aimed at.
    Met,
    /// Above the bar, by what is accounted for.
    AccountedFor,
    /// Above the bar, and by more than is accounted for.
    Missed,
}

impl Bar {
    /// At most this ratio.
    #[must_use]
    pub const fn of(limit: f64) -> Self {
        Bar {
            limit,
            accounted_for: 0.0,
        }
    }

    /// Says why it is missed.
    #[must_use]
    pub const fn missed_by(self, accounted_for: f64) -> Self {
        Bar {
            accounted_for,
            ..self
        }
    }
}

impl Row {
    /// Ours for each of theirs, as precise as it is printed.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        (self.ours / self.theirs * 100.0).round() / 100.0
    }

    /// How it stands to its bar.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let Some(bar) = self.bar else {
            return Verdict::Told;
        };
        if self.ratio() <= bar.limit {
            Verdict::Met
        } else if self.ours - self.theirs < bar.accounted_for {
            Verdict::AccountedFor
        } else {
            Verdict::Missed
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bar, Row, Verdict};

    fn row(ours: f64, bar: Option<Bar>) -> Row {
        Row {
            section: "",
            what: String::new(),
            against: String::new(),
            unit: "",
            ours,
            theirs: 20.0,
            bar,
            beside: Vec::new(),
        }
    }

    #[test]
    fn a_bar_is_met_as_precisely_as_it_is_printed() {
        let bar = Some(Bar::of(1.0));
        assert_eq!(row(20.09, bar).verdict(), Verdict::Met);
        assert_eq!(row(20.2, bar).verdict(), Verdict::Missed);
        assert_eq!(row(30.0, None).verdict(), Verdict::Told);
    }

    #[test]
    fn what_is_accounted_for_is_counted_and_not_divided() {
        let bar = Some(Bar::of(1.0).missed_by(8.0));
        let verdicts = [20.0, 27.1, 28.0].map(|ours| row(ours, bar).verdict());
        assert_eq!(
            verdicts,
            [Verdict::Met, Verdict::AccountedFor, Verdict::Missed]
        );
    }
}
