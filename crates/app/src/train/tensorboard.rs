//! The metrics of each epoch for TensorBoard: event files, one for each session of a run.
//!
//! An event file is a sequence of records (the framing: `tensorflow/core/lib/io/record_writer.h`),
//! each an `Event` in protobuf's encoding (the fields: `tensorflow/core/util/event.proto` and
//! `tensorflow/core/framework/summary.proto`). Scalars need only a few fields, so this module
//! encodes them itself. It does not read event files.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::support::error::{Error, Result};

/// The prefix of TensorFlow's event file names, which TensorBoard searches for.
const NAME_START: &str = "events.out.tfevents.";
/// `SessionLog.SessionStatus.START`.
const START: u64 = 1;

/// An event file, open for appending.
pub(crate) struct EventFile {
    file: fs_err::File,
}

impl EventFile {
    /// Starts a new event file in `folder`, for the epochs from `first_epoch` on.
    ///
    /// TensorBoard discards these epochs of earlier files: an interrupted run may have written
    /// metrics of an epoch that the resumed run trains again.
    pub(crate) fn create(folder: &Path, first_epoch: usize) -> Result<Self> {
        let now = since_1970()?;
        let mut file = fs_err::File::create_new(folder.join(next_name(folder, now)?))?;
        let version = event(now, 0, bytes(3, b"brain.Event:2"));
        // This event makes TensorBoard discard them. It is in the file of a new run as well:
        // TensorBoard treats the first one as the start of the run (`_CheckForRestartAndMaybePurge`
        // in its plugin_event_accumulator.py).
        let start = event(now, first_epoch, bytes(7, &integer(1, START)));
        file.write_all(&[record(&version), record(&start)].concat())?;
        Ok(Self { file })
    }

    /// Appends the metrics of an epoch, each under its name, at the step of that number.
    pub(crate) fn append(&mut self, epoch: usize, metrics: &[(&str, f64)]) -> Result<()> {
        let event = event(since_1970()?, epoch, summary(metrics));
        // One write of the whole record, so that a kill leaves all of it or nothing.
        self.file.write_all(&record(&event))?;
        Ok(())
    }
}

fn since_1970() -> Result<Duration> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.map_err(|_| Error::Clock)
}

/// The name of the next event file in `folder`, formed as TensorFlow does:
/// `events.out.tfevents.<second>.<host>.<process>.<number>`.
///
/// TensorBoard reads files in the order of their names. The second is therefore later than that of
/// any existing file, even if a run is resumed within a second or the clock was set back.
fn next_name(folder: &Path, now: Duration) -> Result<String> {
    let mut second = now.as_secs();
    let mut number = 0;
    for entry in fs_err::read_dir(folder)? {
        if let Some(earlier) = second_of(&entry?.file_name().to_string_lossy()) {
            second = second.max(earlier + 1);
            number += 1;
        }
    }
    let process = std::process::id();
    Ok(format!(
        "{NAME_START}{second:010}.localhost.{process}.{number}"
    ))
}

fn second_of(name: &str) -> Option<u64> {
    let (second, _) = name.strip_prefix(NAME_START)?.split_once('.')?;
    second.parse().ok()
}

/// Frames an event: its length in bytes, the length's checksum, the event, the event's checksum.
fn record(event: &[u8]) -> Vec<u8> {
    let length = (event.len() as u64).to_le_bytes();
    [
        &length[..],
        &checksum(&length).to_le_bytes(),
        event,
        &checksum(event).to_le_bytes(),
    ]
    .concat()
}

/// The CRC-32C, masked as in `tensorflow/core/lib/hash/crc32c.h`.
fn checksum(bytes: &[u8]) -> u32 {
    crc32c::crc32c(bytes)
        .rotate_right(15)
        .wrapping_add(0xa282_ead8)
}

/// An `Event`: `wall_time` (1), `step` (2) and its content.
fn event(time: Duration, step: usize, content: Vec<u8>) -> Vec<u8> {
    [
        double(1, time.as_secs_f64()),
        integer(2, step as u64),
        content,
    ]
    .concat()
}

