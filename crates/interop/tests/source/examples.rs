//! The files as a user meets them: the examples in their comments, other compilers, and what an object file needs.

use interop::{Network, Precision, Target};

use crate::compiled::{C_FLAGS, call, compile_c, compile_rust, has};
use crate::networks::{constant, network};

/// The networks of every kind of code: one output and several, one network and two.
fn kinds() -> Vec<Vec<Network>> {
    let network = |outputs, seed, digits: &[u8]| {
        let network = network([6, 5, outputs], 1.0, seed);
        network.with_digits(digits).unwrap()
    };
    let several = |seed| network(4, seed, &[1, 3, 5, 7]);
    vec![
        vec![network(1, 1, &[0, 1])],
        vec![several(2)],
        vec![several(3), several(4)],
    ]
}

fn texts(target: impl Fn(Precision) -> Target) -> Vec<String> {
    let texts = kinds().into_iter().flat_map(|networks| {
        [Precision::F32, Precision::Int8].map(|precision| {
            let bytes = interop::write(&networks, target(precision)).unwrap();
            String::from_utf8(bytes).unwrap()
        })
    });
    texts.collect()
}

/// The program in the comment, whose lines begin with this.
fn example(source: &str, prefix: &str) -> String {
    let lines = source
        .lines()
        .skip_while(|line| !line.ends_with("Example:"))
        .skip(2);
    let lines = lines
        .take_while(|line| *line != " */")
        .map_while(|line| line.strip_prefix(prefix));
    let lines: Vec<&str> = lines
        .map(|line| line.strip_prefix("     ").unwrap_or(line))
        .collect();
    lines.join("\n") + "\n"
}

#[test]
fn the_example_of_c_compiles_and_answers() {
    let source = interop::write(
        &[constant(&[2.0]).with_digits(&[3, 8]).unwrap()],
        Target::C(Precision::F32),
    );
    let source = source.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let object = compile_c(&folder, "gcc", &C_FLAGS, &source);
    let main = example(str::from_utf8(&source).unwrap(), " *");
    fs_err::write(folder.path().join("main.c"), &main).unwrap();
    let flags = [
        "-std=c99", "-Wall", "-Wextra", "-Werror", "main.c", &object, "-o", "main",
    ];
    call("gcc", folder.path(), &flags.map(AsRef::as_ref));
    let program = folder.path().join("main");
    let printed = call(program.to_str().unwrap(), folder.path(), &[]);
    // 1 / (1 + e^-2) = 0.880797.
    assert_eq!(printed, "8 with a probability of 8 of 0.880797\n", "{main}");
}

#[test]
fn the_example_of_rust_compiles_and_answers() {
    let source = interop::write(
        &[constant(&[2.0]).with_digits(&[3, 8]).unwrap()],
        Target::Rust(Precision::F32),
    );
    let source = source.unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs_err::write(folder.path().join("network.rs"), &source).unwrap();
    let main = example(str::from_utf8(&source).unwrap(), "//");
    let program = compile_rust(&folder, "main.rs", main.as_bytes(), &[]);
    let printed = call(&program, folder.path(), &[]);
    assert!(
        printed.starts_with("8 with a probability of 8 of 0.88079"),
        "{printed}{main}"
    );
}

#[test]
fn c_needs_no_library_and_compiles_as_cpp_and_with_clang() {
    for source in texts(Target::C) {
        let folder = tempfile::tempdir().unwrap();
        for level in ["-O0", "-O2", "-Os"] {
            let object = compile_c(
                &folder,
                "gcc",
                &[&C_FLAGS[..], &[level]].concat(),
                source.as_bytes(),
            );
            let missing = call("nm", folder.path(), &["-u".as_ref(), object.as_ref()]);
            assert_eq!(missing, "", "{level}");
            let writable = call("size", folder.path(), &["-A".as_ref(), object.as_ref()]);
            for section in [".data", ".bss"] {
                let line = writable
                    .lines()
                    .find(|line| line.starts_with(&format!("{section} ")));
                let size = line.and_then(|line| line.split_whitespace().nth(1));
                assert_eq!(size, Some("0"), "{section}: {writable}");
            }
        }
        if has("clang") {
            compile_c(&folder, "clang", &C_FLAGS, source.as_bytes());
        }
        if has("g++") {
            let flags = ["-x", "c++", "-Wall", "-Wextra", "-Werror", "-pedantic"];
            for standard in ["-std=c++98", "-std=c++11", "-std=c++20"] {
                compile_c(
                    &folder,
                    "g++",
                    &[&flags[..], &[standard]].concat(),
                    source.as_bytes(),
                );
            }
        }
    }
}

#[test]
fn two_networks_are_linked_into_one_c_program_under_other_names() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bias) in [("first", 1.0), ("second", -1.0)] {
        let network = constant(&[bias]).with_digits(&[0, 1]).unwrap();
        let source = interop::write(&[network], Target::C(Precision::Int8)).unwrap();
        let rename = format!("-Dpredict={name}");
        compile_c(
            &folder,
            "gcc",
            &[&C_FLAGS[..], &[&rename]].concat(),
            &source,
        );
        let object = folder.path().join(format!("{name}.o"));
        fs_err::rename(folder.path().join("network.o"), object).unwrap();
    }
    let main = "int first(const float *, float *);\nint second(const float *, float *);\n\
        int main(void) { float pixels[400] = {0}, p[2]; return 10 * first(pixels, p) + second(pixels, p) == 10 ? 0 : 1; }\n";
    fs_err::write(folder.path().join("main.c"), main).unwrap();
    let flags = ["main.c", "first.o", "second.o", "-o", "main"];
    call("gcc", folder.path(), &flags.map(AsRef::as_ref));
    call(
        folder.path().join("main").to_str().unwrap(),
        folder.path(),
        &[],
    );
}

#[test]
fn rust_is_a_module_or_the_root_of_a_crate_with_or_without_std() {
    for source in texts(Target::Rust) {
        assert!(!source.contains("std::") && !source.contains("unsafe"));
        let folder = tempfile::tempdir().unwrap();
        let without_std = format!("#![no_std]\n#![forbid(unsafe_code)]\n{source}");
        let library = ["--crate-type=lib", "--edition=2021"];
        for source in [&source, &without_std] {
            compile_rust(&folder, "lib.rs", source.as_bytes(), &library);
        }
        fs_err::write(folder.path().join("network.rs"), &source).unwrap();
        let including = "#![no_std]\nmod network;\npub use network::predict;\n\
            pub mod other { include!(\"network.rs\"); }\n";
        compile_rust(&folder, "lib.rs", including.as_bytes(), &library);
    }
}
