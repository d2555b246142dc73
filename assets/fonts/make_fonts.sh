#!/usr/bin/env bash
# Reduces Inter to the characters that the pictures use. Needs Debian's package fonts-inter and `pip install fonttools brotli`.
set -euo pipefail
cd "$(dirname "$0")"
unicodes="U+0020-007E,U+00A0-00FF,U+0177,U+2013,U+2014,U+2018,U+2019,U+201C,U+201D,U+2022,U+2026,U+2190-2193,U+2211,U+2212"
unicodes="$unicodes,U+2248,U+2260,U+2264,U+2265,U+03B2,U+03C3"
for weight in Regular SemiBold; do
    source="/usr/share/fonts/opentype/inter/Inter-$weight.otf"
    options=("--unicodes=$unicodes" "--layout-features=kern,tnum,ccmp" "--no-hinting")
    pyftsubset "$source" "${options[@]}" --desubroutinize --output-file="Inter-$weight.otf"
    pyftsubset "$source" "${options[@]}" --flavor=woff2 --output-file="Inter-$weight.woff2"
done
