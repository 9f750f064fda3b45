//! `generate`: the man page and the shells' completions, from the arguments as they are.

use std::io;

use clap::{Args, CommandFactory, ValueEnum};
use clap_complete::Shell;

use super::cli::Cli;
use super::{FAILURE, print};

/// Arguments of `generate`.
#[derive(Debug, Args)]
pub struct GenerateArgs {
    /// What to print.
    #[arg(value_enum)]
    pub what: Generated,
}

/// What can be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Generated {
    /// The man page.
    Man,
    /// Completions for bash.
    Bash,
    /// Completions for fish.
    Fish,
    /// Completions for zsh.
    Zsh,
}

/// Prints it.
pub(super) fn run(args: &GenerateArgs) -> u8 {
    let mut text = Vec::new();
    match args.what {
        Generated::Man => {
            if let Err(error) = man(&mut text) {
                eprintln!("error: cannot write the man page: {error}");
                return FAILURE;
            }
        }
        Generated::Bash => complete(Shell::Bash, &mut text),
        Generated::Fish => complete(Shell::Fish, &mut text),
        Generated::Zsh => complete(Shell::Zsh, &mut text),
    }
    print(&String::from_utf8_lossy(&text))
}

fn complete(shell: Shell, text: &mut Vec<u8>) {
    clap_complete::generate(shell, &mut Cli::command(), "pcnet-partition", text);
}

/// The command's own page, then a section for each subcommand that is not hidden.
fn man(text: &mut Vec<u8>) -> io::Result<()> {
    let mut command = Cli::command();
    command.build();
    let page = clap_mangen::Man::new(command.clone());
    page.render_title(text)?;
    page.render_name_section(text)?;
    page.render_synopsis_section(text)?;
    page.render_description_section(text)?;
    page.render_options_section(text)?;
    let subcommands = command
        .get_subcommands()
        .filter(|subcommand| !subcommand.is_hide_set() && subcommand.get_name() != "help");
    for subcommand in subcommands {
        let name = subcommand.get_name().to_uppercase();
        let page = clap_mangen::Man::new(subcommand.clone());
        let mut part = Vec::new();
        page.render_synopsis_section(&mut part)?;
        page.render_description_section(&mut part)?;
        page.render_options_section(&mut part)?;
        page.render_extra_section(&mut part)?;
        // A page has one section of each name: those of a subcommand become parts of its own.
        let part = String::from_utf8_lossy(&part).replace("\n.SH ", "\n.SS ");
        let part = part
            .strip_prefix(".SH ")
            .map_or(part.clone(), |rest| format!(".SS {rest}"));
        text.extend(format!(".SH {name}\n{part}").bytes());
    }
    page.render_extra_section(text)
}
