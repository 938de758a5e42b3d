//! Predicted against measured, on two logarithmic axes: points, ticks, and the case under a pointer. It knows
//! neither pixels nor colours.

use crate::estimator::Bytes;
use crate::estimator::order::{order, sorted};
use crate::present::accuracy::{Family, families};

/// A case as a point.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The place of its family in [`Scatter::families`].
    pub family: usize,
    /// What was estimated.
    pub predicted: Bytes,
    /// What was measured.
    pub measured: Bytes,
    /// The case's name; empty for a traced one.
    pub name: String,
    /// The link that opens it; empty for a traced one that is met.
    pub link: String,
    /// Its place from the left, 0 to 1: measured.
    pub x: f64,
    /// Its place from the bottom, 0 to 1: predicted.
    pub y: f64,
}

impl Point {
    /// What the case is called: by its name, or as its link says it; nothing where it has neither.
    pub fn title(&self) -> Option<&str> {
        [&self.name, &self.link].into_iter().find(|it| !it.is_empty()).map(String::as_str)
    }

    /// The signed error as a share of what was measured.
    pub fn error(&self) -> f64 {
        (self.predicted.count() - self.measured.count()) / self.measured.count()
    }
}

/// The whole chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scatter {
    /// The families: of published cases, then of traced ones, each in the order of the file.
    pub families: Vec<String>,
    /// The cases.
    pub points: Vec<Point>,
    /// Powers of ten of both axes: place, and GiB.
    pub ticks: Vec<(f64, String)>,
}

/// The smallest amount that has a place: figures of one token are kilobytes and belong to the table only.
const SMALLEST: f64 = 1e7;

impl Scatter {
    /// Reads the lines that `make accuracy` writes; a line that is none is left out.
    pub fn read(text: &str) -> Self {
        let mut res = Self::default();
        let (cases, keys) = text.split_once("\n\n").unwrap_or((text, ""));
        let mut links = links(keys);
        let mut family_before = "";
        for line in cases.lines() {
            let link = links.next().unwrap_or_default();
            let fields: Vec<&str> = line.split('\t').collect();
            let [family, error, measured, name] = fields[..] else { continue };
            let (Some(error), Some(measured)) = (number(error), number(measured)) else { continue };
            // The line above says it too.
            let family = if family.is_empty() { family_before } else { family };
            family_before = family;
            let measured = measured * Bytes::PER_MIB;
            let predicted = measured * (1.0 + error / 100.0);
            let known = res.families.iter().position(|it| it == family);
            let family = known.unwrap_or_else(|| {
                res.families.push(family.to_owned());
                res.families.len() - 1
            });
            let (predicted, measured) = (Bytes::new(predicted), Bytes::new(measured));
            let name = name.to_owned();
            res.points.push(Point { family, predicted, measured, name, link, x: 0.0, y: 0.0 });
        }
        res.put_published_first();
        res.place();
        res
    }

    /// Whoever reads cares for real runs first: families of published cases, which have names, stand before traced
    /// ones, which their links name.
    fn put_published_first(&mut self) {
        let is_traced: Vec<bool> = (0..self.families.len())
            .map(|family| self.points.iter().any(|it| it.family == family && it.name.is_empty()))
            .collect();
        let families = &self.families;
        let key = |it: &Point| (is_traced[it.family], it.family);
        self.points = sorted(std::mem::take(&mut self.points), |a, b| key(a).cmp(&key(b)));
        let order = order(families.len(), &|a, b| is_traced[a].cmp(&is_traced[b]));
        for point in &mut self.points {
            point.family = order.iter().position(|it| *it == point.family).unwrap_or(point.family);
        }
        self.families = order.iter().map(|it| families[*it].clone()).collect();
    }

    /// Gives every point its place between the powers of ten around all of them.
    fn place(&mut self) {
        let shown = self.points.iter().flat_map(|it| [it.predicted.gib(), it.measured.gib()]);
        let shown = shown.filter(|gib| *gib * Bytes::PER_GIB >= SMALLEST);
        let (least, most) = shown.fold((f64::INFINITY, 0.0_f64), |(least, most), it| (least.min(it), most.max(it)));
        let (first, last) = (least.log10().floor(), most.log10().ceil());
        if most <= 0.0 || last <= first {
            return;
        }
        let place = |gib: f64| (gib.log10() - first) / (last - first);
        for point in &mut self.points {
            (point.x, point.y) = (place(point.measured.gib()), place(point.predicted.gib()));
        }
        self.ticks = (0..=(last - first) as i32)
            .map(|n| 10f64.powi(first as i32 + n))
            .map(|gib| (place(gib), crate::present::numbers::count(gib)))
            .collect();
    }

