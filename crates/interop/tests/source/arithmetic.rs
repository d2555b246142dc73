//! The exponential function and the sigmoid in the files, against the standard library's in f64.

use interop::{Precision, Target};

use crate::compiled::{call, compile_c, compile_rust};
use crate::networks::constant;

/// A program behind the C source that prints both functions of floats from 0 to 90, in their order, every 65,537th.
const C_MAIN: &str = r#"
#include <stdio.h>
#include <string.h>

int main(void)
{
    unsigned int bits;
    for (bits = 0; bits < 0x42B40000u; bits += 65537u) {
        float x;
        memcpy(&x, &bits, sizeof(float));
        printf("%.9g %.9g %.9g %.9g\n", x, exp_of_minus(x), sigmoid(x), sigmoid(-x));
    }
    return 0;
}
"#;

const RUST_MAIN: &str = r#"
fn main() {
    for bits in (0..0x42B4_0000).step_by(65537) {
        let x = f32::from_bits(bits);
        println!("{:e} {:e} {:e} {:e}", x, exp_of_minus(x), sigmoid(x), sigmoid(-x));
    }
    predict(&[0.0; 400]);
}
"#;

#[track_caller]
fn check(printed: &str) {
    let mut count = 0;
    for line in printed.lines() {
        let numbers: Vec<f64> = line
            .split(' ')
            .map(|one| f64::from(one.parse::<f32>().unwrap()))
            .collect();
        let [x, power, of_x, of_minus] = numbers[..] else {
            panic!("{line}");
        };
        let exact = (-x).exp();
        if x < 87.0 {
            assert!((power / exact - 1.0).abs() < 1e-7, "exp(-{x}) = {power}");
            let small = exact / (1.0 + exact);
            assert!((of_minus / small - 1.0).abs() < 2e-7, "{line}");
        } else {
            assert!(power.max(of_minus) == 0.0, "{line}");
        }
        assert!((of_x - 1.0 / (1.0 + exact)).abs() < 1e-7, "{line}");
        count += 1;
    }
    assert_eq!(count, 17_076);
}

#[test]
fn exp_and_sigmoid_are_accurate_over_their_whole_range() {
    let write = |target| {
        let source = interop::write(&[constant(&[0.0])], target).unwrap();
        String::from_utf8(source).unwrap()
    };
    let folder = tempfile::tempdir().unwrap();
    let source = write(Target::C(Precision::F32)) + C_MAIN;
    for flags in [
        &["-O0"][..],
        &["-O2"],
        &["-O2", "-march=native", "-ffast-math"],
    ] {
        let object = compile_c(&folder, "gcc", flags, source.as_bytes());
        call(
            "gcc",
            folder.path(),
            &[object.as_ref(), "-o".as_ref(), "program".as_ref()],
        );
        let program = folder.path().join("program");
        check(&call(program.to_str().unwrap(), folder.path(), &[]));
    }
    let source = write(Target::Rust(Precision::F32)) + RUST_MAIN;
    let program = compile_rust(&folder, "main.rs", source.as_bytes(), &[]);
    check(&call(&program, folder.path(), &[]));
}
