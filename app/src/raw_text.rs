/// Text for an element whose content Leptos writes as it is given: `<title>` and `<textarea>`. The server writes HTML,
/// which a name that somebody chose must not end; the browser sets text.
pub fn raw_text(text: String) -> String {
    if cfg!(feature = "ssr") { text.replace('&', "&amp;").replace('<', "&lt;") } else { text }
}
