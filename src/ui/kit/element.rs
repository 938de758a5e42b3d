//! Elements with few types behind them. Leptos makes a type of every element together with its children,
//! and code for each; this page would weigh half as much again. Here every element is one type, closures
//! are boxed once, and the download keeps its budget. It knows nothing of the page.
//!
//! What is not generic is kept out of line, or every call would carry a copy of it.
//!
//! `el("p").class("note").text("…")` is what `view! { <p class="note">"…"</p> }` would be.

use leptos::prelude::*;
use leptos::tachys::html::attribute::any_attribute::{AnyAttribute, IntoAnyAttribute};
use leptos::tachys::html::attribute::custom::custom_attribute;
use leptos::tachys::html::class::class;
use leptos::tachys::html::element::inner_html;
use leptos::tachys::html::element::{Custom, custom};
use leptos::tachys::html::event::on;
use leptos::tachys::html::node_ref::node_ref;
use leptos::tachys::html::property::prop;
use leptos::tachys::html::style::style;
use leptos::tachys::view::any_view::AnyView;
use web_sys::Event;

/// A handle to an element, once it is on the page.
pub type ElementRef = NodeRef<Custom<&'static str>>;

type Text = Box<dyn Fn() -> String + Send>;
type MaybeText = Box<dyn Fn() -> Option<String> + Send>;
type Flag = Box<dyn Fn() -> bool + Send>;

/// An element that is being put together.
pub struct El {
    tag: &'static str,
    attributes: Vec<AnyAttribute>,
    children: Vec<AnyView>,
}

/// An element without attributes or children.
pub fn el(tag: &'static str) -> El {
    El { tag, attributes: Vec::new(), children: Vec::new() }
}

impl El {
    #[inline(never)]
    fn with(mut self, attribute: AnyAttribute) -> Self {
        self.attributes.push(attribute);
        self
    }

    /// An attribute that stays as it is.
    pub fn attr(self, key: &'static str, value: impl Into<String>) -> Self {
        self.with_text(key, value.into())
    }

    #[inline(never)]
    fn with_text(self, key: &'static str, value: String) -> Self {
        self.with(custom_attribute(key, value).into_any_attr())
    }

    /// An attribute that follows what `value` reads; `None` takes it away.
    pub fn attr_fn(self, key: &'static str, value: impl Fn() -> Option<String> + Send + 'static) -> Self {
        self.with_maybe_text(key, Box::new(value))
    }

    #[inline(never)]
    fn with_maybe_text(self, key: &'static str, value: MaybeText) -> Self {
        self.with(custom_attribute(key, value).into_any_attr())
    }

    /// An attribute without value that is there while `is_on` reads true.
    pub fn flag_fn(self, key: &'static str, is_on: impl Fn() -> bool + Send + 'static) -> Self {
        self.attr_fn(key, move || is_on().then(String::new))
    }

    /// Classes that stay.
    pub fn class(self, names: &str) -> Self {
        self.with_text("class", names.to_owned())
    }

    /// A class that is there while `is_on` reads true.
    pub fn class_fn(self, name: &'static str, is_on: impl Fn() -> bool + Send + 'static) -> Self {
        self.with_class(name, Box::new(is_on))
    }

    #[inline(never)]
    fn with_class(self, name: &'static str, is_on: Flag) -> Self {
        self.with(class((name, is_on)).into_any_attr())
    }

    /// A style property that follows what `value` reads. Set through the object model, as a strict
    /// Content-Security-Policy asks for.
    pub fn style_fn(self, name: &'static str, value: impl Fn() -> String + Send + 'static) -> Self {
        self.with_style(name, Box::new(value))
    }

    #[inline(never)]
    fn with_style(self, name: &'static str, value: Text) -> Self {
        self.with(style((name, value)).into_any_attr())
    }

    /// The test id.
    pub fn test_id(self, id: impl Into<String>) -> Self {
        self.attr("data-testid", id)
    }

