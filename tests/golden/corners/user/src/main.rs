//! The user half of `corner-cases` as a process. Emitted by pcnet-partition.

#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    microdriver::run::<corner_cases_user::Board>()
}
