//! Every attribute where it belongs.

use partitioner_macros::{kernel_only, kernel_path, root, service, user_path};

trait Operations {
    #[root(process)]
    fn open(&self) -> u8;
    #[root(atomic, deferrable)]
    fn set_rx_mode(&self) {}
    #[root(atomic, kernel)]
    fn interrupt(&self) {}
}

#[kernel_only]
struct SpinLock;

impl SpinLock {
    #[kernel_only]
    #[service]
    fn lock(&self) {}
}

#[service(sleeps)]
fn wait() {}

struct Driver;

impl Operations for Driver {
    #[user_path]
    fn open(&self) -> u8 {
        wait();
        1
    }

    #[kernel_path]
    #[inline]
    fn interrupt(&self) {
        SpinLock.lock();
    }
}

fn main() {
    assert_eq!(Driver.open(), 1);
    Driver.set_rx_mode();
    Driver.interrupt();
}
