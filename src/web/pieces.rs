//! Small texts that are moved about in a place in every frame: a name and a figure each. Elements are made once, kept,
//! and written only where something differs; moving them asks for no layout. It knows nothing of what they say.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Text};

/// A text with its place, in CSS pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// From the left edge of the place.
    pub left: f64,
    /// From its upper edge.
    pub top: f64,
    /// The room that it has.
    pub width: f64,
    /// What it names.
    pub name: &'static str,
    /// The figure after it.
    pub figure: String,
    /// The classes that it wears.
    pub class: &'static str,
}

/// A piece with its element.
struct Shown {
    piece: Option<Piece>,
    element: HtmlElement,
    name: Text,
    figure: Text,
}

/// The pieces that a place shows.
#[derive(Default)]
pub struct Pieces {
    place: Option<Element>,
    all: Vec<Shown>,
}

impl Pieces {
    /// Shows these in place of the former ones.
    pub fn show(&mut self, place: &Element, pieces: Vec<Piece>) {
        if self.place.as_ref() != Some(place) {
            self.place = Some(place.clone());
            self.all.clear();
        }
        while self.all.len() < pieces.len() {
            // Without a document there is nobody to read them.
            let Some(shown) = Shown::make(place) else { return };
            self.all.push(shown);
        }
        let mut pieces = pieces.into_iter();
        for shown in &mut self.all {
            shown.show(pieces.next());
        }
    }
}

impl Shown {
    fn make(place: &Element) -> Option<Self> {
        let make = |tag| document().create_element(tag).ok();
        let element = make("span")?;
        // Another text in the same node asks for less than another node.
        let part = |tag| {
            let (part, text) = (make(tag)?, document().create_text_node(""));
            part.append_child(&text).ok()?;
            element.append_child(&part).ok()?;
            Some(text)
        };
        let (name, figure) = (part("span")?, part("b")?);
        place.append_child(&element).ok()?;
        Some(Self { piece: None, element: element.dyn_into().ok()?, name, figure })
    }

    fn show(&mut self, next: Option<Piece>) {
        if self.piece == next {
            return;
        }
        let style = self.element.style();
        // The object model takes every length that is written here.
        let set = |name: &str, value: &str| drop(style.set_property(name, value));
        let Some(piece) = &next else {
            set("display", "none");
            self.piece = None;
            return;
        };
        let before = self.piece.as_ref();
        if before.is_none() {
            set("display", "flex");
        }
        if before.is_none_or(|it| (it.left, it.top) != (piece.left, piece.top)) {
            set("transform", &format!("translate({:.1}px, {:.1}px)", piece.left, piece.top));
        }
        if before.is_none_or(|it| it.width != piece.width) {
            set("width", &format!("{:.1}px", piece.width));
        }
        if before.is_none_or(|it| it.class != piece.class) {
            self.element.set_class_name(piece.class);
        }
        if before.is_none_or(|it| it.name != piece.name) {
            self.name.set_data(piece.name);
        }
        if before.is_none_or(|it| it.figure != piece.figure) {
            self.figure.set_data(&piece.figure);
        }
        self.piece = next;
    }
}