    /// The points that have a place.
    pub fn shown(&self) -> impl Iterator<Item = &Point> {
        self.points.iter().filter(|it| it.measured.count() >= SMALLEST && it.predicted.count() >= SMALLEST)
    }

    /// The errors of each family.
    pub fn errors(&self) -> Vec<Family> {
        families(&self.points.iter().map(|it| (self.families[it.family].as_str(), it.error())).collect::<Vec<_>>())
    }

    /// The cases with the largest errors, worst first.
    pub fn worst(&self, n: usize) -> Vec<&Point> {
        let mut res = sorted(self.points.iter().collect(), |a, b| b.error().abs().total_cmp(&a.error().abs()));
        res.truncate(n);
        res
    }

    /// The point nearest to a place of a plot with some width and height, within a radius in its unit.
    pub fn hit_test(&self, x: f64, y: f64, width: f64, height: f64, radius: f64) -> Option<&Point> {
        let distance = |it: &Point| ((it.x - x) * width).hypot((it.y - y) * height);
        self.shown().filter(|it| distance(it) <= radius).min_by(|a, b| distance(a).total_cmp(&distance(b)))
    }
}

/// The links of which each line has a key's values, one after the other: `~` for none, `*n` behind one that repeats.
fn links(keys: &str) -> impl Iterator<Item = String> {
    let mut res: Vec<String> = Vec::new();
    for line in keys.lines() {
        let mut values = line.split(' ');
        let key = values.next().unwrap_or_default();
        let mut at = 0;
        for value in values {
            let (value, n) = value.rsplit_once('*').map_or((value, 1), |(it, n)| (it, n.parse().unwrap_or(1)));
            for _ in 0..n {
                if at == res.len() {
                    res.push(String::new());
                }
                if value != "~" {
                    let joint = if res[at].is_empty() { "" } else { "&" };
                    res[at] += &format!("{joint}{key}={value}");
                }
                at += 1;
            }
        }
    }
    res.into_iter()
}

/// A number that is one.
fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|it: &f64| it.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str = "a\t-50\t2048\tone\nb\t0\t102400\ttwo\nnothing\nb\t0\t0.0039\ttoken\n\nmode nlp*4\n";

    #[test]
    fn points_stand_between_powers_of_ten() {
        let scatter = Scatter::read(LINES);
        assert_eq!(scatter.families, ["a", "b"]);
        assert_eq!(scatter.shown().count(), 2, "figures of one token have no place");
        let labels: Vec<_> = scatter.ticks.iter().map(|it| it.1.as_str()).collect();
        assert_eq!(labels, ["1", "10", "100"]);
        assert!((scatter.points[1].x - 1.0).abs() < 1e-9 && (scatter.points[0].y).abs() < 1e-9);
        assert_eq!(scatter.points[0].error(), -0.5);
    }

    #[test]
    fn links_are_read_key_by_key() {
        let scatter = Scatter::read("a\t0\t1\t\n\t0\t2\t\n\t0\t2\t\n\nmode nlp*2 cnn\nbatchSize 2 3 ~\nmodel ~ x*2\n");
        let links: Vec<_> = scatter.points.iter().map(|it| it.link.as_str()).collect();
        assert_eq!(links, ["mode=nlp&batchSize=2", "mode=nlp&batchSize=3&model=x", "mode=cnn&model=x"]);
        assert_eq!(scatter.families, ["a"]);
    }

    /// Eight families of traced runs stood before the first of a real one.
    #[test]
    fn published_cases_stand_before_traced_ones() {
        let scatter = Scatter::read(include_str!("../../data/scatter.tsv"));
        let is_traced = |family: &str| {
            let mut all = scatter.points.iter().filter(|it| scatter.families[it.family] == family);
            all.any(|it| it.name.is_empty())
        };
        let traced: Vec<_> = scatter.errors().iter().map(|it| is_traced(&it.name)).collect();
        assert!(traced.contains(&true) && traced.contains(&false) && traced.is_sorted(), "{traced:?}");
        let names: Vec<_> = scatter.errors().into_iter().map(|it| it.name).collect();
        assert_eq!(names, scatter.families, "a family has the colour of its points");
    }

    #[test]
    fn a_pointer_finds_the_nearest_case() {
        let scatter = Scatter::read(LINES);
        assert_eq!(scatter.hit_test(0.99, 0.99, 400.0, 400.0, 8.0).map(|it| it.name.as_str()), Some("two"));
        assert_eq!(scatter.hit_test(0.5, 0.99, 400.0, 400.0, 8.0), None);
    }
}
