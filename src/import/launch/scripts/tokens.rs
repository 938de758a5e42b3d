//! Cuts a script of Python into tokens. It knows no name, and runs nothing; what is not closed ends with its line, or
//! with the script.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A name or a keyword.
    Name,
    /// A number.
    Number,
    /// A text.
    Text,
    /// A text of which something else is a part.
    Template,
    /// An operator, a bracket or a comma.
    Sign,
    /// The end of a line that no bracket continues, or a semicolon.
    End,
}

/// A token with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PythonToken {
    /// What it is.
    pub kind: TokenKind,
    /// Its text; of a text without quotes.
    pub text: String,
    /// Its line, from 1.
    pub line: usize,
    /// How far the line is set in on which its statement begins.
    pub indent: usize,
    /// Its bytes in the script.
    pub from: usize,
    /// The first byte behind it.
    pub to: usize,
}

impl PythonToken {
    /// Whether it is an operator, a bracket or a comma.
    pub fn is_sign(&self, text: &str) -> bool {
        self.kind == TokenKind::Sign && self.text == text
    }

    /// Whether it is a name or a keyword.
    pub fn is_name(&self, text: &str) -> bool {
        self.kind == TokenKind::Name && self.text == text
    }
}

/// Operators of more than one character that could be taken for others.
const SIGNS: &[&str] = &[
    "<<=", ">>=", "**=", "//=", "...", "==", "!=", "<=", ">=", "->", ":=", "+=", "-=", "*=", "/=", "%=", "|=", "&=",
    "^=", "@=", "**", "//",
];

/// Where the reader stands.
struct Cutter<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    indent: usize,
    depth: usize,
    res: Vec<PythonToken>,
}

impl<'a> Cutter<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn push(&mut self, kind: TokenKind, text: String, to: usize, line: usize) {
        self.res.push(PythonToken { kind, text, line, indent: self.indent, from: self.at, to });
        self.at = to;
    }

    /// Ends a statement that has begun.
    fn end(&mut self) {
        if self.res.last().is_some_and(|it| it.kind != TokenKind::End) {
            self.push(TokenKind::End, String::new(), self.at, self.line);
        }
    }

    /// Begins a line outside of brackets.
    fn begin_line(&mut self) {
        let rest = self.rest();
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        self.indent = blank;
        self.at += blank;
        // Commands of a notebook.
        if self.rest().starts_with(['!', '%']) {
            self.skip_line();
        }
    }

    fn skip_line(&mut self) {
        self.at += self.rest().find('\n').unwrap_or(self.rest().len());
    }

    /// Takes the text that begins behind letters and with a quote.
    fn take_text(&mut self, letters: usize) {
        let prefix = self.rest()[..letters].to_ascii_lowercase();
        let behind = &self.rest()[letters..];
        let quote = &behind[..1];
        let triple = quote.repeat(3);
        let is_long = behind.starts_with(&triple);
        let mark = if is_long { triple.as_str() } else { quote };
        let inner = &behind[mark.len()..];
        let mut end = inner.len();
        let mut to = inner.len();
        let mut is_escaped = false;
        for (at, it) in inner.char_indices() {
            if !is_escaped && inner[at..].starts_with(mark) {
                (end, to) = (at, at + mark.len());
                break;
            }
            if !is_long && !is_escaped && it == '\n' {
                (end, to) = (at, at);
                break;
            }
            is_escaped = it == '\\' && !is_escaped;
        }
        let own = &inner[..end];
        let is_part_of_others = prefix.contains('f') && own.contains('{') || prefix.contains(['b', 't']);
        let kind = if is_part_of_others { TokenKind::Template } else { TokenKind::Text };
        let text = if prefix.contains('r') { own.to_owned() } else { unescaped(own) };
        let n_lines = inner[..to].matches('\n').count();
        let to = self.at + letters + mark.len() + to;
        self.push(kind, text, to, self.line);
        self.line += n_lines;
    }

    fn take_next(&mut self) {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return };
        let second = rest[first.len_utf8()..].chars().next();
        match first {
            '\n' => {
                if self.depth == 0 {
                    self.end();
                }
                self.at += 1;
                self.line += 1;
                if self.depth == 0 {
                    self.begin_line();
                }
            }
            '\\' if second == Some('\n') => {
                self.at += 2;
                self.line += 1;
            }
            '#' => self.skip_line(),
            ';' if self.depth == 0 => {
                self.end();
                self.at += 1;
            }
            '"' | '\'' => self.take_text(0),
            it if it.is_alphabetic() || it == '_' => {
                let length = rest.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(rest.len());
                let is_prefix = length <= 2 && rest[..length].chars().all(|it| "rRbBuUfFtT".contains(it));
                if is_prefix && rest[length..].starts_with(['"', '\'']) {
                    self.take_text(length);
                } else {
                    self.push(TokenKind::Name, rest[..length].to_owned(), self.at + length, self.line);
                }
            }
            it if it.is_ascii_digit() || it == '.' && second.is_some_and(|it| it.is_ascii_digit()) => {
                let length = length_of_number(rest);
                self.push(TokenKind::Number, rest[..length].replace('_', ""), self.at + length, self.line);
            }
            it if it.is_whitespace() => self.at += it.len_utf8(),
            it => {
                match it {
                    '(' | '[' | '{' => self.depth += 1,
                    ')' | ']' | '}' => self.depth = self.depth.saturating_sub(1),
                    _ => {}
                }
                let long = SIGNS.iter().find(|it| rest.starts_with(**it));
                let length = long.map_or(it.len_utf8(), |it| it.len());
                self.push(TokenKind::Sign, rest[..length].to_owned(), self.at + length, self.line);
            }
        }
    }
}

