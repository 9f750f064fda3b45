//! What the C glue provides to a kernel half, for an ordinary process.
