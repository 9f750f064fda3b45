//! Fingerprints of wire forms, computed while compiling.

const PRIME: u64 = 0x0000_0100_0000_01b3;

const fn mix(mut hash: u64, bytes: &[u8]) -> u64 {
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(PRIME);
        i += 1;
    }
    // A separator keeps ("ab", "c") and ("a", "bc") apart.
    (hash ^ 0xff).wrapping_mul(PRIME)
}

/// The shape of a type (FNV-1a, 64 bits) from its name and the names and shapes of its parts.
pub const fn of(name: &str, parts: &[(&str, u64)]) -> u64 {
    let mut hash = mix(0xcbf2_9ce4_8422_2325, name.as_bytes());
    let mut i = 0;
    while i < parts.len() {
        hash = mix(hash, parts[i].0.as_bytes());
        hash = mix(hash, &parts[i].1.to_le_bytes());
        i += 1;
    }
    hash
}

/// The ABI fingerprint of a split driver: its plan and every type that crosses, in order.
pub const fn fingerprint(plan: u64, shapes: &[u64]) -> u64 {
    let mut hash = mix(plan, &crate::protocol::VERSION.to_le_bytes());
    hash = mix(hash, &crate::riding::SHAPE.to_le_bytes());
    let mut i = 0;
    while i < shapes.len() {
        hash = mix(hash, &shapes[i].to_le_bytes());
        i += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_order_count() {
        assert_ne!(
            of("A", &[("x", 1), ("y", 2)]),
            of("A", &[("y", 2), ("x", 1)])
        );
        assert_ne!(of("A", &[("ab", 1)]), of("Aa", &[("b", 1)]));
        assert_ne!(fingerprint(1, &[2]), fingerprint(2, &[1]));
    }
}
