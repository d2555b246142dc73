//! The bits of a JPEG file's entropy-coded data, and its Huffman codes.
//!
//! Source: ITU-T T.81, sections B.1.1.5 (byte stuffing), C (Huffman tables) and F.2.2.3 (decoding).

/// Why the data of a picture is not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// The file ends before the picture does.
    CutShort,
    /// The data near this byte is not that of the picture.
    Damaged { at: usize },
}

/// Reads bits until the next marker or the end of the file.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    /// The next byte that is not in the buffer.
    position: usize,
    /// The bits that were read ahead, the next one at the top.
    buffer: u64,
    /// How many bits of the buffer are valid; the others are 0.
    count: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(bytes: &'a [u8], position: usize) -> Self {
        Self {
            bytes,
            position,
            buffer: 0,
            count: 0,
        }
    }

    /// Reads `count` bits, at most 16.
    pub(super) fn take(&mut self, count: u32) -> Result<u16, Flaw> {
        let bits = self.peek();
        self.skip(count)?;
        Ok(bits.checked_shr(16 - count).unwrap_or(0))
    }

    /// Skips `count` bits, at most 16.
    pub(super) fn skip(&mut self, count: u32) -> Result<(), Flaw> {
        self.fill();
        if count > self.count {
            return Err(self.flaw());
        }
        self.buffer <<= count;
        self.count -= count;
        Ok(())
    }

    /// Returns the next 16 bits, with zeros behind the last one.
    fn peek(&mut self) -> u16 {
        self.fill();
        (self.buffer >> 48) as u16
    }

    fn fill(&mut self) {
        while self.count <= 48
            && let Some(byte) = self.next_byte()
        {
            self.buffer |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }

    /// Returns the next byte of the data, in which a zero follows each FF.
    fn next_byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.position)?;
        if byte == 0xff && self.bytes.get(self.position + 1) != Some(&0) {
            return None;
        }
        self.position += if byte == 0xff { 2 } else { 1 };
        Some(byte)
    }

    /// Ends the data before a marker and returns its position. Less than a byte of padding may remain, and bytes of
    /// zeros or ones, which some programs write.
    pub(super) fn end(mut self) -> Result<usize, Flaw> {
        self.skip(self.count % 8)?;
        loop {
            self.fill();
            if self.count == 0 {
                return Ok(self.position);
            }
            if !matches!(self.take(8)?, 0 | 0xff) {
                return Err(Flaw::Damaged { at: self.position });
            }
        }
    }

    /// The flaw of data that is shorter than the picture, or that makes no sense here.
    pub(super) fn flaw(&self) -> Flaw {
        let is_at_end = self.bytes.len() <= self.position + 1;
        if is_at_end && self.count < 16 {
            Flaw::CutShort
        } else {
            Flaw::Damaged { at: self.position }
        }
    }
}

/// A Huffman code of bytes; its words have 1 to 16 bits.
#[derive(Clone)]
pub(super) struct HuffmanTable {
    /// For each length, the words up to it are below this limit, when filled up to 16 bits.
    limits: [u32; 17],
    /// For each length, the index of a word's value minus the word.
    offsets: [i64; 17],
    values: Vec<u8>,
}

impl HuffmanTable {
    /// Makes the code from the number of words of each length and their values; `None` if there is no such code.
    pub(super) fn new(counts: &[u8; 16], values: &[u8]) -> Option<Self> {
        let (mut limits, mut offsets) = ([0; 17], [0; 17]);
        let (mut word, mut index) = (0_u32, 0_u32);
        for (length, count) in (1..).zip(counts) {
            offsets[length] = i64::from(index) - i64::from(word);
            index += u32::from(*count);
            word += u32::from(*count);
            if word > 1 << length {
                return None;
            }
            limits[length] = word << (16 - length);
            word <<= 1;
        }
        (values.len() == index as usize).then(|| Self {
            limits,
            offsets,
            values: values.to_owned(),
        })
    }

    /// Reads a word and returns its value.
    pub(super) fn decode(&self, bits: &mut Bits<'_>) -> Result<u8, Flaw> {
        let next = u32::from(bits.peek());
        let length = (1..=16_u32)
            .find(|&length| next < self.limits[length as usize])
            .ok_or_else(|| bits.flaw())?;
        bits.skip(length)?;
        let index = self.offsets[length as usize] + i64::from(next >> (16 - length));
        let value = usize::try_from(index)
            .ok()
            .and_then(|index| self.values.get(index));
        value.copied().ok_or_else(|| bits.flaw())
    }
}
