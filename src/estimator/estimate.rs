//! What a method answers: the ranks of a run, each with moments, each with lines that name a component and its formula.
//! The largest moment of the fullest rank is the estimate. It knows no method.

use crate::estimator::component::Component;
use crate::estimator::expr::Expr;
use crate::estimator::method::MethodId;
use crate::estimator::moment::MomentId;
use crate::estimator::rank::RankKind;
use crate::estimator::units::{Bytes, Memory};

/// One component of an estimate.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What the memory is for.
    pub component: Component,
    /// How much, and how that comes about.
    pub formula: Expr<Memory>,
}

/// Components and what they take, before they are the lines of a moment.
pub type Lines = Vec<(Component, Expr<Memory>)>;

/// Puts a component behind others, if there is anything of it.
pub fn put_any(lines: &mut Lines, component: Component, formula: Option<Expr<Memory>>) {
    if let Some(formula) = formula {
        lines.push((component, formula));
    }
}

/// The fuller of two collections, the first of two alike.
pub fn fuller(first: Lines, second: Lines) -> Lines {
    let total = |lines: &Lines| lines.iter().map(|it| it.1.value()).sum::<f64>();
    if total(&first) >= total(&second) { first } else { second }
}

/// What lives at one moment of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    id: MomentId,
    lines: Vec<Line>,
}

impl Moment {
    /// The moment at which most lives, the first of several; `None` of none.
    pub fn fullest(of: impl IntoIterator<Item = Self>) -> Option<Self> {
        of.into_iter().reduce(|one, other| if other.total() > one.total() { other } else { one })
    }

    /// Collects what lives at a moment; a component occurs at most once.
    pub fn new(id: MomentId, lines: Lines) -> Self {
        let mut res = Self { id, lines: Vec::with_capacity(lines.len()) };
        lines.into_iter().for_each(|(component, formula)| res.put(component, formula));
        res
    }

    /// Adds a line in stacking order.
    pub fn put(&mut self, component: Component, formula: Expr<Memory>) {
        debug_assert!(self.line(component).is_none(), "{component:?} occurs twice");
        let at = self.lines.partition_point(|line| (line.component as usize) < component as usize);
        self.lines.insert(at, Line { component, formula });
    }

    /// Adds to a component, whether anything of it lives already or not.
    pub fn add(&mut self, component: Component, formula: Expr<Memory>) {
        match self.lines.iter_mut().find(|line| line.component == component) {
            Some(line) => line.formula = line.formula.clone() + formula,
            None => self.put(component, formula),
        }
    }

    /// The moment with another formula for a component that lives.
    pub fn map(mut self, component: Component, change: impl FnOnce(Expr<Memory>) -> Expr<Memory>) -> Self {
        if let Some(line) = self.lines.iter_mut().find(|line| line.component == component) {
            line.formula = change(line.formula.clone());
        }
        self
    }

    /// The moment with what is added to components, whether anything of them lives already or not.
    pub fn with_more(mut self, more: Lines) -> Self {
        for (component, formula) in more {
            self.add(component, formula);
        }
        self
    }

    /// Which moment.
    pub const fn id(&self) -> MomentId {
        self.id
    }

    /// The components, in stacking order from the bottom of a bar.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The line of a component, or `None` where nothing of it lives.
    pub fn line(&self, component: Component) -> Option<&Line> {
        self.lines.iter().find(|line| line.component == component)
    }

    /// The sum of what lies outside of what an allocator has given out.
    pub fn outside(&self) -> Bytes {
        self.lines.iter().filter(|it| it.component.is_outside()).map(|it| it.formula.bytes()).sum()
    }

    /// The sum of all components.
    pub fn total(&self) -> Bytes {
        self.lines.iter().map(|line| line.formula.bytes()).sum()
    }
}

/// Ranks that hold the same: the moments of a run in their order, of which the largest counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Rank {
    kind: RankKind,
    count: usize,
    moments: Vec<Moment>,
    peak: usize,
    host: Vec<Line>,
}

