//! Estimates how much memory a model needs before it is decoded.
//!
//! A message of two bytes may become one of some hundred bytes in memory, so that a small file could fill it.

use crate::archive::MAX_BYTES;
use crate::error::InteropError;
use crate::format::Format;

/// More than the bytes in memory of any message or text here, without what it contains.
const PER_FIELD: u64 = 400;

/// More than the bytes in memory for each byte of packed integers, which are stored as one to ten bytes.
const PER_PACKED_BYTE: u64 = 16;

/// The messages that contain others, by their names in `proto`.
#[derive(Clone, Copy)]
enum Message {
    Model,
    Graph,
    Node,
    Attribute,
    Tensor,
    ValueInfo,
    Type,
    TensorType,
    Shape,
}

/// What the bytes of a field with a length are.
enum Content {
    Message(Message),
    /// Numbers with as many bytes as in memory, text, or fields that are skipped.
    Plain,
    PackedIntegers,
}

impl Message {
    fn content(self, field: u64) -> Content {
        let message = match (self, field) {
            (Self::Model, 7) => Self::Graph,
            (Self::Graph, 1) => Self::Node,
            (Self::Graph | Self::Attribute, 5) => Self::Tensor,
            (Self::Graph, 11 | 12) => Self::ValueInfo,
            (Self::Node, 5) => Self::Attribute,
            (Self::ValueInfo, 2) => Self::Type,
            (Self::Type, 1) => Self::TensorType,
            (Self::TensorType, 2) => Self::Shape,
            (Self::Attribute, 8) | (Self::Tensor, 1 | 5) => return Content::PackedIntegers,
            _ => return Content::Plain,
        };
        Content::Message(message)
    }
}

/// Refuses a model that would need more than 256 MiB and a few times its own size.
///
/// # Errors
///
/// [`InteropError::TooLarge`], and [`InteropError::Damaged`] if the bytes are no messages.
pub(super) fn check(bytes: &[u8]) -> Result<(), InteropError> {
    let mut total = bytes.len() as u64;
    check_message(bytes, Message::Model, &mut total)
}

/// Adds what a message needs to `total`; the recursion is as deep as messages contain each other, at most six times.
fn check_message(mut bytes: &[u8], message: Message, total: &mut u64) -> Result<(), InteropError> {
    while !bytes.is_empty() {
        let key = varint(&mut bytes)?;
        let length = match key & 7 {
            0 => {
                varint(&mut bytes)?;
                0
            }
            1 => 8,
            2 => varint(&mut bytes)?,
            5 => 4,
            _ => return Err(cut_short()),
        };
        let length = usize::try_from(length).ok();
        let field = length.and_then(|length| bytes.split_at_checked(length));
        let (field, rest) = field.ok_or_else(cut_short)?;
        bytes = rest;
        *total += PER_FIELD;
        if key & 7 == 2 {
            match message.content(key >> 3) {
                Content::Message(inner) => check_message(field, inner, total)?,
                Content::PackedIntegers => *total += PER_PACKED_BYTE * field.len() as u64,
                Content::Plain => {}
            }
        }
        if *total > MAX_BYTES {
            return Err(InteropError::TooLarge {
                found: *total,
                limit: MAX_BYTES,
            });
        }
    }
    Ok(())
}

/// Takes an integer of seven bits a byte, the lowest first, whose last byte is below 128.
fn varint(bytes: &mut &[u8]) -> Result<u64, InteropError> {
    let end = bytes.iter().take(10).position(|byte| *byte < 128);
    let (number, rest) = bytes.split_at(end.ok_or_else(cut_short)? + 1);
    *bytes = rest;
    let bits = number.iter().rev();
    Ok(bits.fold(0, |bits, byte| bits << 7 | u64::from(byte & 127)))
}

fn cut_short() -> InteropError {
    InteropError::damaged(
        Format::Onnx,
        "it is cut short, or its bytes are no Protocol Buffers message",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field with a length.
    fn field(number: u8, content: &[u8]) -> Vec<u8> {
        let mut bytes = vec![number << 3 | 2];
        let mut length = content.len();
        while length >= 128 {
            bytes.push(u8::try_from(length % 128 + 128).unwrap());
            length /= 128;
        }
        bytes.push(u8::try_from(length).unwrap());
        bytes.extend(content);
        bytes
    }

    #[test]
    fn many_small_messages_are_too_large_and_long_arrays_are_not() {
        let nodes = |count| field(7, &field(1, &[]).repeat(count));
        assert!(check(&nodes(1000)).is_ok());
        let found = check(&nodes(1_000_000)).unwrap_err();
        assert!(matches!(found, InteropError::TooLarge { .. }), "{found}");
        let array = |number| field(7, &field(5, &field(number, &vec![1; 20_000_000])));
        assert!(check(&array(9)).is_ok(), "raw data");
        assert!(check(&array(5)).is_err(), "integers of one byte");
    }

    #[test]
    fn what_is_cut_short_or_no_message_is_damaged() {
        for bytes in [
            &[0x0a][..],
            &[0x0a, 5, 1],
            &[0x80; 20],
            &[0x0b, 1],
            &[0x0d, 1],
        ] {
            let found = check(bytes).unwrap_err();
            assert!(
                matches!(found, InteropError::Damaged { .. }),
                "{bytes:?} {found}"
            );
        }
        assert!(check(&[0x08, 8]).is_ok());
    }
}
