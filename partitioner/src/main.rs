//! `pcnet-partition`: see `pcnet-partition --help`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    partitioner::command::main()
}
