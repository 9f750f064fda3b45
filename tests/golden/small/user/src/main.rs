//! The user half of `small` as a process. Emitted by pcnet-partition.

#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    microdriver::run::<small_user::Small>()
}
