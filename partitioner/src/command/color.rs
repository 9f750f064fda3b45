//! Whether messages have colours: the rules of cargo.

use std::env;
use std::io::{IsTerminal, stderr};
use std::sync::atomic::{AtomicBool, Ordering};

use super::cli::Color;

/// What was decided for this run.
static STYLED: AtomicBool = AtomicBool::new(false);

/// Decides for the run.
pub(super) fn decide(color: Color) -> bool {
    let styled = wanted(color);
    STYLED.store(styled, Ordering::Relaxed);
    styled
}

/// What was decided.
pub(super) fn styled() -> bool {
    STYLED.load(Ordering::Relaxed)
}

/// Decides for standard error, which is where messages go.
fn wanted(color: Color) -> bool {
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
