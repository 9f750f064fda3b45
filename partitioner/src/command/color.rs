//! Whether messages have colours: the rules of cargo.

use std::env;
use std::io::{IsTerminal, stderr};

use super::cli::Color;

/// Decides for standard error, which is where messages go.
pub(super) fn wanted(color: Color) -> bool {
    let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            variable("NO_COLOR").is_none()
                && variable("TERM").is_none_or(|terminal| terminal != "dumb")
                && stderr().is_terminal()
        }
    }
}
