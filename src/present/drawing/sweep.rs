//! A sweep as marks: grid, stacked areas and the line of the device; and as a picture that stands alone. It knows no
//! theme.

use crate::estimator::{ComponentGroup, Value};
use crate::present::chart::text_width;
use crate::present::drawing::bars::{grid, height_in};
use crate::present::drawing::mark::{Anchor, Area, Ink, Mark};
use crate::present::drawing::picture::{
    LEADING, MARGIN, PLOT, Page, Picture, PictureTexts, SMALL, WIDTH, filled, name_capacity, name_ticks, text,
};
use crate::present::sweep_chart::SweepScene;

/// What names and figures beside the right end take.
const BESIDE: f64 = 150.0;

/// Half the side of what marks the crossing.
const MARK: f64 = 4.0;

/// How far a tick reaches below the axis, where another moment or rank becomes the fullest.
const TURN: f64 = 5.0;

/// A scene in a place, with lines of some thickness. The ground is not among them: the page tints its own where the run
/// does not fit.
pub fn sweep_marks(scene: &SweepScene, place: Area, line: f64) -> Vec<Mark> {
    let on_paper = |all: &[(f64, f64)]| -> Vec<(f64, f64)> {
        all.iter().map(|it| (place.left + it.0 * place.width, height_in(place, line, it.1))).collect()
    };
    let mut res = grid(&scene.ticks, place, line);
    for it in &scene.areas {
        let polygon = |outline: &Vec<_>| Mark::Polygon { corners: on_paper(outline), ink: Ink::Group(it.group) };
        res.extend(it.outlines.iter().map(polygon));
    }
    // Areas are parted by lines of the ground, as segments of bars are.
    for it in scene.areas.iter().skip(1) {
        let foot = |outline: &Vec<_>| {
            let points = on_paper(&outline[outline.len() / 2..]);
            Mark::Line { points, width: line, ink: Ink::Ground }
        };
        res.extend(it.outlines.iter().map(foot));
    }
    let capacity = |piece: &Vec<_>| Mark::Line { points: on_paper(piece), width: 2.0 * line, ink: Ink::Capacity };
    res.extend(scene.capacity.iter().map(capacity));
    res
}

/// The same with all that is needed to read it: where today's value stands, where the run stops fitting, and what the
/// parameter is called.
pub fn sweep_picture(scene: &SweepScene, today: &Value, told: &PictureTexts) -> Picture {
    let mut page = Page::headed(told);
    let plot = page.plot(BESIDE);
    let mut marks = sweep_marks(scene, plot, 1.0);
    name_ticks(&mut marks, &scene.ticks, plot, told.unit);
    let x = |place: f64| plot.left + place * plot.width;
    let y = |height: f64| plot.top + (1.0 - height) * PLOT;
    if let Some(place) = scene.place(today) {
        let points = vec![(x(place), y(0.0)), (x(place), plot.top - 4.0)];
        marks.push(Mark::Line { points, width: 2.0, ink: Ink::Text });
        let anchor = if place > 0.5 { Anchor::End } else { Anchor::Start };
        let beside = if place > 0.5 { -6.0 } else { 6.0 };
        marks.push(text(told.texts.chart.now, x(place) + beside, plot.top - 6.0, anchor, true));
    }
    if let Some((_, height)) = scene.capacity.last().and_then(|piece| piece.last()) {
        let whole = || (told.texts.joints.named)(&told.device, &told.capacity);
        name_capacity(&mut marks, plot, *height, &scene.capacity_moves.clone().unwrap_or_else(whole));
    }
    for place in &scene.turns {
        let points = vec![(x(*place), y(0.0)), (x(*place), y(0.0) + TURN)];
        marks.push(Mark::Line { points, width: 2.0, ink: Ink::Text });
    }
    for it in &scene.crossings {
        let words = it.has_room.then_some(it.words.as_str());
        marks.extend(crossing(words, !it.is_outside, (x(it.place), y(it.height)), it.place > 0.5));
    }
    for it in &scene.areas {
        if let Some((middle, figure)) = &it.end {
            let (left, y) = (plot.left + plot.width + 0.6 * SMALL, y(*middle) + 0.35 * SMALL);
            marks.push(text(figure, left, y, Anchor::Start, true));
            let after = text_width(figure, SMALL) + 0.5 * SMALL;
            marks.push(text((told.texts.component_group)(it.group), left + after, y, Anchor::Start, false));
        }
    }
    page.y += PLOT + SMALL * LEADING + 2.0;
    for (place, name) in &scene.labels {
        marks.push(text(name, x(*place), page.y, Anchor::Middle, false));
    }
    page.y += SMALL * LEADING;
    marks.push(text((told.texts.parameter)(scene.id), plot.left, page.y, Anchor::Start, true));
    page.y += SMALL;
    page.marks.append(&mut marks);
    let groups: Vec<ComponentGroup> = scene.areas.iter().map(|it| it.group).collect();
    page.legend(groups, told.texts);
    page.finish(told.texts)
}

/// A diamond where the run stops fitting, if that is on the plot, with words that are read over areas.
fn crossing(words: Option<&str>, is_on_plot: bool, (x, y): (f64, f64), is_left: bool) -> Vec<Mark> {
    let mut res = Vec::new();
    if let Some(words) = words {
        let (width, tall) = (text_width(words, SMALL) + SMALL, SMALL * LEADING);
        let left = (if is_left { x - width - MARK } else { x + MARK }).clamp(MARGIN, WIDTH - MARGIN - width);
        res.push(filled(left, y - tall - MARK, width, tall, Ink::Ground));
        res.push(text(words, left + 0.5 * SMALL, y - MARK - 0.3 * tall, Anchor::Start, true));
    }
    let corners = vec![(x - MARK, y), (x, y - MARK), (x + MARK, y), (x, y + MARK)];
    res.extend(is_on_plot.then_some(Mark::Polygon { corners, ink: Ink::Capacity }));
    res
}
