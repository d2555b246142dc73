//! What errors say about files that are no state dicts.

/// What to do instead.
pub(super) const INSTEAD: &str =
    "save the weights alone with `torch.save(model.state_dict(), \"model.pt\")`";

/// The most characters of a name that an error shows.
const MOST_SHOWN: usize = 80;

/// The first characters of a name.
pub(super) fn shown(name: &str) -> String {
    name.chars().take(MOST_SHOWN).collect()
}
