//! The model diagram as text for programs that draw it: Mermaid and Graphviz.

use super::layer::{DenseLayer, digits_listed, shape, total_parameters};
use crate::base::number_format::grouped;

/// The network as a Mermaid flowchart, which GitHub and many editors draw.
///
/// Each node has the name, shapes and parameters of a layer; the title has the total.
#[must_use]
pub fn mermaid(layers: &[DenseLayer]) -> String {
    let total = grouped(total_parameters(layers));
    let mut lines = vec![format!(
        "---\ntitle: \"{total} parameters\"\n---\nflowchart TD"
    )];
    if let Some(first) = layers.first() {
        let output = shape(first.inputs);
        lines.push(format!("    input[\"input (InputLayer)<br/>{output}\"]"));
    }
    let mut previous = "input".to_owned();
    for (layer, number) in layers.iter().zip(1..) {
        let node = format!("layer{number}");
        let digits =
            digits_listed(layer).map_or_else(String::new, |digits| format!("<br/>{digits}"));
        lines.push(format!(
            "    {node}[\"{} (Dense, {})<br/>{} → {}<br/>{} parameters{digits}\"]",
            mermaid_escaped(&layer.name),
            mermaid_escaped(&layer.activation),
            shape(layer.inputs),
            shape(layer.units),
            grouped(layer.parameters()),
        ));
        lines.push(format!("    {previous} --> {node}"));
        previous = node;
    }
    lines.join("\n") + "\n"
}

/// Mermaid interprets quotes, Markdown and HTML in a label: all characters except letters, digits,
/// spaces, hyphens and underscores become character codes.
fn mermaid_escaped(text: &str) -> String {
    let escaped = |character: char| match character {
        ' ' | '-' | '_' => character.to_string(),
        _ if character.is_alphanumeric() => character.to_string(),
        _ if character.is_control() => " ".to_owned(),
        _ => format!("#{};", u32::from(character)),
    };
    text.chars().map(escaped).collect()
}

/// The network in Graphviz's DOT language, for `dot -Tsvg`: tables like those of Keras's
/// `plot_model`, with the total below.
#[must_use]
pub fn dot(layers: &[DenseLayer]) -> String {
    let total = grouped(total_parameters(layers));
    let mut lines = vec![
        "digraph network {".to_owned(),
        format!("    graph [label=\"{total} parameters\", labelloc=b, fontname=\"Helvetica\"]"),
        "    node [shape=plain, fontname=\"Helvetica\"]".to_owned(),
    ];
    if let Some(first) = layers.first() {
        let output = format!("<tr><td>Output shape: {}</td></tr>", shape(first.inputs));
        lines.push(dot_node("input", "input (InputLayer)", 1, &output));
    }
    let mut previous = "input".to_owned();
    for (layer, number) in layers.iter().zip(1..) {
        let node = format!("layer{number}");
        let digits = digits_listed(layer).map_or_else(String::new, |digits| {
            format!("<tr><td colspan=\"2\">{digits}</td></tr>")
        });
        let rows = format!(
            "<tr><td colspan=\"2\">Activation: {}</td></tr>\
             <tr><td>Input shape: {}</td><td>Output shape: {}</td></tr>\
             <tr><td colspan=\"2\">Parameters: {}</td></tr>{digits}",
            dot_escaped(&layer.activation),
            shape(layer.inputs),
            shape(layer.units),
            grouped(layer.parameters()),
        );
        let name = format!("{} (Dense)", dot_escaped(&layer.name));
        lines.push(dot_node(&node, &name, 2, &rows));
        lines.push(format!("    {previous} -> {node}"));
        previous = node;
    }
    lines.join("\n") + "\n}\n"
}

fn dot_node(node: &str, name: &str, columns: usize, rows: &str) -> String {
    format!(
        "    {node} [label=<<table border=\"0\" cellborder=\"1\" cellspacing=\"0\" cellpadding=\"6\">\
         <tr><td colspan=\"{columns}\" bgcolor=\"black\"><font color=\"white\"><b>{name}</b></font></td></tr>\
         {rows}</table>>]"
    )
}

