//! The user half of `pcnet32` as a process. Emitted by pcnet-partition.

#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    microdriver::run::<pcnet32_user::Pcnet32>()
}
