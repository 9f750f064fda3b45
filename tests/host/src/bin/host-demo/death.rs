//! The user half is killed while frames fly and a control operation is under way.

use std::time::Duration;

use host_rig::{Errno, Machine, SlotId};
use serde_json::{Value, json};

use crate::traffic::exchange;

const DEATHS: u32 = 10;
/// Pairs of frames before, during and after each.
const FRAMES: u32 = 20;

/// Kills it again and again; counts what was lost.
pub(crate) fn of_user_half(machine: &mut Machine, a: SlotId, b: SlotId) -> Value {
    let interface = machine.interface(a);
    let ring = interface.ring().ok();
    let (mut sent, mut lost, mut failed) = (0, 0, Vec::new());
    for _ in 0..DEATHS {
        let calls = std::thread::spawn({
            let interface = interface.clone();
            // Until one of them fails: the user half dies during it, or before the next.
            move || -> Errno {
                loop {
                    if let Err(error) = interface.link_settings() {
                        return error;
                    }
                }
            }
        });
        let mut fly = |machine: &Machine| {
            sent += 2 * FRAMES;
            lost += (0..FRAMES)
                .map(|number| exchange(machine, a, b, number))
                .sum::<u32>();
        };
        fly(machine);
        machine.kill_user_half(a);
        machine.set_upcall_timeout(Duration::from_millis(20));
        fly(machine);
        failed.push(
            calls
                .join()
                .map_or_else(|_| "panic".to_owned(), |error| error.to_string()),
        );
        machine.set_upcall_timeout(Duration::from_secs(2));
        machine.start_user_half(a);
        fly(machine);
    }
    json!({
        "deaths": DEATHS,
        "sent": sent,
        "lost": lost,
        "failed_with": failed,
        "settings_kept": ring.is_some() && interface.ring().ok() == ring,
    })
}
