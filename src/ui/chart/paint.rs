//! Paints a scene with plotters: bars, grid and axis. No text: that is DOM. It computes no amount.
//!
//! plotters draws in whole device pixels, so every length is rounded here, once, after scaling.

use crate::estimator::ComponentGroup;
use crate::present::chart::{Scene, bar_span};
use crate::web::canvas::CanvasSize;
use crate::web::theme::custom_property;
use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, DrawingBackend, IntoDrawingArea, RGBColor, Rectangle};
use plotters::style::Color;
use plotters_canvas::CanvasBackend;
use web_sys::HtmlCanvasElement;

/// How far the segments that the reader does not point at fade towards the ground.
const FADED: f64 = 0.35;

/// The colours of the present theme.
pub struct Palette {
    ground: RGBColor,
    grid: RGBColor,
    axis: RGBColor,
    groups: Vec<RGBColor>,
}

impl Palette {
    /// Reads the custom properties of the style sheet.
    pub fn read() -> Self {
        let colour = |name: &str| parse_colour(&custom_property(name));
        Self {
            ground: colour("--surface-1"),
            grid: colour("--grid"),
            axis: colour("--line-control"),
            groups: ComponentGroup::ALL.iter().map(|group| colour(&format!("--{}", super::group_class(*group)))).collect(),
        }
    }

    fn of(&self, group: ComponentGroup) -> RGBColor {
        self.groups.get(group as usize).copied().unwrap_or(self.axis)
    }
}

/// `#rrggbb`; anything else is a grey that can be seen on every ground.
fn parse_colour(text: &str) -> RGBColor {
    let channel = |at: usize| text.get(at..at + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
    match (text.starts_with('#'), channel(1), channel(3), channel(5)) {
        (true, Some(red), Some(green), Some(blue)) => RGBColor(red, green, blue),
        _ => RGBColor(128, 128, 128),
    }
}

/// Draws the scene on a canvas of that size; the group that the reader points at stands out.
pub fn paint(
    canvas: &HtmlCanvasElement,
    scene: &Scene,
    size: CanvasSize,
    palette: &Palette,
    pointed: Option<ComponentGroup>,
) {
    let Some(backend) = CanvasBackend::with_canvas_object(canvas.clone()) else { return };
    // A canvas that cannot be drawn on shows nothing; the table beside it has the same numbers.
    let _ = draw(&backend.into_drawing_area(), scene, size, palette, pointed);
}

fn draw<B: DrawingBackend>(
    area: &DrawingArea<B, Shift>,
    scene: &Scene,
    size: CanvasSize,
    palette: &Palette,
    pointed: Option<ComponentGroup>,
) -> Result<(), Box<dyn std::error::Error>>
where
    B::ErrorType: 'static,
{
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let line = size.scale.round().max(1.0) as i32;
    // The top line of the grid must stay inside the canvas.
    let y = |share: f64| ((1.0 - share) * (height - f64::from(line))).round() as i32;
    area.fill(&palette.ground)?;
    for tick in &scene.ticks {
        let colour = if tick.height == 0.0 { palette.axis } else { palette.grid };
        let top = y(tick.height);
        area.draw(&Rectangle::new([(0, top), (width as i32, top + line)], colour.filled()))?;
    }
    for (at, bar) in scene.bars.iter().enumerate() {
        let (left, bar_width) = bar_span(scene.bars.len(), at, width / size.scale);
        let (left, right) = ((left * size.scale).round() as i32, ((left + bar_width) * size.scale).round() as i32);
        for segment in &bar.segments {
            let (top, bottom) = (y(segment.top), y(segment.bottom));
            if top == bottom {
                continue;
            }
            let is_faded = pointed.is_some_and(|group| group != segment.group());
            let colour = palette.of(segment.group());
            let colour = if is_faded { colour.mix(FADED) } else { colour.mix(1.0) };
            // Segments are parted by a line of the ground, unless that would swallow them.
            let gap = if bottom - top > 2 * line { line } else { 0 };
            area.draw(&Rectangle::new([(left, top + gap), (right, bottom)], colour.filled()))?;
        }
    }
    area.present()?;
    Ok(())
}
