//! The modules of the page as one script, for a page that is one file.
//!
//! A browser loads modules from a server, but not from a disk. So each module becomes a function that runs once and returns
//! what it exports, in an order in which each comes after those that it imports. Only what the page's modules use is
//! understood: imports by name, `import { a, b } from './x.js';`, which may go over several lines, and `export` before a
//! function, a class or a constant, at the beginning of a line.

use std::collections::BTreeMap;

/// Why modules cannot be joined.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// A module is missing.
    #[error("{by} imports {module}, which is not among the modules")]
    Missing {
        /// The path of the module.
        module: String,
        /// The module that imports it, or `the page`.
        by: String,
    },
    /// A module does not export a name.
    #[error("{by} imports {name} from {module}, which does not export it")]
    NotExported {
        /// The name.
        name: String,
        /// The path of the module.
        module: String,
        /// The module that imports it.
        by: String,
    },
    /// Modules import each other.
    #[error("modules import each other in a circle: {}", .modules.join(", "))]
    Circle {
        /// Their paths, each imported by the one before.
        modules: Vec<String>,
    },
    /// A line that is not understood.
    #[error("{module}, line {line}: expected {expected}, found {found:?}")]
    Line {
        /// The path of the module.
        module: String,
        /// The number of the line; the first is 1.
        line: usize,
        /// What is understood.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
}

const IMPORT: &str = "import { a, b } from './module.js';";
const EXPORT: &str = "export before function, async function, class or const, and a name";
const NO_END: &str = "no </script and no <!--, which would end a script in a page";

/// Joins modules, `(path, source)`, into one script that does what a page with the module `entry` does. Paths are relative to
/// one folder, such as `local/predict.js`.
///
/// Modules that the entry does not need are left out.
///
/// # Errors
///
/// [`BundleError`] for what is missing or not understood.
pub fn joined(modules: &[(&str, &str)], entry: &str) -> Result<String, BundleError> {
    let mut order = Vec::new();
    let mut parsed = BTreeMap::new();
    let sources: BTreeMap<&str, &str> = modules.iter().copied().collect();
    visit(
        &sources,
        entry,
        &mut vec!["the page".to_owned()],
        &mut parsed,
        &mut order,
    )?;
    let functions = order.iter().enumerate();
    let functions = functions.map(|(number, path)| function(number, path, &order, &parsed));
    let functions: Vec<String> = functions.collect::<Result<_, _>>()?;
    Ok(format!("'use strict';\n{}", functions.concat()))
}

/// A module as a function that runs once and returns what the module exports.
fn function(
    number: usize,
    path: &str,
    order: &[String],
    parsed: &BTreeMap<String, Module>,
) -> Result<String, BundleError> {
    let module = &parsed[path];
    let mut lines = vec![format!("// {path}\nconst module{number} = (() => {{\n")];
    for import in &module.imports {
        let exports = &parsed[&import.path].exports;
        if let Some(name) = import.names.iter().find(|name| !exports.contains(name)) {
            return Err(BundleError::NotExported {
                name: name.clone(),
                module: import.path.clone(),
                by: path.to_owned(),
            });
        }
        // All that are imported stand before.
        let from = order.iter().position(|other| *other == import.path);
        let (names, from) = (import.names.join(", "), from.unwrap_or_default());
        lines.push(format!("const {{ {names} }} = module{from};\n"));
    }
    let exports = module.exports.join(", ");
    lines.push(format!("{}return {{ {exports} }};\n}})();\n", module.body));
    Ok(lines.concat())
}

/// A module without its imports and exports.
struct Module {
    imports: Vec<Import>,
    exports: Vec<String>,
    body: String,
}

struct Import {
    names: Vec<String>,
    path: String,
}