/// The `summary` (5) of an `Event`: a `value` (1) for each metric, of `tag` (1) and
/// `simple_value` (2).
#[expect(
    clippy::cast_possible_truncation,
    reason = "a simple_value is an f32, and history.csv has all digits"
)]
fn summary(metrics: &[(&str, f64)]) -> Vec<u8> {
    let value = |&(tag, metric): &(&str, f64)| {
        let tagged = [bytes(1, tag.as_bytes()), float(2, metric as f32)].concat();
        bytes(1, &tagged)
    };
    let values: Vec<u8> = metrics.iter().flat_map(value).collect();
    bytes(5, &values)
}

// The fields of a protobuf message: <https://protobuf.dev/programming-guides/encoding/>. Each is a
// key, which is the field's number and its wire type, and a value.

fn integer(field: u64, value: u64) -> Vec<u8> {
    [varint(field << 3), varint(value)].concat()
}

fn double(field: u64, value: f64) -> Vec<u8> {
    [&varint(field << 3 | 1), &value.to_le_bytes()[..]].concat()
}

/// Text, or a message within a message.
fn bytes(field: u64, value: &[u8]) -> Vec<u8> {
    let length = varint(value.len() as u64);
    [&varint(field << 3 | 2), &length, value].concat()
}

fn float(field: u64, value: f32) -> Vec<u8> {
    [&varint(field << 3 | 5), &value.to_le_bytes()[..]].concat()
}

/// A varint: seven bits per byte, lowest first; the top bit means that more bytes follow.
fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let [low, ..] = value.to_le_bytes();
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_match_published_values() {
        // The check value of CRC-32C (CRC-32/ISCSI) in the catalogue of parametrised CRC
        // algorithms, and its mask by hand: (crc >> 15 | crc << 17) + 0xa282ead8.
        assert_eq!(crc32c::crc32c(b"123456789"), 0xe306_9283);
        assert_eq!(checksum(b"123456789"), 0xc78a_b0e5);
        // From a file that TensorFlow wrote: tensorboard/data/server/masked_crc.rs.
        assert_eq!(checksum(b"\x1a\x11CRC test, one two"), 0x5794_d08a);
    }

    #[test]
    fn a_record_is_the_event_between_its_length_and_its_checksum() {
        // masked_crc32c((19).to_bytes(8, "little")) of TensorBoard's pywrap_tensorflow.py is
        // 0x1b32910c.
        let event = b"\x1a\x11CRC test, one two";
        let head = b"\x13\0\0\0\0\0\0\0\x0c\x91\x32\x1b";
        let foot = b"\x8a\xd0\x94\x57";
        assert_eq!(record(event), [&head[..], event, foot].concat());
    }

    #[test]
    fn an_event_is_encoded_as_protobuf_does() {
        // By hand, and the same from Python's
        //   event = event_pb2.Event(wall_time=1.5, step=300)
        //   event.summary.value.add(tag="loss", simple_value=0.25)
        //   event.SerializeToString()
        let expected = [
            &b"\x09\0\0\0\0\0\0\xf8\x3f"[..], // wall_time: 1.5 is 0x3ff8 << 48
            b"\x10\xac\x02",                  // step: 300 is 2 * 128 + 44
            b"\x2a\x0d\x0a\x0b",              // summary of 13 bytes: value of 11 bytes
            b"\x0a\x04loss",                  // tag
            b"\x15\0\0\x80\x3e",              // simple_value: 0.25 is 0x3e800000
        ];
        let time = Duration::from_millis(1500);
        assert_eq!(
            event(time, 300, summary(&[("loss", 0.25)])),
            expected.concat()
        );
    }

    #[test]
    fn a_later_file_has_the_later_name_whatever_the_clock_says() {
        let folder = tempfile::tempdir().unwrap();
        let mut before = String::new();
        for second in [1_700_000_000, 1_700_000_000, 1_600_000_000, 1_700_000_009] {
            let name = next_name(folder.path(), Duration::from_secs(second)).unwrap();
            assert!(name > before, "{name} after {before}");
            fs_err::write(folder.path().join(&name), "").unwrap();
            before = name;
        }
        assert!(before.starts_with("events.out.tfevents.1700000009.localhost."));
        assert!(before.ends_with(".3"));
    }
}
