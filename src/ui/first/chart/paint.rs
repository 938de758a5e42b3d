//! Paints a scene on the page with plotters: bars, grid and axis. No text: that is DOM. It computes no amount.
//!
//! plotters draws in whole device pixels, so every edge is rounded here, once, after scaling.

use crate::estimator::ComponentGroup;
use crate::present::chart::Scene;
use crate::present::drawing::{Area, Mark, bars};
use crate::ui::first::chart::palette::Palette;
use crate::ui::kit::colours::parse_colour;
use crate::web::canvas::Frame;
use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, DrawingBackend, IntoDrawingArea, Rectangle};
use plotters::style::Color;
use plotters_canvas::CanvasBackend;
use web_sys::HtmlCanvasElement;

/// How far the segments that the reader does not point at fade towards the ground.
const FADED: f64 = 0.35;

/// Draws the scene on a canvas in that frame; the group that the reader points at stands out.
pub fn paint(
    canvas: &HtmlCanvasElement,
    scene: &Scene,
    frame: Frame,
    palette: &Palette,
    pointed: Option<ComponentGroup>,
) {
    let size = frame.apply(canvas);
    let Some(backend) = CanvasBackend::with_canvas_object(canvas.clone()) else { return };
    let (width, height) = (f64::from(size.0) / frame.scale, f64::from(size.1) / frame.scale);
    let place = Area { width, height, ..Area::default() };
    // A line of the grid is a whole number of device pixels.
    let line = frame.scale.round().max(1.0) / frame.scale;
    // A canvas that cannot be drawn on shows nothing; the table beside it has the same numbers.
    let _ = draw(&backend.into_drawing_area(), &bars(scene, place, line, pointed), frame.scale, palette);
}

fn draw<B: DrawingBackend>(
    area: &DrawingArea<B, Shift>,
    marks: &[Mark],
    scale: f64,
    palette: &Palette,
) -> Result<(), Box<dyn std::error::Error>>
where
    B::ErrorType: 'static,
{
    let device = |length: f64| (length * scale).round() as i32;
    for mark in marks {
        let Mark::Rectangle { at, ink, is_faded } = mark else { continue };
        let (top, bottom) = (device(at.top), device(at.top + at.height));
        if top == bottom {
            continue;
        }
        let colour = parse_colour(palette.of(*ink)).mix(if *is_faded { FADED } else { 1.0 });
        area.draw(&Rectangle::new([(device(at.left), top), (device(at.left + at.width), bottom)], colour.filled()))?;
    }
    area.present()?;
    Ok(())
}
