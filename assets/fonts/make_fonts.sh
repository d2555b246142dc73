#!/usr/bin/env bash
# Reduces Inter to the characters that the pictures use. Needs Debian's package fonts-inter and `pip install fonttools brotli`.
set -euo pipefail
cd "$(dirname "$0")"
folder="${1:-/usr/share/fonts/opentype/inter}"
# Every picture: Latin-1 and a few signs. `crates/plots/src/base/font.rs` has the same list.
basic="U+0020-007E,U+00A0-00FF,U+0177,U+2013,U+2014,U+2018,U+2019,U+201C,U+201D,U+2022,U+2026,U+2190-2193,U+2211,U+2212"
basic="$basic,U+2248,U+2260,U+2264,U+2265,U+03B2,U+03C3"
# Names: Latin with all its accents (also as combining marks), Greek, Cyrillic, a few more signs, and the box that stands
# for characters that the font does not have.
extended="U+0100-017F,U+0192,U+01CD-01DC,U+0218-021B,U+0259,U+0300-0304,U+0306-030C,U+031B,U+0323,U+0326-0328"
extended="$extended,U+0370-03FF,U+0400-045F,U+0490-04FF,U+1E80-1E85,U+1E9E,U+1EA0-1EF9,U+2010-2015,U+201A,U+201E,U+2020"
extended="$extended,U+2021,U+2030,U+2039,U+203A,U+20AC,U+20BD,U+20B4,U+20B9,U+20BA,U+2116,U+2122,U+221E,U+25A1"
# The outline of .notdef is the box that browsers draw where no font has a character.
options=("--no-hinting" "--notdef-outline" "--layout-features=kern,tnum,ccmp,mark")
for weight in Regular SemiBold; do
    source="$folder/Inter-$weight.otf"
    pyftsubset "$source" "${options[@]}" --unicodes="$basic,$extended" --desubroutinize --output-file="Inter-$weight.otf"
    pyftsubset "$source" "${options[@]}" --unicodes="$basic" --flavor=woff2 --output-file="Inter-$weight.woff2"
    pyftsubset "$source" "${options[@]}" --unicodes="$extended" --flavor=woff2 --output-file="Inter-$weight-extended.woff2"
done
