//! Where what is shown is found. It writes nothing.

use crate::ui::state::State;
use crate::web::address;

/// The address of what is shown, inside of another page or on its own.
pub fn address_of(state: State, is_embedded: bool) -> String {
    let mut link = state.link();
    link.page.is_embedded = is_embedded;
    address::absolute(&link)
}
