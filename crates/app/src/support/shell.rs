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

/// An argument as one word of a POSIX shell, on one line unless it ends in line breaks.
pub(crate) fn word(argument: &OsStr) -> String {
    match argument.to_str() {
        Some(text) if !text.is_empty() && text.chars().all(is_plain) => text.to_owned(),
        Some(text) if is_printable(text) => format!("'{}'", text.replace('\'', r"'\''")),
        _ => substitution(argument.as_encoded_bytes()),
    }
}

/// A path for a sentence: as it is, or as a word of a shell if a terminal would not show its letters.
pub(crate) fn shown(path: &Path) -> String {
    match path.to_str() {
        Some(text) if is_printable(text) => text.to_owned(),
        _ => quoted(path),
    }
}

fn is_plain(character: char) -> bool {
    character.is_alphanumeric() || "_-./:@%+,=".contains(character)
}

fn is_printable(text: &str) -> bool {
    plots::printable(text) == text
}

/// `"$(printf 'a\011b')"`: every POSIX shell replaces this by the bytes, whereas only some know
/// `$'a\tb'`. It drops line breaks at the end of what is printed, so those follow in quotes.
fn substitution(bytes: &[u8]) -> String {
    let end = bytes.iter().rposition(|byte| *byte != b'\n');
    let (printed, breaks) = bytes.split_at(end.map_or(0, |last| last + 1));
    let mut word = String::new();
    if !printed.is_empty() {
        word = format!("\"$(printf '{}')\"", printf_format(printed));
    }
    if !breaks.is_empty() {
        word = format!("{word}'{}'", "\n".repeat(breaks.len()));
    }
    word
}

/// The format with which `printf` prints these bytes. A `-` at its start would be read as an option.
fn printf_format(bytes: &[u8]) -> String {
    let mut format = String::new();
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            let is_option = format.is_empty() && character == '-';
            let is_literal = character == ' ' || (is_plain(character) && character != '%');
            if is_literal && !is_option {
                format.push(character);
            } else {
                format += &octal(character.to_string().as_bytes());
            }
        }
        format += &octal(chunk.invalid());
    }
    format
}

fn octal(bytes: &[u8]) -> String {
    let escapes = bytes.iter().map(|byte| format!("\\{byte:03o}"));
    escapes.collect::<Vec<_>>().concat()
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
            ("two\nlines'", r#""$(printf 'two\012lines\047')""#),
            ("-\t5%", r#""$(printf './-\0115\045')""#),
            ("turned\u{202e}", r#""$(printf 'turned\342\200\256')""#),
            ("end\n", "\"$(printf 'end')\"'\n'"),
        ] {
            assert_eq!(quoted(Path::new(path)), expected);
        }
    }

    #[test]
    fn in_a_sentence_only_what_a_terminal_would_not_show_is_quoted() {
        for name in ["runs/first", "my runs/first try", "実験", "it's"] {
            assert_eq!(shown(Path::new(name)), name);
        }
        let expected = r#""$(printf 'clear\033\1332J')""#;
        assert_eq!(shown(Path::new("clear\u{1b}[2J")), expected);
    }

    /// The shells themselves are asked what they read: `sh` is dash on Debian, bash elsewhere.
    #[cfg(unix)]
    #[test]
    fn every_shell_reads_back_the_same_bytes() {
        use std::os::unix::ffi::OsStrExt;
        for bytes in [
            b"my runs/first try".as_slice(),
            b"it's $HOME `id` \"x\" \\ ; & | > !",
            b"two\nlines\ttab",
            b"\xff\xfe 'no UTF-8' 100 % \\n $(id) `id` \"",
            b"--data=a\tb",
            b"\x1b[2J1\x017",
            b"\n\nbreaks\n\n",
            b"\n",
        ] {
            let word = word(OsStr::from_bytes(bytes));
            for shell in ["sh", "bash"] {
                let mut shell = std::process::Command::new(shell);
                let output = shell.args(["-c", &format!("printf %s {word}")]).output();
                assert_eq!(output.unwrap().stdout, bytes, "{word}");
            }
        }
    }
}
