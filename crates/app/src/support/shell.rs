//! Quotes paths and arguments, so that a printed command can be pasted into a shell.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// A path as one word of a POSIX shell: unchanged if it needs no quotes. A relative path that starts
/// with `-` gets `./` in front, so that it is not read as a flag.
pub(crate) fn quoted(path: &Path) -> String {
    if path.as_os_str().as_encoded_bytes().starts_with(b"-") {
        return word(PathBuf::from(".").join(path).as_os_str());
    }
    word(path.as_os_str())
}

/// An argument as one word of a POSIX shell; control characters and bytes that are not UTF-8 as
/// escapes in `$'...'`, which bash, zsh and ksh read.
pub(crate) fn word(argument: &OsStr) -> String {
    let escaped = |text: &str| text.replace('\'', r"'\''");
    match argument.to_str() {
        Some(text) if !text.is_empty() && text.chars().all(is_plain) => text.to_owned(),
        Some(text) if !text.chars().any(char::is_control) => format!("'{}'", escaped(text)),
        _ => format!("$'{}'", escapes(argument)),
    }
}

fn is_plain(character: char) -> bool {
    character.is_alphanumeric() || "_-./:@%+,=".contains(character)
}

fn escapes(argument: &OsStr) -> String {
    let bytes = argument.as_encoded_bytes().iter();
    let escape = |byte: &u8| match *byte {
        byte @ (b'\'' | b'\\') => format!("\\{}", char::from(byte)),
        byte @ b' '..=b'~' => char::from(byte).to_string(),
        byte => format!("\\x{byte:02x}"),
    };
    bytes.map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_quoted_only_if_it_has_to_be() {
        for plain in [
            "runs/2026-11-26T14-32-23",
            "../a_b.c",
            "実験/łódź",
            "/1%@+,:",
        ] {
            assert_eq!(quoted(Path::new(plain)), plain);
        }
        for (path, expected) in [
            ("my runs/first try", "'my runs/first try'"),
            ("it's", r"'it'\''s'"),
            ("$HOME", "'$HOME'"),
            ("a*b?", "'a*b?'"),
            ("~root", "'~root'"),
            ("a\"b`c`", "'a\"b`c`'"),
            ("-x", "./-x"),
            ("", "''"),
            ("two\nlines'", r"$'two\x0alines\''"),
        ] {
            assert_eq!(quoted(Path::new(path)), expected);
        }
    }

    /// The shell itself is asked what it reads.
    #[cfg(unix)]
    #[test]
    fn a_shell_reads_back_the_same_bytes() {
        use std::os::unix::ffi::OsStrExt;
        for bytes in [
            b"my runs/first try".as_slice(),
            b"it's $HOME `id` \"x\" \\ ; & | > !",
            b"two\nlines\ttab",
            b"\xff\xfe 'no UTF-8'",
        ] {
            let word = word(OsStr::from_bytes(bytes));
            let mut shell = std::process::Command::new("bash");
            let output = shell.args(["-c", &format!("printf %s {word}")]).output();
            assert_eq!(output.unwrap().stdout, bytes, "{word}");
        }
    }
}
