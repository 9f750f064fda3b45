//! What a healthy kernel does not print.

/// Parts of lines that mean a kernel found a fault in itself or in a driver.
const FAULTS: &[&str] = &[
    "WARNING:",
    "BUG:",
    "Oops",
    "Call Trace:",
    "Kernel panic",
    "general protection fault",
    "unable to handle",
    "scheduling while atomic",
    "possible recursive locking",
    "unregister_netdevice: waiting",
    "refcount_t:",
    "UBSAN:",
    "NETDEV WATCHDOG",
    "hung_task",
    "blocked for more than",
    "soft lockup",
    "rcu_sched self-detected stall",
    "rcu_preempt detected stalls",
    "Unknown rela relocation",
    "disagrees about version of symbol",
    "Unknown symbol",
];

/// The lines of a kernel log that tell of a fault, in their order.
#[must_use]
pub fn faults(log: &str) -> Vec<String> {
    log.lines()
        .filter(|line| FAULTS.iter().any(|fault| line.contains(fault)))
        // The machine is ended by a panic on purpose if init fails; that is told elsewhere, but
        // it is no reason to hide the line.
        .map(|line| line.trim_end().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_found() {
        let log = "[    1.0] eth0: link up\n[    2.0] WARNING: CPU: 0 PID: 1 at net/core/dev.c:1\r\n\
                   [    3.0] unregister_netdevice: waiting for eth0 to become free. Usage count = 1\n";
        let found = faults(log);
        assert_eq!(found.len(), 2);
        assert!(found[0].ends_with("dev.c:1"));
        assert!(faults("[ 1.0] pcnet32: PCnet/PCI II 79C970A at 0xc000\n").is_empty());
    }
}
