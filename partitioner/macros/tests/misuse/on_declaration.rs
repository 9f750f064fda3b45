use partitioner_macros::kernel_path;

trait Operations {
    #[kernel_path]
    fn open(&self);
}

struct Driver;

impl Operations for Driver {
    fn open(&self) {}
}

fn main() {
    Driver.open();
}