/// Reads a module and those that it imports, and puts it after them. `above` are the modules that import it.
fn visit(
    sources: &BTreeMap<&str, &str>,
    path: &str,
    above: &mut Vec<String>,
    parsed: &mut BTreeMap<String, Module>,
    order: &mut Vec<String>,
) -> Result<(), BundleError> {
    if let Some(first) = above.iter().position(|other| other == path) {
        let modules = above[first..]
            .iter()
            .cloned()
            .chain([path.to_owned()])
            .collect();
        return Err(BundleError::Circle { modules });
    }
    if parsed.contains_key(path) {
        return Ok(());
    }
    let Some(source) = sources.get(path) else {
        return Err(BundleError::Missing {
            module: path.to_owned(),
            by: above.last().cloned().unwrap_or_default(),
        });
    };
    let module = parse(path, source)?;
    above.push(path.to_owned());
    for import in &module.imports {
        visit(sources, &import.path, above, parsed, order)?;
    }
    above.pop();
    parsed.insert(path.to_owned(), module);
    order.push(path.to_owned());
    Ok(())
}

fn parse(path: &str, source: &str) -> Result<Module, BundleError> {
    let mut module = Module {
        imports: Vec::new(),
        exports: Vec::new(),
        body: String::new(),
    };
    let mut lines = source.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let refused = |expected, found: &str| BundleError::Line {
            module: path.to_owned(),
            line: at + 1,
            expected,
            found: found.to_owned(),
        };
        let lower = line.to_ascii_lowercase();
        if lower.contains("</script") || lower.contains("<!--") {
            return Err(refused(NO_END, line));
        }
        if is_word(line, "import") {
            let mut statement = line.to_owned();
            while !statement.ends_with(';') {
                let Some((_, more)) = lines.next() else { break };
                statement = format!("{statement} {}", more.trim());
            }
            let import = parse_import(path, &statement);
            module
                .imports
                .push(import.ok_or_else(|| refused(IMPORT, &statement))?);
        } else if is_word(line, "export") {
            let (name, rest) = parse_export(line).ok_or_else(|| refused(EXPORT, line))?;
            module.exports.push(name.to_owned());
            module.body += rest;
            module.body.push('\n');
        } else {
            module.body += line;
            module.body.push('\n');
        }
    }
    Ok(module)
}

/// Says whether a line begins with that word, as a statement outside of all blocks does.
fn is_word(line: &str, word: &str) -> bool {
    let rest = line.strip_prefix(word);
    rest.is_some_and(|rest| !rest.starts_with(is_part_of_name))
}

fn is_part_of_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_' || character == '$'
}

/// `import { a, b } from './x.js';` in a module of that path.
fn parse_import(by: &str, statement: &str) -> Option<Import> {
    let rest = statement.strip_prefix("import")?.trim_start();
    let (names, from) = rest.strip_prefix('{')?.split_once('}')?;
    let from = from.trim_start().strip_prefix("from")?.trim();
    let from = from.strip_suffix(';')?.trim_end();
    let from = from.strip_prefix('\'')?.strip_suffix('\'')?;
    let names = names
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let names: Vec<String> = names.map(str::to_owned).collect();
    let are_names = names.iter().all(|name| name.chars().all(is_part_of_name));
    Some(Import {
        path: resolved(by, from)?,
        names: are_names.then_some(names)?,
    })
}

