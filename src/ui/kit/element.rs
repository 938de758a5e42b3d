//! Elements of the page, put together in place: each call makes or changes an element of the document at once, and what
//! follows a signal is one kind of effect, whose closure is boxed. Leptos' own views make a type of every element
//! together with its children, and code for each; even erased they would cost the download 14 KB. Signals, memos,
//! effects and their owners are Leptos'. It knows nothing of the page.
//!
//! What is not generic is kept out of line, or every call would carry a copy of it. What a browser may refuse here (an
//! attribute's name, a tag) is written in this crate, and is refused by none.
//!
//! `el("p").class("note").text("…")` is what `view! { <p class="note">"…"</p> }` would be.

use leptos::prelude::*;
use leptos::reactive::effect::RenderEffect;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, Node};

/// A handle to an element, once it is being put together. Whether it is on the page already, an effect can rely on:
/// those run after the task that makes the element.
#[derive(Clone, Copy)]
pub struct ElementRef(RwSignal<Option<Element>, LocalStorage>);

impl ElementRef {
    /// A handle to nothing yet.
    pub fn new() -> Self {
        Self(RwSignal::new_local(None))
    }

    /// The element; whoever reads it hears of another.
    pub fn get(self) -> Option<Element> {
        self.0.try_get().flatten()
    }

    /// The element, untracked.
    pub fn get_untracked(self) -> Option<Element> {
        self.0.try_get_untracked().flatten()
    }
}

impl Default for ElementRef {
    fn default() -> Self {
        Self::new()
    }
}

type Text = Box<dyn Fn() -> String>;
type MaybeText = Box<dyn Fn() -> Option<String>>;
type Flag = Box<dyn Fn() -> bool>;

/// An element that is being put together.
pub struct El {
    element: Element,
}

/// An element without attributes or children.
pub fn el(tag: &str) -> El {
    El { element: document().create_element(tag).expect("a valid tag") }
}

impl El {
    /// An attribute that stays as it is.
    pub fn attr(self, key: &str, value: impl AsRef<str>) -> Self {
        self.with_text(key, value.as_ref())
    }

    #[inline(never)]
    fn with_text(self, key: &str, value: &str) -> Self {
        let _ = self.element.set_attribute(key, value);
        self
    }

    /// An attribute that follows what `value` reads; `None` takes it away.
    pub fn attr_fn(self, key: &'static str, value: impl Fn() -> Option<String> + 'static) -> Self {
        self.with_maybe_text(key, Box::new(value))
    }

    #[inline(never)]
    fn with_maybe_text(self, key: &'static str, value: MaybeText) -> Self {
        let element = self.element.clone();
        let mut shown = None;
        follow(Box::new(move || {
            let now = value();
            if now != shown {
                let _ = match &now {
                    Some(text) => element.set_attribute(key, text),
                    None => element.remove_attribute(key),
                };
                shown = now;
            }
        }));
        self
    }

    /// An attribute without value that is there while `is_on` reads true.
    pub fn flag_fn(self, key: &'static str, is_on: impl Fn() -> bool + 'static) -> Self {
        self.with_attribute(key, Box::new(is_on))
    }

    #[inline(never)]
    fn with_attribute(self, key: &'static str, is_on: Flag) -> Self {
        let element = self.element.clone();
        self.with_flag(is_on, Box::new(move |is_on| drop(element.toggle_attribute_with_force(key, is_on))))
    }

    /// Calls `show` whenever the flag has another value; a new element has none that is on.
    #[inline(never)]
    fn with_flag(self, is_on: Flag, show: Box<dyn Fn(bool)>) -> Self {
        let mut shown = false;
        follow(Box::new(move || {
            let now = is_on();
            if now != shown {
                show(now);
                shown = now;
            }
        }));
        self
    }

    /// Classes that stay; before those that come and go.
    pub fn class(self, names: &str) -> Self {
        self.with_text("class", names)
    }

    /// A class that is there while `is_on` reads true.
    pub fn class_fn(self, name: &'static str, is_on: impl Fn() -> bool + 'static) -> Self {
        self.with_class(name, Box::new(is_on))
    }

    #[inline(never)]
    fn with_class(self, name: &'static str, is_on: Flag) -> Self {
        let classes = self.element.class_list();
        self.with_flag(is_on, Box::new(move |is_on| drop(classes.toggle_with_force(name, is_on))))
    }

    /// A style property that follows what `value` reads. Set through the object model, as a strict
    /// Content-Security-Policy asks for.
    pub fn style_fn(self, name: &'static str, value: impl Fn() -> String + 'static) -> Self {
        self.with_style(name, Box::new(value))
    }

