//! BGZF, a gzip file of blocks that can be skipped without decompressing them: the format of the embedded images.
//!
//! Each block is a member of the gzip file and holds at most 64 KiB. An extra field of its header says how long it is
//! compressed, and its last four bytes how long it is decompressed: "Sequence Alignment/Map Format Specification",
//! section 4.1. Checksums are not computed: the file is part of the program, and a test reads all of it.

use std::io::{self, Read};

use flate2::{Decompress, FlushDecompress};

use crate::formats::byte_source::ByteSource;

/// The bytes of a block before the compressed ones; the last two of them are its length minus 1.
const HEADER: usize = 18;
/// The bytes of a block after the compressed ones: the checksum, and the decompressed length.
const TRAILER: usize = 8;

/// Reads the decompressed bytes of a BGZF file in memory.
pub(crate) struct BlockReader {
    /// The blocks that are neither decompressed nor skipped yet.
    blocks: &'static [u8],
    /// The block that is being read.
    block: Vec<u8>,
    /// The bytes of it that have been read.
    read: usize,
    inflate: Decompress,
}

impl BlockReader {
    pub(crate) fn new(file: &'static [u8]) -> Self {
        Self {
            blocks: file,
            block: Vec::new(),
            read: 0,
            inflate: Decompress::new(false),
        }
    }

    /// Removes the next block, and returns its compressed bytes and its decompressed length; `None` at the end.
    fn next_block(&mut self) -> io::Result<Option<(&'static [u8], usize)>> {
        if self.blocks.is_empty() {
            return Ok(None);
        }
        let length = self.blocks.get(HEADER - 2..HEADER).map(little_endian);
        let block = length.and_then(|length| self.blocks.split_at_checked(length + 1));
        let content = block.and_then(|(block, _)| block.get(HEADER..block.len() - TRAILER));
        let (Some((block, rest)), Some(content)) = (block, content) else {
            return Err(damaged());
        };
        self.blocks = rest;
        Ok(Some((content, little_endian(&block[block.len() - 4..]))))
    }

    /// Decompresses the next block.
    fn decompress(&mut self, content: &[u8], length: usize) -> io::Result<()> {
        self.block.clear();
        self.block.reserve(length);
        self.read = 0;
        self.inflate.reset(false);
        let finish = FlushDecompress::Finish;
        self.inflate
            .decompress_vec(content, &mut self.block, finish)?;
        if self.block.len() == length {
            Ok(())
        } else {
            Err(damaged())
        }
    }
}

impl Read for BlockReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.read == self.block.len() {
            match self.next_block()? {
                Some((content, length)) => self.decompress(content, length)?,
                None => return Ok(0),
            }
        }
        let read = (&self.block[self.read..]).read(buffer)?;
        self.read += read;
        Ok(read)
    }
}

impl ByteSource for BlockReader {
    fn skip(&mut self, length: u64) -> io::Result<u64> {
        let mut left = usize::try_from(length).unwrap_or(usize::MAX);
        loop {
            let skipped = left.min(self.block.len() - self.read);
            self.read += skipped;
            left -= skipped;
            if left == 0 {
                return Ok(length);
            }
            match self.next_block()? {
                Some((_, block)) if block <= left => left -= block,
                Some((content, block)) => self.decompress(content, block)?,
                None => return Ok(length - left as u64),
            }
        }
    }
}

/// The number in at most four bytes.
fn little_endian(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .rev()
        .fold(0, |number, &byte| number << 8 | usize::from(byte))
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a block is damaged")
}

#[cfg(test)]
mod tests {
    use flate2::read::MultiGzDecoder;

    use super::*;

    const IMAGES: &[u8] = include_bytes!("../../../../assets/digits-images.idx3-ubyte.gz");

    fn decompressed() -> Vec<u8> {
        let mut all = Vec::new();
        MultiGzDecoder::new(IMAGES).read_to_end(&mut all).unwrap();
        all
    }

    #[test]
    fn all_bytes_are_those_of_a_gzip_decoder_which_verifies_the_checksums() {
        let mut all = Vec::new();
        BlockReader::new(IMAGES).read_to_end(&mut all).unwrap();
        assert!(all == decompressed());
    }

    #[test]
    fn what_follows_skipped_bytes_is_the_same_in_the_middle_and_at_the_ends_of_blocks() {
        let all = decompressed();
        // A header of 16 bytes, then blocks of 50 images of 28 x 28.
        let block = 50 * 28 * 28;
        for first in [0, 1, 15, 16, 17, 15 + block, 16 + block, 17 + 3 * block] {
            for second in [0, 1, block - 1, block, block + 1, 7 * block] {
                let mut reader = BlockReader::new(IMAGES);
                assert_eq!(reader.skip(first as u64).unwrap(), first as u64);
                let mut bytes = [0; 3];
                reader.read_exact(&mut bytes).unwrap();
                assert_eq!(bytes, all[first..first + 3], "{first}");
                assert_eq!(reader.skip(second as u64).unwrap(), second as u64);
                reader.read_exact(&mut bytes).unwrap();
                let start = first + 3 + second;
                assert_eq!(bytes, all[start..start + 3], "{first}, {second}");
            }
        }
    }

    #[test]
    fn only_bytes_that_are_there_are_skipped() {
        let all = decompressed().len() as u64;
        let mut reader = BlockReader::new(IMAGES);
        assert_eq!(reader.skip(all - 1).unwrap(), all - 1);
        assert_eq!(reader.skip(5).unwrap(), 1);
        assert_eq!(reader.read(&mut [0]).unwrap(), 0);
    }

    #[test]
    fn a_file_that_is_cut_short_is_an_error() {
        for length in [1, 17, 18, 30, 100, IMAGES.len() - 1] {
            let mut reader = BlockReader::new(&IMAGES[..length]);
            assert!(io::copy(&mut reader, &mut io::sink()).is_err(), "{length}");
        }
    }
}
