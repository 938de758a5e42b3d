//! The JSON of a safetensors header, read in one pass: names, texts and lists of whole numbers, without a tree of
//! values for each of some 100,000 tensors. It knows no key.

use crate::import::imported::NotTaken;
use serde_json::{Deserializer, Value as Json};
use std::borrow::Cow;

/// Where reading stands in some JSON.
pub struct HeaderScan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> HeaderScan<'a> {
    /// The beginning of some JSON.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bytes lie behind.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// The next byte that is no white space.
    pub fn peek(&mut self) -> Option<u8> {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    /// Steps over a byte that has to be there.
    pub fn expect(&mut self, byte: u8) -> Result<(), NotTaken> {
        if self.peek() != Some(byte) {
            return Err(NotTaken::NotJson);
        }
        self.at += 1;
        Ok(())
    }

    /// Hands the keys of an object on, with reading standing at the value of each.
    pub fn object<F>(&mut self, mut each: impl FnMut(&mut Self, Cow<'a, str>) -> Result<(), F>) -> Result<(), F>
    where
        F: From<NotTaken>,
    {
        self.expect(b'{')?;
        if self.peek() == Some(b'}') {
            return Ok(self.expect(b'}')?);
        }
        loop {
            let key = self.text()?;
            self.expect(b':')?;
            each(self, key)?;
            if self.peek() != Some(b',') {
                return Ok(self.expect(b'}')?);
            }
            self.at += 1;
        }
    }

    /// A text.
    pub fn text(&mut self) -> Result<Cow<'a, str>, NotTaken> {
        self.expect(b'"')?;
        let begin = self.at;
        let mut is_plain = true;
        loop {
            match self.bytes.get(self.at).copied() {
                Some(b'"') => break,
                Some(b'\\') => {
                    is_plain = false;
                    self.at += 2;
                }
                Some(0x20..) => self.at += 1,
                Some(_) | None => return Err(NotTaken::NotJson),
            }
        }
        self.at += 1;
        if is_plain {
            let text = std::str::from_utf8(&self.bytes[begin..self.at - 1]);
            return text.map(Cow::Borrowed).map_err(|_| NotTaken::NotJson);
        }
        serde_json::from_slice(&self.bytes[begin - 1..self.at]).map(Cow::Owned).map_err(|_| NotTaken::NotJson)
    }

    /// A list of whole numbers.
    pub fn numbers(&mut self) -> Result<Vec<u64>, NotTaken> {
        if self.peek() != Some(b'[') {
            return Err(NotTaken::WrongType);
        }
        self.at += 1;
        let mut res = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(res);
        }
        loop {
            self.peek();
            let rest = &self.bytes[self.at..];
            let end = rest.iter().position(|it| !it.is_ascii_digit()).unwrap_or(rest.len());
            let digits = std::str::from_utf8(&rest[..end]).unwrap_or_default();
            res.push(digits.parse().map_err(|_| NotTaken::WrongType)?);
            self.at += end;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(res);
                }
                // A fraction, or an exponent.
                Some(_) => return Err(NotTaken::WrongType),
                None => return Err(NotTaken::NotJson),
            }
        }
    }

    /// Steps over any value.
    pub fn skip(&mut self) -> Result<(), NotTaken> {
        let mut values = Deserializer::from_slice(&self.bytes[self.at..]).into_iter::<Json>();
        match values.next() {
            Some(Ok(_)) => {
                self.at += values.byte_offset();
                Ok(())
            }
            Some(Err(_)) | None => Err(NotTaken::NotJson),
        }
    }
}