/// Table labels are XML in which `\N` still means the name of the node: a zero-width space after each
/// backslash prevents that.
fn dot_escaped(text: &str) -> String {
    let escaped = |character: char| match character {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '"' => "&quot;".to_owned(),
        '\\' => "\\&#8203;".to_owned(),
        '\u{fffe}' | '\u{ffff}' => " ".to_owned(),
        _ if character.is_control() => " ".to_owned(),
        _ => character.to_string(),
    };
    text.chars().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(name: &str, inputs: usize, units: usize, activation: &str) -> DenseLayer {
        DenseLayer {
            name: name.to_owned(),
            inputs,
            units,
            activation: activation.to_owned(),
            digits: Vec::new(),
        }
    }

    #[test]
    fn the_units_of_digits_are_listed() {
        let output = DenseLayer {
            digits: vec![3, 5, 8],
            ..layer("output", 15, 3, "softmax")
        };
        let text = mermaid(std::slice::from_ref(&output));
        assert!(
            text.contains("48 parameters<br/>Units: 3, 5, 8\"]"),
            "{text}"
        );
        let text = dot(&[output]);
        let row = "Parameters: 48</td></tr><tr><td colspan=\"2\">Units: 3, 5, 8</td></tr></table>";
        assert!(text.contains(row), "{text}");
    }

    #[test]
    fn mermaid_has_a_node_for_each_layer_in_order() {
        let layers = [
            layer("hidden", 400, 25, "sigmoid"),
            layer("output", 25, 1, "linear"),
        ];
        let expected = "\
---
title: \"10,051 parameters\"
---
flowchart TD
    input[\"input (InputLayer)<br/>(None, 400)\"]
    layer1[\"hidden (Dense, sigmoid)<br/>(None, 400) → (None, 25)<br/>10,025 parameters\"]
    input --> layer1
    layer2[\"output (Dense, linear)<br/>(None, 25) → (None, 1)<br/>26 parameters\"]
    layer1 --> layer2
";
        assert_eq!(mermaid(&layers), expected);
    }

    #[test]
    fn graphviz_has_a_table_for_each_layer_in_order() {
        // Graphviz 2.43 draws this without a warning (`dot -Tpng`).
        let expected = "\
digraph network {
    graph [label=\"16 parameters\", labelloc=b, fontname=\"Helvetica\"]
    node [shape=plain, fontname=\"Helvetica\"]
    input [label=<<table border=\"0\" cellborder=\"1\" cellspacing=\"0\" cellpadding=\"6\">\
<tr><td colspan=\"1\" bgcolor=\"black\"><font color=\"white\"><b>input (InputLayer)</b></font></td></tr>\
<tr><td>Output shape: (None, 15)</td></tr></table>>]
    layer1 [label=<<table border=\"0\" cellborder=\"1\" cellspacing=\"0\" cellpadding=\"6\">\
<tr><td colspan=\"2\" bgcolor=\"black\"><font color=\"white\"><b>output (Dense)</b></font></td></tr>\
<tr><td colspan=\"2\">Activation: sigmoid</td></tr>\
<tr><td>Input shape: (None, 15)</td><td>Output shape: (None, 1)</td></tr>\
<tr><td colspan=\"2\">Parameters: 16</td></tr></table>>]
    input -> layer1
}
";
        assert_eq!(dot(&[layer("output", 15, 1, "sigmoid")]), expected);
    }

    #[test]
    fn names_are_escaped() {
        let layers = [layer("a\"]<b>&\n#`1.\\", 1, 1, "x;%%{init}")];
        let text = mermaid(&layers);
        let line = text.lines().find(|line| line.contains("layer1[")).unwrap();
        // Quote 34, bracket 93, less 60, greater 62, ampersand 38, number sign 35, backtick 96,
        // point 46, backslash 92; semicolon 59, percent 37, braces 123 and 125.
        assert_eq!(
            line.split_once("<br/>").unwrap().0,
            "    layer1[\"a#34;#93;#60;b#62;#38; #35;#96;1#46;#92; \
             (Dense, x#59;#37;#37;#123;init#125;)"
        );
        let text = dot(&layers);
        assert!(text.contains("<b>a&quot;]&lt;b&gt;&amp; #`1.\\&#8203; (Dense)</b>"));
    }

    #[test]
    fn no_layers_give_an_empty_diagram() {
        assert_eq!(
            mermaid(&[]),
            "---\ntitle: \"0 parameters\"\n---\nflowchart TD\n"
        );
        assert!(!dot(&[]).contains("->"));
    }
}
