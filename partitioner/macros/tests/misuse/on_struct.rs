use partitioner_macros::user_path;

#[user_path]
struct State;

fn main() {
    let _ = State;
}
