//! Bringing the chip up and down, and changing it meanwhile. Everything that does so holds `control`.
//!
//! While `Control::up` is true: both rings are in their places (or in the hands of the poll), the
//! interrupt is requested and NAPI is enabled. While it is false: nothing of that, and the chip is
//! stopped.

use crate::Pcnet32;
use crate::chip;
use crate::counters::count;
use crate::filter::Filter;
use crate::rings::{RxRing, Setup, TxRing, write_block};
use crate::state::{Configuration, Control, Media};
use microdriver::{Error, Register, Registers, Result, dev_err, kernel_path};

/// The work item of the link watchdog, and its period.
pub(crate) const LINK_WATCH: u32 = 0;
const LINK_WATCH_MS: u32 = 2_000;

/// Ring sizes: powers of two.
pub(crate) const LEAST_ENTRIES: u32 = 4;
pub(crate) const MOST_ENTRIES: u32 = 512;

/// Longest time that reading the initialization block may take, in microseconds.
const INIT_US: u32 = 1_000;

/// What was set in the chip when it was stopped.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kept {
    pub(crate) filter: Filter,
    pub(crate) media: Media,
}

impl Configuration {
    /// Whether a chip can be started with it.
    fn is_sound(&self) -> bool {
        [self.tx_entries, self.rx_entries].iter().all(|entries| {
            entries.is_power_of_two() && (LEAST_ENTRIES..=MOST_ENTRIES).contains(entries)
        })
    }
}

impl Media {
    /// The port bits of CSR15.
    pub(crate) fn port_bits(&self) -> u16 {
        if self.twisted_pair {
            chip::PORT_TWISTED_PAIR
        } else {
            0
        }
    }

    /// The automatic selection bit of BCR2.
    pub(crate) fn select_bits(&self) -> u32 {
        if self.auto_select { chip::ASEL } else { 0 }
    }

    /// The full duplex bits of BCR9.
    pub(crate) fn duplex_bits(&self) -> u32 {
        if self.full_duplex {
            chip::FULL_DUPLEX
        } else {
            0
        }
    }

    /// What BCR2, BCR9 and CSR15 say.
    fn from_registers(bcr2: u32, bcr9: u32, mode: u16) -> Self {
        Self {
            auto_select: bcr2 & chip::ASEL != 0,
            twisted_pair: mode & chip::PORT == chip::PORT_TWISTED_PAIR,
            full_duplex: bcr9 & chip::FULL_DUPLEX != 0,
        }
    }
}

/// Reads one register.
#[kernel_path]
#[inline]
pub(crate) fn read_one(registers: &Registers, register: Register) -> u32 {
    let mut transaction = registers.transaction();
    let token = transaction.read(register);
    transaction.run().map_or(0, |values| values.get(token))
}

/// Writes one register.
#[kernel_path]
#[inline]
pub(crate) fn write_one(registers: &Registers, register: Register, value: u32) {
    let mut transaction = registers.transaction();
    transaction.write(register, value);
    let _ = transaction.run();
}

impl Pcnet32 {
    /// Brings the chip up, for an interface that is going up.
    #[kernel_path]
    pub(crate) fn start(&self, configuration: Configuration) -> Result<()> {
        if !configuration.is_sound() {
            return Err(Error::EINVAL);
        }
        let mut control = self.control.lock();
        if control.up {
            return Err(Error::EBUSY);
        }
        // Checked under the lock that `quiesce` takes: an interface that went down meanwhile stays down.
        if !self.device.is_running() {
            return Err(Error::ENETDOWN);
        }
        control.configuration = configuration;
        control.filter = Filter::default();
        self.bring_up(&mut control)
    }

    /// Stops the chip and gives up everything: no DMA, no interrupt, no poll, no memory.
    #[kernel_path]
    pub(crate) fn stop_all(&self) {
        let mut control = self.control.lock();
        control.asleep = false;
        self.bring_down(&mut control);
    }

    /// Starts the chip anew, with another filter or other media where they are given. What waits to be
    /// sent is lost.
    #[kernel_path]
    pub(crate) fn restart(&self, filter: Option<Filter>, media: Option<Media>) -> Result<()> {
        let control = self.control.lock();
        if !control.up {
            return Ok(());
        }
        let kept = self.halt_chip();
        let media = media.unwrap_or(kept.media);
        // No step of it can fail; and NAPI is to be enabled again in any case.
        let _ = self.select_media(&media);
        let setup = self.setup_for(&filter.unwrap_or(kept.filter), &media);
        match self.take_rings() {
            (Some(tx), Some(rx)) => self.launch(tx, rx, &setup),
            _ => {
                // Cannot be, while `up`; NAPI must be enabled as often as it is disabled.
                self.device.enable_napi();
                Err(Error::EIO)
            }
        }
    }

