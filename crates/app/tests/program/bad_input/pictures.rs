//! Pictures that cannot be read.

use super::{Case, case};

pub(super) fn pictures() -> Vec<Case> {
    let png = |width: u32| {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend([width.to_be_bytes(), width.to_be_bytes()].concat());
        bytes.extend([8, 0, 0, 0, 0]);
        let checksum = crc32fast::hash(&bytes[12..]);
        [bytes, checksum.to_be_bytes().to_vec()].concat()
    };
    let picture = |bytes: &[u8]| {
        case(&["predict", "run", "picture.png"], &["picture.png"]).with("picture.png", bytes)
    };
    vec![
        picture(b"not a picture"),
        picture(b""),
        picture(&png(20)),
        picture(&png(2_000_000_000)),
        picture(b"\xff\xd8\xff\xe0\0\x10JFIF"),
        case(&["predict", "run", "none.png"], &["none.png"]),
    ]
}
