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

/// What is asked of a [`Row`].
#[derive(Clone, Copy, Debug)]
pub struct Bar {
    /// What is aimed at.
    pub limit: Limit,
    /// Where that is missed: by what, for which `docs/performance.md` accounts.
    pub known: Option<Known>,
}

/// What is aimed at.
#[derive(Clone, Copy, Debug)]
pub enum Limit {
    /// A ratio that is no larger.
    AtMost(f64),
    /// A ratio that is smaller.
    Below(f64),
    /// A figure of ours that is no larger, whatever the peer's is.
    Count(f64),
}

/// By what a limit is known to be missed.
#[derive(Clone, Copy, Debug)]
pub enum Known {
    /// So many more than the peer, give or take three.
    Beyond(f64),
    /// No larger a ratio.
    Ratio(f64),
}

/// As the code around a function may be laid out differently.
const SLACK: f64 = 3.0;

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
    /// Nothing is known of a miss.
    #[must_use]
    pub const fn of(limit: Limit) -> Self {
        Bar { limit, known: None }
    }

    /// Says by what it is missed.
    #[must_use]
    pub const fn missed_by(self, known: Known) -> Self {
        Bar {
            known: Some(known),
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

    /// Whether it can stand below the same heading as the one `before`.
    #[must_use]
    pub fn goes_on_from(&self, before: &Row) -> bool {
        let units = |row: &Row| {
            row.beside
                .iter()
                .map(|beside| beside.unit)
                .collect::<Vec<_>>()
        };
        (self.section, self.unit, units(self)) == (before.section, before.unit, units(before))
    }

    /// How it stands to its bar.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let Some(bar) = self.bar else {
            return Verdict::Told;
        };
        let met = match bar.limit {
            Limit::AtMost(limit) => self.ratio() <= limit,
            Limit::Below(limit) => self.ratio() < limit,
            Limit::Count(limit) => self.ours <= limit,
        };
        let known = match bar.known {
            Some(Known::Beyond(more)) => self.ours - self.theirs <= more + SLACK,
            Some(Known::Ratio(limit)) => self.ratio() <= limit,
            None => false,
        };
        match (met, known) {
            (true, _) => Verdict::Met,
            (false, true) => Verdict::AccountedFor,
            (false, false) => Verdict::Missed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bar, Known, Limit, Row, Verdict};

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
        let bar = Some(Bar::of(Limit::AtMost(1.0)));
        assert_eq!(row(20.09, bar).verdict(), Verdict::Met);
        assert_eq!(row(20.2, bar).verdict(), Verdict::Missed);
        assert_eq!(row(30.0, None).verdict(), Verdict::Told);
        let below = Some(Bar::of(Limit::Below(1.0)));
        assert_eq!(row(20.0, below).verdict(), Verdict::Missed);
        assert_eq!(row(19.8, below).verdict(), Verdict::Met);
        let count = Some(Bar::of(Limit::Count(20.0)));
        assert_eq!(row(20.0, count).verdict(), Verdict::Met);
        assert_eq!(row(21.0, count).verdict(), Verdict::Missed);
    }

    #[test]
    fn what_is_accounted_for_is_counted_and_not_divided() {
        let bar = Some(Bar::of(Limit::AtMost(1.0)).missed_by(Known::Beyond(7.0)));
        let verdicts = [20.0, 27.1, 31.0].map(|ours| row(ours, bar).verdict());
        assert_eq!(
            verdicts,
            [Verdict::Met, Verdict::AccountedFor, Verdict::Missed]
        );
        let bar = Some(Bar::of(Limit::Below(1.0)).missed_by(Known::Ratio(1.5)));
        let verdicts = [19.0, 30.0, 31.0].map(|ours| row(ours, bar).verdict());
        assert_eq!(
            verdicts,
            [Verdict::Met, Verdict::AccountedFor, Verdict::Missed]
        );
    }
}
