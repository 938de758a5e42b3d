//! What components are built from: elements, controls, icons, colours, ids. It knows no component and no state.

pub mod colours;
pub mod combobox;
pub mod controls;
pub mod element;
pub mod fetched;
pub mod icons;
pub mod ids;
pub mod stages;
pub mod track;
