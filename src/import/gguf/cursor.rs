//! Numbers and texts one after another in bytes, of which the last may not be there yet. It knows no format.

/// Where reading stands in some bytes.
pub struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// The bytes end before what is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndsBefore;

impl<'a> Cursor<'a> {
    /// The beginning of some bytes.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bytes lie behind.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// The next bytes.
    pub fn take(&mut self, n: u64) -> Result<&'a [u8], EndsBefore> {
        let n = usize::try_from(n).map_err(|_| EndsBefore)?;
        let end = self.at.checked_add(n).ok_or(EndsBefore)?;
        let res = self.bytes.get(self.at..end).ok_or(EndsBefore)?;
        self.at = end;
        Ok(res)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], EndsBefore> {
        self.take(N as u64)?.try_into().map_err(|_| EndsBefore)
    }

    /// The next number of four bytes, the lowest first.
    pub fn u32(&mut self) -> Result<u32, EndsBefore> {
        self.array().map(u32::from_le_bytes)
    }

    /// The next number of eight bytes, the lowest first.
    pub fn u64(&mut self) -> Result<u64, EndsBefore> {
        self.array().map(u64::from_le_bytes)
    }

    /// The next text, behind its length.
    pub fn text(&mut self) -> Result<&'a [u8], EndsBefore> {
        let length = self.u64()?;
        self.take(length)
    }
}
