//! Checks that a PNG file has all its chunks, because the decoder stops at the last pixel.
//!
//! Checksums and the pixels themselves are the decoder's. What follows the last chunk is not looked at.
//!
//! Source: Portable Network Graphics (PNG) Specification, third edition, sections 5.2 and 5.3 (signature, chunk layout).

use crate::formats::jpeg_bits::Flaw;

/// The first bytes of every file.
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The bytes of a chunk besides its data: length, type, and checksum.
const FRAME: usize = 12;

/// Says whether a whole file is nothing but the start of the signature.
pub(crate) fn is_cut_in_signature(file: &[u8]) -> bool {
    !file.is_empty() && SIGNATURE.starts_with(file)
}

/// Finds out whether a file is cut short: each chunk must be there, up to the end of `IEND`.
pub(crate) fn check(bytes: &[u8]) -> Result<(), Flaw> {
    let mut rest = bytes.strip_prefix(SIGNATURE).ok_or(Flaw::CutShort)?;
    loop {
        let (length, _) = rest.split_first_chunk().ok_or(Flaw::CutShort)?;
        let name = rest.get(4..8).ok_or(Flaw::CutShort)?;
        // A usize has at least 32 bits wherever this program runs; a length that does not fit is longer than the file.
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let length = length.saturating_add(FRAME);
        let after = rest.get(length..).ok_or(Flaw::CutShort)?;
        if name == b"IEND" {
            return Ok(());
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use fs_err as fs;
    use image::GrayImage;

    use crate::error::DataError;
    use crate::formats::picture::read_picture;

    #[test]
    fn a_picture_cut_at_any_byte_is_called_cut_short() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dot.png");
        GrayImage::new(20, 20).save(&path).unwrap();
        let whole = fs::read(&path).unwrap();
        for length in 1..whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            let error = read_picture(&path).unwrap_err();
            assert!(
                matches!(error, DataError::PictureCutShort { .. }),
                "{length}: {error}"
            );
            let message = error.to_string();
            assert!(
                message.contains("dot.png: the picture is cut short"),
                "{message}"
            );
        }
        fs::write(&path, [&whole[..], b"more"].concat()).unwrap();
        assert!(read_picture(&path).is_ok());
    }
}
