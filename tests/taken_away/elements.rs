//! Reads an SVG file as strictly as an XML reader would, as far as ours go. It judges no drawing.

/// Attributes with their values.
pub type Attributes = Vec<(String, String)>;

/// Name, attributes and text.
pub type Element = (String, Attributes, String);

/// The elements of an SVG file that are not empty of meaning: name, attributes, text. Whatever is not well-formed
/// panics.
pub fn elements(file: &str) -> Vec<Element> {
    let inner = file.strip_prefix("<svg ").expect("a root").trim_end().strip_suffix("</svg>").expect("its end");
    let mut rest = inner.split_once(">\n").expect("the root's attributes").1;
    let mut res = Vec::new();
    while let Some(after) = rest.strip_prefix('<') {
        let (name, after) = after.split_once(' ').expect("a name");
        let (inside, after) = after.split_once('>').expect("an end of the tag");
        assert!(!inside.contains('<'), "{inside}");
        let attributes: Vec<_> = inside
            .trim_end_matches('/')
            .split("\" ")
            .map(|it| it.split_once("=\"").expect("a value in quotes"))
            .map(|(key, value)| (key.trim().to_owned(), value.trim_end_matches('"').to_owned()))
            .collect();
        let (text, after) = match inside.ends_with('/') {
            true => ("", after),
            false => after.split_once(&format!("</{name}>")).expect("the element ends"),
        };
        assert!(!text.contains(['<', '>']), "{text}");
        for entity in text.split('&').skip(1) {
            assert!(["amp;", "lt;", "gt;", "quot;"].iter().any(|it| entity.starts_with(it)), "{text}");
        }
        res.push((name.to_owned(), attributes, text.to_owned()));
        rest = after.trim_start_matches('\n');
    }
    assert_eq!(rest, "", "nothing stands between elements");
    res
}

/// The value of an attribute.
pub fn number(of: &[(String, String)], key: &str) -> f64 {
    of.iter().find(|it| it.0 == key).unwrap_or_else(|| panic!("{key} in {of:?}")).1.parse().expect("a number")
}