    /// The same, after nothing was sent for too long.
    #[kernel_path]
    pub(crate) fn restart_stalled(&self) -> Result<()> {
        {
            let mut transmitter = self.transmitter.lock();
            count(&mut transmitter.counters.timeouts, 1);
            count(&mut transmitter.counters.errors, 1);
        }
        self.restart(None, None)
    }

    /// The same, from the poll, which owns both rings as long as it runs.
    #[kernel_path]
    pub(crate) fn restart_in_poll(&self) {
        // A packet that is under way in `start_xmit` finds no ring, and is dropped and counted.
        self.device.stop_queue();
        let kept = self.stop_chip();
        let setup = self.setup_for(&kept.filter, &kept.media);
        if let (Some(tx), Some(rx)) = self.take_rings()
            && self.arm(tx, rx, &setup).is_ok()
        {
            self.device.wake_queue();
        }
    }

    /// Replaces the rings by larger or smaller ones; where there is no memory, the old ones stay.
    #[kernel_path]
    pub(crate) fn resize(&self, tx_entries: u32, rx_entries: u32) -> Result<()> {
        let mut control = self.control.lock();
        let configuration = Configuration {
            tx_entries,
            rx_entries,
            ..control.configuration
        };
        if !configuration.is_sound() {
            return Err(Error::EINVAL);
        }
        if !control.up {
            return Ok(());
        }
        let tx = TxRing::new(&self.device, tx_entries)?;
        let rx = RxRing::new(&self.device, rx_entries)?;
        let kept = self.halt_chip();
        drop(self.take_rings());
        control.configuration = configuration;
        self.launch(tx, rx, &self.setup_for(&kept.filter, &kept.media))
    }

    /// Before the machine sleeps: remembers what is set, and goes down.
    #[kernel_path]
    pub(crate) fn sleep_chip(&self) {
        let mut control = self.control.lock();
        if !control.up {
            return;
        }
        self.device.detach_interface();
        if let Some(kept) = self.bring_down(&mut control) {
            control.filter = kept.filter;
            control.configuration.media = kept.media;
        }
        control.asleep = true;
    }

    /// After the machine has slept: up again, if it was up.
    #[kernel_path]
    pub(crate) fn wake_chip(&self) -> Result<()> {
        let mut control = self.control.lock();
        if !control.asleep {
            return Ok(());
        }
        control.asleep = false;
        self.bring_up(&mut control)?;
        self.device.attach_interface();
        Ok(())
    }

    /// Whether the link is to be watched, and if so, whether for the first time since the start. Sets
    /// the clock for the next time.
    #[kernel_path]
    pub(crate) fn next_watch(&self) -> Option<bool> {
        let mut control = self.control.lock();
        if !control.up {
            return None;
        }
        self.device.schedule_work(LINK_WATCH, LINK_WATCH_MS);
        let first = !control.watched;
        control.watched = true;
        Some(first)
    }

    #[kernel_path]
    fn bring_up(&self, control: &mut Control) -> Result<()> {
        let Configuration {
            tx_entries,
            rx_entries,
            media,
        } = control.configuration;
        let tx = TxRing::new(&self.device, tx_entries)?;
        let rx = RxRing::new(&self.device, rx_entries)?;
        self.prepare_chip(&media)?;
        // The chip is stopped, so what comes before it is started is another device's.
        self.device.request_irq()?;
        control.up = true;
        control.watched = false;
        let setup = self.setup_for(&control.filter, &media);
        if let Err(error) = self.launch(tx, rx, &setup) {
            self.bring_down(control);
            return Err(error);
        }
        // Under `control`, so that `bring_down` cannot come in between.
        if self.identity.chip.senses_link() {
            self.device.schedule_work(LINK_WATCH, 0);
        }
        Ok(())
    }

    #[kernel_path]
    fn bring_down(&self, control: &mut Control) -> Option<Kept> {
        if !control.up {
            return None;
        }
        self.device.cancel_work(LINK_WATCH);
        let kept = self.halt_chip();
        self.device.free_irq();
        // For whatever drives the chip next, a boot loader say.
        write_one(&self.registers, chip::BCR20, chip::STYLE_16_BIT);
        drop(self.take_rings());
        control.up = false;
        Some(kept)
    }

    /// From reset to ready for the initialization block.
    #[kernel_path]
    fn prepare_chip(&self, media: &Media) -> Result<()> {
        let mut faults = self.faults.lock();
        let mut transaction = self.registers.transaction();
        transaction.read(chip::RESET);
        transaction.write(chip::BCR20, chip::STYLE_32_BIT);
        if let Some(point) = self.tuning.start_point {
            transaction.modify(
                chip::CSR80,
                chip::START_POINT,
                point << chip::START_POINT_SHIFT,
            );
        }
        let missed = transaction.read(chip::CSR112);
        faults.missed_seen = transaction.run()?.get16(missed);
        drop(faults);
        self.select_media(media)
    }

