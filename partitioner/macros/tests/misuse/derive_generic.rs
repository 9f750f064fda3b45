use partitioner_macros::{State, Wire};

#[derive(Wire)]
struct Generic<T>(T);

#[derive(State)]
struct Tuple(u8);

#[derive(Wire)]
enum Never {}

#[derive(Wire)]
union Either {
    a: u8,
    b: u8,
}

fn main() {}
