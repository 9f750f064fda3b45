use partitioner_macros::{kernel_path, user_path};

#[kernel_path]
#[user_path]
fn both() {}

fn main() {
    both();
}