    #[inline(never)]
    fn with_style(self, name: &'static str, value: Text) -> Self {
        let style = self.element.unchecked_ref::<HtmlElement>().style();
        self.with_live_text(value, Box::new(move |text| drop(style.set_property(name, text))))
    }

    /// Calls `show` whenever the text is another one; a new element has none.
    #[inline(never)]
    fn with_live_text(self, text: Text, show: Box<dyn Fn(&str)>) -> Self {
        let mut shown = String::new();
        follow(Box::new(move || {
            let now = text();
            if now != shown {
                show(&now);
                shown = now;
            }
        }));
        self
    }

    /// The test id.
    pub fn test_id(self, id: impl AsRef<str>) -> Self {
        self.attr("data-testid", id)
    }

    /// The value of a control, which follows what `value` reads; after the range or the options that it lies in.
    pub fn value_fn(self, value: impl Fn() -> String + 'static) -> Self {
        self.with_value(Box::new(value))
    }

    #[inline(never)]
    fn with_value(self, value: Text) -> Self {
        // Inputs, selects and options have the property by the same name.
        let control: HtmlInputElement = self.element.clone().unchecked_into();
        self.with_live_text(value, Box::new(move |text| control.set_value(text)))
    }

    /// Whether a check box or radio button is on.
    pub fn checked_fn(self, is_on: impl Fn() -> bool + 'static) -> Self {
        let control: HtmlInputElement = self.element.clone().unchecked_into();
        self.with_flag(Box::new(is_on), Box::new(move |is_on| control.set_checked(is_on)))
    }

    /// Markup of our own making: icons and formulas, never text from outside.
    pub fn markup(self, markup: impl AsRef<str>) -> Self {
        self.element.set_inner_html(markup.as_ref());
        self
    }

    /// Calls `handle` at an event, by the name that the browser gives it.
    pub fn on(self, event: &str, handle: impl FnMut(Event) + 'static) -> Self {
        self.with_handler(event, Box::new(handle))
    }

    #[inline(never)]
    fn with_handler(self, event: &str, handle: Box<dyn FnMut(Event)>) -> Self {
        // The browser keeps it as long as the element: that can still hear of events while it is being taken away.
        let handle = Closure::wrap(handle).into_js_value();
        let _ = self.element.add_event_listener_with_callback(event, handle.unchecked_ref());
        self
    }

    /// Keeps a handle to the element.
    pub fn handle(self, handle: ElementRef) -> Self {
        handle.0.set(Some(self.element.clone()));
        self
    }

    /// Text that stays.
    pub fn text(self, text: impl AsRef<str>) -> Self {
        self.with_child(&document().create_text_node(text.as_ref()))
    }

    #[inline(never)]
    fn with_child(self, child: &Node) -> Self {
        // Only a node that holds this one could not be taken in.
        let _ = self.element.append_child(child);
        self
    }

    /// Text that follows what `text` reads.
    pub fn text_fn(self, text: impl Fn() -> String + 'static) -> Self {
        self.with_text_node(Box::new(text))
    }

    #[inline(never)]
    fn with_text_node(self, text: Text) -> Self {
        let node = document().create_text_node("");
        self.with_child(&node).with_live_text(text, Box::new(move |text| node.set_data(text)))
    }

    /// A child.
    pub fn child(self, child: El) -> Self {
        self.with_child(&child.element)
    }

    /// A child, or none.
    pub fn maybe(self, child: Option<El>) -> Self {
        self.children(child)
    }

    /// Some children.
    pub fn children(self, children: impl IntoIterator<Item = El>) -> Self {
        children.into_iter().fold(self, El::child)
    }

    /// Children that are made anew whenever what `children` reads has changed.
    pub fn children_fn(self, children: impl Fn() -> Vec<El> + 'static) -> Self {
        self.with_region(Box::new(children))
    }

    #[inline(never)]
    fn with_region(self, children: Box<dyn Fn() -> Vec<El>>) -> Self {
        let parent = self.element.clone();
        // Stands behind them, so that those to come find their place.
        let end = document().create_comment("");
        let res = self.with_child(&end);
        let mut shown: Vec<Element> = Vec::new();
        follow(Box::new(move || {
            let next = children().into_iter().map(|it| it.element).collect();
            for it in std::mem::replace(&mut shown, next) {
                it.remove();
            }
            for it in &shown {
                let _ = parent.insert_before(it, Some(&end));
            }
        }));
        res
    }

    /// Puts the element at the end of the page.
    pub fn mount(self) {
        if let Some(body) = document().body() {
            let _ = body.append_child(&self.element);
        }
    }
}

/// Does `work` now, and again whenever what it reads has changed, as long as whoever owns it is there.
#[inline(never)]
fn follow(mut work: Box<dyn FnMut()>) {
    let effect = RenderEffect::new(move |_| work());
    on_cleanup(move || drop(effect));
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