    /// A property of a control that follows what `value` reads.
    pub fn value_fn(self, value: impl Fn() -> String + Send + 'static) -> Self {
        let value: Text = Box::new(value);
        self.with(prop("value", value).into_any_attr())
    }

    /// Whether a check box or radio button is on.
    pub fn checked_fn(self, is_on: impl Fn() -> bool + Send + 'static) -> Self {
        let is_on: Flag = Box::new(is_on);
        self.with(prop("checked", is_on).into_any_attr())
    }

    /// Markup of our own making: icons and formulas, never text from outside.
    pub fn markup(self, markup: impl Into<String>) -> Self {
        let markup: String = markup.into();
        self.with(inner_html(markup).into_any_attr())
    }

    /// Calls `handle` at an event, by the name that the browser gives it.
    pub fn on(self, event: &'static str, handle: impl FnMut(Event) + 'static) -> Self {
        self.with_handler(event, Box::new(handle))
    }

    #[inline(never)]
    fn with_handler(self, event: &'static str, handle: Box<dyn FnMut(Event)>) -> Self {
        self.with(on(leptos::ev::Custom::new(event), handle).into_any_attr())
    }

    /// Keeps a handle to the element.
    pub fn handle(self, handle: ElementRef) -> Self {
        self.with(node_ref(handle).into_any_attr())
    }

    /// Text that stays.
    pub fn text(self, text: impl Into<String>) -> Self {
        let text: String = text.into();
        self.with_child(text.into_any())
    }

    #[inline(never)]
    fn with_child(mut self, child: AnyView) -> Self {
        self.children.push(child);
        self
    }

    /// Text that follows what `text` reads.
    pub fn text_fn(self, text: impl Fn() -> String + Send + 'static) -> Self {
        self.with_live_text(Box::new(text))
    }

    #[inline(never)]
    fn with_live_text(self, text: Text) -> Self {
        self.with_child(text.into_any())
    }

    /// A child.
    #[inline(never)]
    pub fn child(self, child: El) -> Self {
        self.with_child(child.into_any_view())
    }

    /// A child, or none.
    pub fn maybe(self, child: Option<El>) -> Self {
        self.children(child)
    }

    /// Some children.
    pub fn children(mut self, children: impl IntoIterator<Item = El>) -> Self {
        self.children.extend(children.into_iter().map(El::into_any_view));
        self
    }

    /// Children that are made anew whenever what `children` reads has changed.
    pub fn children_fn(self, children: impl Fn() -> Vec<El> + Send + 'static) -> Self {
        self.with_region(Box::new(children))
    }

    #[inline(never)]
    fn with_region(self, children: Box<dyn Fn() -> Vec<El> + Send>) -> Self {
        let region = move || -> Vec<AnyView> { children().into_iter().map(El::into_any_view).collect() };
        self.with_child(region.into_any())
    }

    /// The element as a view of Leptos.
    #[inline(never)]
    pub fn into_any_view(self) -> AnyView {
        custom(self.tag).add_any_attr(self.attributes).child(joined(self.children)).into_any()
    }
}

/// Does `work` now and whenever what it reads has changed. For the outside world only.
pub fn effect(work: impl Fn() + 'static) {
    fn boxed(work: Box<dyn Fn()>) {
        Effect::new(move |_| work());
    }
    boxed(Box::new(work));
}

/// A value that is derived once for all who read it.
pub fn memo<T: PartialEq + Send + Sync + 'static>(derive: impl Fn() -> T + Send + Sync + 'static) -> Memo<T> {
    fn boxed<T: PartialEq + Send + Sync + 'static>(derive: Box<dyn Fn() -> T + Send + Sync>) -> Memo<T> {
        Memo::new(move |_| derive())
    }
    boxed(Box::new(derive))
}

/// Children as one view; most elements have one child or none, and a list would add a marker to the page.
fn joined(mut children: Vec<AnyView>) -> AnyView {
    match children.len() {
        0 => ().into_any(),
        1 => children.remove(0),
        _ => children.into_any(),
    }
}
