use partitioner_macros::user_path;

#[user_path]
#[user_path]
fn twice() {}

fn main() {
    twice();
}