/// The path of a module, named relative to the folder of the module `by`.
fn resolved(by: &str, from: &str) -> Option<String> {
    let mut parts: Vec<&str> = by.split('/').collect();
    parts.pop();
    let mut is_relative = false;
    for part in from.split('/') {
        match part {
            "." => is_relative = true,
            ".." => {
                is_relative = true;
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    is_relative.then(|| parts.join("/"))
}

/// The name that a line exports, and the line without the word `export`.
fn parse_export(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("export ")?;
    let kinds = [
        "function ",
        "function* ",
        "async function ",
        "async function* ",
        "class ",
        "const ",
    ];
    let named = kinds.iter().find_map(|kind| rest.strip_prefix(kind))?;
    let end = named.find(|character| !is_part_of_name(character))?;
    (end > 0).then(|| (&named[..end], rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_come_after_those_that_they_import_and_keep_their_names_to_themselves() {
        let modules = [
            (
                "main.js",
                "import { double } from './lib/double.js';\nconst TWO = 'mine';\nshow(double(4), TWO);",
            ),
            (
                "lib/double.js",
                "// Twice.\nimport {\n  TWO,\n} from '../two.js';\n\nexport function double(x) {\n  return TWO * x;\n}\n",
            ),
            ("two.js", "export const TWO = 2;\n"),
            ("unused.js", "export default 7;"),
        ];
        let expected = "'use strict';\n\
            // two.js\nconst module0 = (() => {\nconst TWO = 2;\nreturn { TWO };\n})();\n\
            // lib/double.js\nconst module1 = (() => {\nconst { TWO } = module0;\n// Twice.\n\n\
            function double(x) {\n  return TWO * x;\n}\nreturn { double };\n})();\n\
            // main.js\nconst module2 = (() => {\nconst { double } = module1;\nconst TWO = 'mine';\n\
            show(double(4), TWO);\nreturn {  };\n})();\n";
        assert_eq!(joined(&modules, "main.js").unwrap(), expected);
    }

    #[track_caller]
    fn assert_refused(modules: &[(&str, &str)], expected: &str) {
        let found = joined(modules, "main.js").unwrap_err().to_string();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_refused(
            &[],
            "the page imports main.js, which is not among the modules",
        );
        let main = ("main.js", "import { a } from './a.js';");
        assert_refused(
            &[main],
            "main.js imports a.js, which is not among the modules",
        );
        let other = ("a.js", "export class b {}");
        assert_refused(
            &[main, other],
            "main.js imports a from a.js, which does not export it",
        );
    }

    #[test]
    fn a_circle_is_named() {
        let modules = [
            ("main.js", "import { a } from './a.js';"),
            ("a.js", "import { b } from './b.js';\nexport const a = 1;"),
            ("b.js", "import { a } from './a.js';\nexport const b = 2;"),
        ];
        assert_refused(
            &modules,
            "modules import each other in a circle: a.js, b.js, a.js",
        );
    }

    #[test]
    fn what_is_not_understood_is_named_with_its_line() {
        for line in [
            "import './a.js';",
            "import a from './a.js';",
            "import * as a from './a.js';",
            "import { a as b } from './a.js';",
            "import { a } from 'a';",
            "import { a } from '../a.js';",
        ] {
            let expected = format!("main.js, line 2: expected {IMPORT}, found {line:?}");
            assert_refused(&[("main.js", &format!("\n{line}"))], &expected);
        }
        for line in [
            "export default 1;",
            "export { a };",
            "export let a = 1;",
            "export const { a } = b;",
        ] {
            let expected = format!("main.js, line 1: expected {EXPORT}, found {line:?}");
            assert_refused(&[("main.js", line)], &expected);
        }
        for line in ["const a = '</SCRIPT>';", "// <!--"] {
            let expected = format!("main.js, line 1: expected {NO_END}, found {line:?}");
            assert_refused(&[("main.js", line)], &expected);
        }
    }

    #[test]
    fn functions_of_all_kinds_classes_and_constants_are_exported() {
        let source = "export function a() {}\nexport function* b() {}\nexport async function c() {}\n\
            export async function* d() {}\nexport class E {}\nexport const f = 1;\n";
        let found = joined(&[("main.js", source)], "main.js").unwrap();
        assert!(found.contains("return { a, b, c, d, E, f };"), "{found}");
        assert!(!found.contains("export"), "{found}");
    }

    #[test]
    fn words_that_begin_with_import_or_export_are_none() {
        let source = "importance();\nexported = 1;\n  import('./a.js');\n";
        let found = joined(&[("main.js", source)], "main.js").unwrap();
        assert!(found.contains(source), "{found}");
    }
}