fn length_of_number(text: &str) -> usize {
    let bytes = text.as_bytes();
    let goes_on = |at: usize| match bytes[at] {
        b'+' | b'-' => at > 0 && matches!(bytes[at - 1], b'e' | b'E') && !text.starts_with("0x"),
        it => it.is_ascii_alphanumeric() || it == b'.' || it == b'_',
    };
    (0..bytes.len()).find(|at| !goes_on(*at)).unwrap_or(bytes.len())
}

/// A text as it is, not as it is written.
fn unescaped(text: &str) -> String {
    let mut res = String::new();
    let mut all = text.chars();
    while let Some(it) = all.next() {
        match (it, all.clone().next()) {
            ('\\', Some(next @ ('\\' | '\'' | '"'))) => {
                res.push(next);
                all.next();
            }
            ('\\', Some('n' | '\n')) => {
                all.next();
            }
            _ => res.push(it),
        }
    }
    res
}

/// The tokens of a script.
pub fn tokens_of(text: &str) -> Vec<PythonToken> {
    let mut cutter = Cutter { text, at: 0, line: 1, indent: 0, depth: 0, res: Vec::new() };
    cutter.begin_line();
    while cutter.at < text.len() {
        cutter.take_next();
    }
    cutter.end();
    cutter.res
}

/// Of each token that opens a bracket the one that closes it, of others their own places.
pub fn closing_of(tokens: &[PythonToken]) -> Vec<usize> {
    let mut res: Vec<usize> = (0..tokens.len()).collect();
    let mut open: Vec<usize> = Vec::new();
    for (at, it) in tokens.iter().enumerate().filter(|it| it.1.kind == TokenKind::Sign) {
        match it.text.as_str() {
            "(" | "[" | "{" => open.push(at),
            ")" | "]" | "}" => {
                if let Some(own) = open.pop() {
                    res[own] = at;
                }
            }
            _ => {}
        }
    }
    open.into_iter().for_each(|it| res[it] = tokens.len());
    res
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        tokens_of(text).iter().map(|it| format!("{:?} {} {}", it.kind, it.text, it.line)).collect()
    }

    #[test]
    fn a_script_is_cut_into_tokens() {
        let text = "a = f(r'C:\\x', # one\n  2e-4)\n!pip install x\nb = f\"{a}\" \"\"\"c\nd\"\"\"; e";
        let expected = [
            "Name a 1",
            "Sign = 1",
            "Name f 1",
            "Sign ( 1",
            "Text C:\\x 1",
            "Sign , 1",
            "Number 2e-4 2",
            "Sign ) 2",
            "End  2",
            "Name b 4",
            "Sign = 4",
            "Template {a} 4",
            "Text c\nd 4",
            "End  5",
            "Name e 5",
            "End  5",
        ];
        assert_eq!(told(text), expected);
    }

    #[test]
    fn what_is_not_closed_ends() {
        assert_eq!(told("'a\nb"), ["Text a 1", "End  1", "Name b 2", "End  2"]);
        assert_eq!(told("'''a\nb"), ["Text a\nb 1", "End  2"]);
        assert_eq!(told("(a\nb]"), ["Sign ( 1", "Name a 1", "Name b 2", "Sign ] 2", "End  2"]);
    }
}
