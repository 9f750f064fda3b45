// Emitted by pcnet-partition from src/board/queue.rs. Do not edit.

//! What only the kernel has.

use microdriver::SkBuff;

/// Packets that wait.
#[derive(Debug)]
pub(crate) struct Queue {
    depth: usize,
    last: Option<SkBuff>,
}

impl Queue {
    // from src/board/queue.rs:13
    pub(super) fn new(depth: usize) -> Self {
        Self { depth, last: None }
    }

    // from src/board/queue.rs:17
    pub(crate) fn push(&mut self, skb: SkBuff) -> bool {
        self.last = Some(skb);
        self.depth > 0
    }

    // from src/board/queue.rs:22
    pub(super) fn clear(&mut self) {
        self.last = None;
    }
}