    /// Port selection and duplex; the port itself comes with the initialization block.
    #[kernel_path]
    fn select_media(&self, media: &Media) -> Result<()> {
        let mut transaction = self.registers.transaction();
        transaction.modify(chip::BCR2, chip::ASEL, media.select_bits());
        if self.identity.chip.has_two_ports() {
            transaction.modify(chip::BCR9, chip::FULL_DUPLEX, media.duplex_bits());
        }
        transaction.run().map(drop)
    }

    #[kernel_path]
    pub(crate) fn setup_for(&self, filter: &Filter, media: &Media) -> Setup {
        Setup {
            mode: media.port_bits() | filter.mode_bits(),
            station: self.device.address(),
            hash: filter.hash,
        }
    }

    /// Stops everything that uses the rings. To be followed by [`Self::launch`], or by going down.
    #[kernel_path]
    pub(crate) fn halt_chip(&self) -> Kept {
        self.device.disable_transmit();
        self.device.disable_napi();
        self.stop_chip()
    }

    /// Stops the chip: it touches neither memory nor the interrupt line any more.
    #[kernel_path]
    fn stop_chip(&self) -> Kept {
        let mut faults = self.faults.lock();
        let mut transaction = self.registers.transaction();
        let missed = transaction.read(chip::CSR112);
        transaction.write(chip::CSR0, chip::STOP);
        let filter = [8, 9, 10, 11].map(|index| transaction.read(chip::csr(index)));
        let mode = transaction.read(chip::CSR15);
        let bcr2 = transaction.read(chip::BCR2);
        let bcr9 = transaction.read(chip::BCR9);
        let missed_now = transaction.read(chip::CSR112);
        let Ok(values) = transaction.run() else {
            // No step here can fail: there is no wait, and every register is in the region.
            return Kept {
                filter: Filter::default(),
                media: Media::from_registers(0, 0, chip::PORT_TWISTED_PAIR),
            };
        };
        // Whether stopping clears the counter depends on the chip.
        faults.see_missed(values.get16(missed));
        faults.missed_seen = values.get16(missed_now);
        let mode = values.get16(mode);
        Kept {
            filter: Filter {
                promiscuous: mode & chip::PROMISCUOUS != 0,
                hash: filter.map(|word| values.get16(word)),
            },
            media: Media::from_registers(values.get(bcr2), values.get(bcr9), mode),
        }
    }

    /// Takes both rings out of their places. Not for use while the poll may run, but by the poll.
    #[kernel_path]
    pub(crate) fn take_rings(&self) -> (Option<TxRing>, Option<RxRing>) {
        let tx = self.transmitter.lock().ring.take();
        let rx = self.receiver.lock().ring.take();
        (tx, rx)
    }

    /// Starts the chip on these rings, and then the stack.
    #[kernel_path]
    pub(crate) fn launch(&self, tx: TxRing, rx: RxRing, setup: &Setup) -> Result<()> {
        // Before the chip is started: an interrupt that cannot claim the poll stays masked.
        self.device.enable_napi();
        self.arm(tx, rx, setup)?;
        self.device.touch_watchdog();
        self.device.wake_queue();
        Ok(())
    }

    /// Puts the rings in their places, empties them, and starts the chip on them.
    #[kernel_path]
    fn arm(&self, mut tx: TxRing, mut rx: RxRing, setup: &Setup) -> Result<()> {
        tx.forget_packets();
        rx.offer_buffers();
        let block = {
            let mut block = self.block.lock();
            write_block(&mut block, setup, &tx, &rx);
            block.address()
        };
        // What was there (nothing) is dropped after the locks: DMA memory is not freed under them.
        let before = (
            self.transmitter.lock().ring.replace(tx),
            self.receiver.lock().ring.replace(rx),
        );
        drop(before);
        let started = self.start_chip(block, chip::MASK_NONE);
        if started.is_err() {
            dev_err!(
                self.device,
                "the chip does not read its initialization block"
            );
        }
        started
    }

    /// Has the chip read the initialization block at `block`, then starts it (section "Initialization").
    #[kernel_path]
    pub(crate) fn start_chip(&self, block: u32, masks: u32) -> Result<()> {
        let mut transaction = self.registers.transaction();
        transaction.write(chip::CSR1, block & 0xffff);
        transaction.write(chip::CSR2, block >> 16);
        transaction.write(chip::CSR3, masks);
        transaction.write(chip::CSR4, chip::FEATURES);
        transaction.write(chip::CSR0, chip::INIT);
        transaction.wait(chip::CSR0, chip::IDON, chip::IDON, INIT_US);
        transaction.write(chip::CSR0, chip::IENA | chip::IDON | chip::STRT);
        transaction.run().map(drop)
    }
}