impl Rank {
    /// So many ranks over moments in their order; without one there is none.
    pub fn new(kind: RankKind, count: usize, moments: Vec<Moment>) -> Option<Self> {
        let totals = moments.iter().map(Moment::total).enumerate();
        // Of equal moments the first one counts.
        let (peak, _) = totals.reduce(|fullest, it| if it.1 > fullest.1 { it } else { fullest })?;
        Some(Self { kind, count, moments, peak, host: Vec::new() })
    }

    /// The same with what each of them keeps in the host's memory; a component occurs at most once.
    pub fn with_host(self, lines: Lines) -> Self {
        Self { host: lines.into_iter().map(|(component, formula)| Line { component, formula }).collect(), ..self }
    }

    /// Which ranks they are.
    pub const fn kind(&self) -> RankKind {
        self.kind
    }

    /// How many of them there are.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// The moments, in the order in which the run meets them.
    pub fn moments(&self) -> &[Moment] {
        &self.moments
    }

    /// The moment with the largest total.
    pub fn peak(&self) -> &Moment {
        &self.moments[self.peak]
    }

    /// What each of them keeps in the host's memory, because it was sent there or never leaves it; of the total no
    /// part. Nothing where it keeps nothing there, or nobody has read what.
    pub fn host(&self) -> &[Line] {
        &self.host
    }

    /// The sum of all components at the peak of one of them.
    pub fn total(&self) -> Bytes {
        self.peak().total()
    }
}

/// The answer of one method: kinds of rank, of which the fullest counts. A run on one GPU has one.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    method: MethodId,
    ranks: Vec<Rank>,
    fullest: usize,
}

impl Estimate {
    /// An answer for one GPU that tells no moments apart: components that sum to the total.
    pub fn new(method: MethodId, lines: Lines) -> Self {
        let moments = vec![Moment::new(MomentId::Whole, lines)];
        Self {
            method,
            ranks: vec![Rank { kind: RankKind::Only, count: 1, moments, peak: 0, host: Vec::new() }],
            fullest: 0,
        }
    }

    /// An answer over kinds of rank in their order; without one there is none.
    pub fn of_ranks(method: MethodId, ranks: Vec<Rank>) -> Option<Self> {
        Self::of_unlike_ranks(method, ranks, &[])
    }

    /// The same where GPUs are unlike, and the one with the least room left is the fullest: of each `has` says what it
    /// has, in bytes.
    pub fn of_unlike_ranks(method: MethodId, ranks: Vec<Rank>, has: &[f64]) -> Option<Self> {
        let own = |it: &Rank| has.get(it.kind().gpu()).unwrap_or(&0.0);
        let missing = ranks.iter().map(|it| it.total().count() - own(it)).enumerate();
        // Of equal ranks the first one counts.
        let (fullest, _) = missing.reduce(|fullest, it| if it.1 > fullest.1 { it } else { fullest })?;
        Some(Self { method, ranks, fullest })
    }

    /// The answer of one kind of rank, by its name; `None` where there is none of the name.
    pub fn of_rank(&self, name: &str) -> Option<Self> {
        let rank = self.ranks.iter().find(|it| it.kind.to_string() == name)?;
        Self::of_ranks(self.method, vec![rank.clone()])
    }

    /// The method that answered.
    pub const fn method(&self) -> MethodId {
        self.method
    }

    /// The kinds of rank, in the run's order.
    pub fn ranks(&self) -> &[Rank] {
        &self.ranks
    }

    /// The rank with the largest total.
    pub fn fullest(&self) -> &Rank {
        &self.ranks[self.fullest]
    }

    /// The moments of the fullest rank, in the order in which the run meets them.
    pub fn moments(&self) -> &[Moment] {
        self.fullest().moments()
    }

    /// The largest moment of the fullest rank.
    pub fn peak(&self) -> &Moment {
        self.fullest().peak()
    }

    /// The components of the peak, in stacking order from the bottom of a bar.
    pub fn lines(&self) -> &[Line] {
        self.peak().lines()
    }

    /// The peak's line of a component, or `None` where the method has none.
    pub fn line(&self, component: Component) -> Option<&Line> {
        self.peak().line(component)
    }

    /// What lies outside of what an allocator has given out, at the same peak.
    pub fn outside(&self) -> Bytes {
        self.peak().outside()
    }

    /// The sum of all components at the peak of the fullest rank.
    pub fn total(&self) -> Bytes {
        self.peak().total()
    }
}
