//! Adapters to the browser: address bar, storage, clipboard, theme, language, files beside the page, crash message.
//! They know links, and nothing of estimates, view models or components.
//!
//! *Invariant:* whatever the browser refuses (storage, clipboard, history) is a `false`, never a panic.

pub mod address;
pub mod boot;
pub mod canvas;
pub mod carried;
pub mod clipboard;
pub mod crash;
pub mod download;
pub mod fetch;
pub mod file_start;
pub mod focus;
pub mod frames;
pub mod language;
pub mod pieces;
pub mod storage;
pub mod style;
pub mod text_file;
pub mod theme;
