//! The scripts of `app completions`, in the shells that this machine has.

use std::process::Command;

use crate::app::App;
use crate::skipped::or_skip;

/// Writes the script of a shell, and returns what a command that uses it prints; an error if there is no such shell.
fn with_script(app: &App, shell: &str, arguments: &[&str]) -> Result<String, String> {
    let script = app.succeeds(&["completions", shell]).stdout;
    fs_err::write(app.path().join("script"), script).unwrap();
    let mut command = Command::new(shell);
    let output = command.args(arguments).current_dir(app.path()).output();
    let output = output.map_err(|_| format!("no {shell}"))?;
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{shell}");
    Ok(String::from_utf8(output.stdout).unwrap())
}

/// What is typed after `app`, and some of what is offered.
const TYPED: [(&str, &[&str]); 5] = [
    ("tra", &["train"]),
    ("sweep sh", &["show"]),
    ("train --engine ", &["auto", "burn", "fused"]),
    ("sweep show --metric v", &["val_loss", "val_accuracy"]),
    ("train --learning-rate-s", &["--learning-rate-schedule"]),
];

#[track_caller]
fn assert_offered(shell: &str, typed: &str, offered: &str, expected: &[&str]) {
    // Some shells add a description.
    let words: Vec<&str> = offered.split_whitespace().collect();
    for word in expected {
        assert!(words.contains(word), "{shell}: app {typed}: {offered}");
    }
    assert!(
        !words.contains(&"summary"),
        "{shell}: app {typed}: {offered}"
    );
}

#[test]
fn bash_completes_commands_flags_and_values() {
    let app = App::new();
    for (typed, expected) in TYPED {
        let line = format!(
            "source ./script; words=({typed}); [[ '{typed}' == *' ' ]] && words+=(''); \
             COMP_WORDS=(app \"${{words[@]}}\"); COMP_CWORD=${{#words[@]}}; \
             _app app \"${{COMP_WORDS[-1]}}\" \"${{COMP_WORDS[-2]}}\"; echo \"${{COMPREPLY[@]}}\""
        );
        let Some(offered) = or_skip(with_script(&app, "bash", &["-c", &line]), "REQUIRE_BASH")
        else {
            return;
        };
        assert_offered("bash", typed, &offered, expected);
    }
}

#[test]
fn bash_completes_files_where_an_argument_is_one() {
    let app = App::new();
    for name in ["one.png", "one two.keras"] {
        fs_err::write(app.path().join(name), "").unwrap();
    }
    for (typed, expected) in [
        ("predict on", "one two.keras|one.png|"),
        ("predict run on", "one two.keras|one.png|"),
        ("import one.", "one.png|"),
        ("crossval on", ""),
        ("predict --js", "--json|"),
        ("data fe", "fetch|"),
    ] {
        let line = format!(
            "source ./script; words=({typed}); COMP_WORDS=(app \"${{words[@]}}\"); COMP_CWORD=${{#words[@]}}; \
             _app app \"${{COMP_WORDS[-1]}}\" \"${{COMP_WORDS[-2]}}\"; \
             printf '%s\\n' \"${{COMPREPLY[@]}}\" | sort | tr '\\n' '|'"
        );
        let Some(offered) = or_skip(with_script(&app, "bash", &["-c", &line]), "REQUIRE_BASH")
        else {
            return;
        };
        assert_eq!(offered.trim_start_matches('|'), expected, "app {typed}");
    }
}

#[test]
fn a_hidden_command_is_not_completed() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = App::new().succeeds(&["completions", shell]).stdout;
        assert!(
            script.contains("crossval") && !script.contains("self-check"),
            "{shell}"
        );
    }
}

#[test]
fn fish_completes_commands_flags_and_values() {
    let app = App::new();
    for (typed, expected) in TYPED {
        let line = format!("source ./script; complete -C 'app {typed}'");
        let found = with_script(&app, "fish", &["--no-config", "-c", &line]);
        let Some(offered) = or_skip(found, "REQUIRE_FISH") else {
            return;
        };
        assert_offered("fish", typed, &offered, expected);
    }
}

/// zsh completes in an interactive shell only: one on a pseudo-terminal of its own, where Tab is pressed.
#[test]
fn zsh_completes_commands_flags_and_values() {
    let app = App::new();
    for (typed, completed) in [
        ("tra", "app train"),
        ("train --engine f", "--engine fused"),
        ("train --learning-rate-s", "--learning-rate-schedule"),
    ] {
        let line = format!(
            "zmodload zsh/zpty; zpty shell zsh -f -i; \
             zpty -w shell 'PS1=; unsetopt zle_bracketed_paste; autoload -U compinit; compinit -u -D; \
             source ./script; compdef _app app; echo ready'; \
             zpty -r shell found '*ready*ready*'; \
             zpty -n -w shell $'app {typed}\\t'; sleep 0.5; zpty -n -w shell $'\\x15exit\\n'; \
             while zpty -r shell found; do print -r -- $found; done"
        );
        let found = with_script(&app, "zsh", &["-f", "-c", &line]);
        let Some(found) = or_skip(found, "REQUIRE_ZSH") else {
            return;
        };
        assert!(found.contains(completed), "app {typed}: {found}");
    }
}

#[test]
fn the_help_says_where_each_shell_finds_its_script() {
    let help = App::new().succeeds(&["completions", "--help"]).stdout;
    for place in [
        "bash-completion/completions/app",
        "$fpath",
        "fish/completions/app.fish",
        "elvish/lib/app.elv",
        "$PROFILE",
    ] {
        assert!(help.contains(place), "{place}: {help}");
    }
    for shell in ["elvish", "powershell"] {
        App::new()
            .succeeds(&["completions", shell])
            .stdout_has("sweep");
    }
    App::new().refused(&["completions", "bsh"], &["'bash'"]);
}
