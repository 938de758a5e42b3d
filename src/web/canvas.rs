//! The size of an element, and of a canvas in device pixels, so that what is drawn is sharp at any pixel
//! ratio. It draws nothing.

use leptos::prelude::{RwSignal, Set, on_cleanup, window, window_event_listener_untyped};
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlCanvasElement, ResizeObserver};

/// What a drawing must fit: an element's size in CSS pixels and the device pixels in one of them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Frame {
    /// Width in CSS pixels.
    pub width: f64,
    /// Height in CSS pixels.
    pub height: f64,
    /// Device pixels in one CSS pixel.
    pub scale: f64,
}

impl Frame {
    /// The frame of an element now.
    fn of(element: &Element) -> Self {
        let rect = element.get_bounding_client_rect();
        Self { width: rect.width(), height: rect.height(), scale: window().device_pixel_ratio().max(0.1) }
    }

    /// Gives a canvas the matching size in device pixels. Setting a size clears a canvas, so an equal one
    /// is left alone.
    pub fn apply(self, canvas: &HtmlCanvasElement) -> (u32, u32) {
        let device = |css: f64| (css * self.scale).round().max(1.0) as u32;
        let (width, height) = (device(self.width), device(self.height));
        if canvas.width() != width {
            canvas.set_width(width);
        }
        if canvas.height() != height {
            canvas.set_height(height);
        }
        (width, height)
    }
}

/// Keeps `frame` equal to an element's frame until the owner is gone. Zooming changes the pixel ratio and
/// resizes the window.
pub fn follow_frame(element: &Element, frame: RwSignal<Frame>) {
    frame.set(Frame::of(element));
    let measured = element.clone();
    let measure = Closure::<dyn FnMut()>::new(move || frame.set(Frame::of(&measured)));
    let Ok(observer) = ResizeObserver::new(measure.as_ref().unchecked_ref()) else { return };
    observer.observe(element);
    let measured = SendWrapper::new(element.clone());
    let resize = window_event_listener_untyped("resize", move |_| frame.set(Frame::of(&measured)));
    let kept = SendWrapper::new((observer, measure));
    on_cleanup(move || {
        kept.0.disconnect();
        resize.remove();
    });
}
