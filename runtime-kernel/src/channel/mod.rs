pub(crate) fn upcall<A: crate::wire::Lower, R: crate::wire::Wire>(_d: &crate::Device, _n: u16, _a: &A) -> crate::Result<R> { Err(crate::Error::EHOSTDOWN) }
pub(crate) fn defer<A: crate::wire::Lower>(_d: &crate::Device, _n: u16, _a: &A) {}
