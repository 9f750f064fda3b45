use partitioner_macros::{root, service, user_path};

#[user_path(always)]
fn user() {}

#[service(naps)]
fn service() {}

trait Operations {
    #[root(process, sometimes)]
    fn open(&self) {}
    #[root]
    fn stop(&self) {}
    #[root(process, deferrable)]
    fn poll(&self) {}
}

fn main() {
    user();
    service();
}
