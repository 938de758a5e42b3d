//! Paints a scene with plotters: bars, grid and axis. No text: that is DOM. It computes no amount.
//!
//! plotters draws in whole device pixels, so every length is rounded here, once, after scaling.

use crate::estimator::ComponentGroup;
use crate::present::chart::{Scene, bar_span};
use crate::ui::kit::colours::{group_class, parse_colour};
use crate::web::canvas::Frame;
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
    capacity: RGBColor,
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
            capacity: colour("--capacity"),
            groups: ComponentGroup::ALL.iter().map(|group| colour(&format!("--{}", group_class(*group)))).collect(),
        }
    }

    fn of(&self, group: ComponentGroup) -> RGBColor {
        self.groups.get(group as usize).copied().unwrap_or(self.axis)
    }
}

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
    // A canvas that cannot be drawn on shows nothing; the table beside it has the same numbers.
    let _ = draw(&backend.into_drawing_area(), scene, size, frame.scale, palette, pointed);
}

fn draw<B: DrawingBackend>(
    area: &DrawingArea<B, Shift>,
    scene: &Scene,
    size: (u32, u32),
    scale: f64,
    palette: &Palette,
    pointed: Option<ComponentGroup>,
) -> Result<(), Box<dyn std::error::Error>>
where
    B::ErrorType: 'static,
{
    let (width, height) = (f64::from(size.0), f64::from(size.1));
    let line = scale.round().max(1.0) as i32;
    // The top line of the grid must stay inside the canvas.
    let y = |share: f64| ((1.0 - share) * (height - f64::from(line))).round() as i32;
    area.fill(&palette.ground)?;
    for tick in &scene.ticks {
        let colour = if tick.height == 0.0 { palette.axis } else { palette.grid };
        let top = y(tick.height);
        area.draw(&Rectangle::new([(0, top), (width as i32, top + line)], colour.filled()))?;
    }
    for (at, bar) in scene.bars.iter().enumerate() {
        let (left, bar_width) = bar_span(scene.bars.len(), at, width / scale);
        let (left, right) = ((left * scale).round() as i32, ((left + bar_width) * scale).round() as i32);
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
    if let Some(height) = scene.capacity {
        let top = y(height);
        area.draw(&Rectangle::new([(0, top), (width as i32, top + 2 * line)], palette.capacity.filled()))?;
    }
    area.present()?;
    Ok(())
}
