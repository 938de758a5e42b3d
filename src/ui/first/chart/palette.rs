//! The colours of the theme, by what they are for.

use crate::estimator::ComponentGroup;
use crate::present::drawing::Ink;
use crate::ui::kit::colours::group_class;
use crate::web::theme::custom_property;

/// The colours of a theme, as its style sheet names them.
pub struct Palette(Vec<String>);

/// What there are colours for beside the groups, with the style sheet's names, in the order of [`Ink`].
const PLAIN: [&str; 6] = ["--surface-1", "--grid", "--line-control", "--capacity", "--text-1", "--text-2"];

impl Palette {
    /// Reads the custom properties of the style sheet.
    pub fn read() -> Self {
        let groups = ComponentGroup::ALL.iter().map(|it| custom_property(&format!("--{}", group_class(*it))));
        Self(PLAIN.iter().map(|it| custom_property(it)).chain(groups).collect())
    }

    /// The colour of an ink.
    pub fn of(&self, ink: Ink) -> &str {
        let at = match ink {
            Ink::Ground => 0,
            Ink::Grid => 1,
            Ink::Axis => 2,
            Ink::Capacity => 3,
            Ink::Text => 4,
            Ink::Faint => 5,
            Ink::Group(group) => PLAIN.len() + group as usize,
        };
        self.0.get(at).map_or("", String::as_str)
    }
}
