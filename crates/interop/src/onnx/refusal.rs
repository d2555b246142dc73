//! What errors say about models that are no chain of layers.

use crate::error::InteropError;

use super::proto::Node;

/// What an error says can be read.
const SUPPORTED: &str = "a network here is three times Gemm (or MatMul and Add) and Sigmoid, one after the other, with \
     nothing between but Identity, Cast, Dropout, Flatten, Reshape, Squeeze and Unsqueeze";

/// The most characters of a name, and names, that an error shows.
const MOST_SHOWN: usize = 60;
const MOST_NAMES: usize = 4;

/// The error of a value that several nodes take.
pub(super) fn branches(value: &str, nodes: &[&Node]) -> InteropError {
    let names = names(nodes.iter().map(|node| node.name.as_str()));
    InteropError::Unsupported {
        what: format!(
            "its value {:?} goes to {} nodes ({names})",
            shown(value),
            nodes.len()
        ),
        instead: SUPPORTED,
    }
}

/// The error of a node, with the reason.
pub(super) fn refused(node: &Node, reason: &str) -> InteropError {
    InteropError::Unsupported {
        what: format!("{} {reason}", described(node)),
        instead: SUPPORTED,
    }
}

/// A node by name and operator; one without a name by the value that it gives.
pub(super) fn described(node: &Node) -> String {
    let operator = shown(&node.op_type);
    match (node.name.as_str(), node.output.first()) {
        ("", Some(output)) => format!("its node {operator} that gives {:?}", shown(output)),
        (name, _) => format!("its node {:?} ({operator})", shown(name)),
    }
}

/// Lists some names.
pub(super) fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut listed: Vec<String> = names
        .take(MOST_NAMES + 1)
        .map(|name| format!("{:?}", shown(name)))
        .collect();
    if let Some(last) = listed.get_mut(MOST_NAMES) {
        "...".clone_into(last);
    }
    listed.join(", ")
}

/// The first characters of a name.
pub(super) fn shown(name: &str) -> String {
    name.chars().take(MOST_SHOWN).collect()
}
