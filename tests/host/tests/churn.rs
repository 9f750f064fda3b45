//! Up and down, load and unload, again and again while frames fly: nothing may be lost but frames.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;

use host_rig::{Errno, Host, Machine, Part, SlotId, frame};

/// Up and down so many times.
const CYCLES: usize = 1_000;
/// Loaded and unloaded so many times.
const LOADS: usize = 200;

/// A thread that sends to and from cards as fast as it can.
struct Traffic {
    stop: Arc<AtomicBool>,
    sent: Arc<AtomicU64>,
    thread: Option<JoinHandle<()>>,
}

impl Traffic {
    fn start(host: Arc<Host>, cards: Vec<SlotId>) -> Self {
        let (stop, sent) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(AtomicU64::new(0)),
        );
        let (stops, count) = (stop.clone(), sent.clone());
        let thread = std::thread::spawn(move || {
            let mut number = 0u32;
            while !stops.load(Ordering::Relaxed) {
                number = number.wrapping_add(1);
                let bytes = frame(&number.to_le_bytes().repeat(1 + number as usize % 300));
                for &card in &cards {
                    host.inject(card, &bytes);
                    match host.interface(card).map(|interface| interface.send(&bytes)) {
                        Some(Ok(())) => {
                            count.fetch_add(1, Ordering::Relaxed);
                        }
                        None | Some(Err(Errno::ENETDOWN | Errno::ENOBUFS)) => {}
                        Some(Err(error)) => panic!("{error}"),
                    }
                }
                // The machine's threads are as many as it has; the queues have no end of their own.
                host.settle();
            }
        });
        Self {
            stop,
            sent,
            thread: Some(thread),
        }
    }

    /// Ends it; returns how many frames went out.
    fn end(mut self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the traffic goes on");
        }
        self.sent.load(Ordering::Relaxed)
    }
}

host_rig::both! {
    /// The interface goes up and down under traffic.
    fn up_and_down(variant) {
        let (mut machine, card) = Machine::ready(variant);
        let interface = machine.interface(card);
        let traffic = Traffic::start(machine.shared_host(), vec![card]);
        for _ in 0..CYCLES {
            interface.up().unwrap();
            interface.down().unwrap();
        }
        let sent = traffic.end();
        assert!(sent > 0, "nothing was sent meanwhile");
        machine.rmmod();
    }

    /// The module is loaded and unloaded under traffic, each time with the interface up.
    fn load_and_unload(variant) {
        let mut machine = Machine::new(variant);
        let card = machine.card(Part::Am79C970A);
        let traffic = Traffic::start(machine.shared_host(), vec![card]);
        for _ in 0..LOADS {
            machine.insmod(&[]).unwrap();
            machine.interface(card).up().unwrap();
            // Checks that everything was given back.
            machine.rmmod();
        }
        traffic.end();
    }
}
