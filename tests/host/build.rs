//! The kernel halves that the tests load find the glue's functions in the test programs.

fn main() {
    println!("cargo::rustc-link-arg=-rdynamic");
    println!("cargo::rerun-if-changed=build.rs");
}
