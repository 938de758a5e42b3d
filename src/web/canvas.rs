//! The size of a canvas in device pixels, so that what is drawn is sharp at any pixel ratio. It draws
//! nothing.

use web_sys::HtmlCanvasElement;

/// A canvas whose backing store matches its size on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CanvasSize {
    /// Width in device pixels.
    pub width: u32,
    /// Height in device pixels.
    pub height: u32,
    /// Device pixels in one CSS pixel.
    pub scale: f64,
}

impl CanvasSize {
    /// The size for an element of so many CSS pixels.
    pub fn new(css_width: f64, css_height: f64, scale: f64) -> Self {
        let device = |css: f64| (css * scale).round().max(1.0) as u32;
        Self { width: device(css_width), height: device(css_height), scale }
    }

    /// Gives the canvas this size. Setting a size clears a canvas, so an equal one is left alone.
    pub fn apply(self, canvas: &HtmlCanvasElement) {
        if canvas.width() != self.width {
            canvas.set_width(self.width);
        }
        if canvas.height() != self.height {
            canvas.set_height(self.height);
        }
    }
}
