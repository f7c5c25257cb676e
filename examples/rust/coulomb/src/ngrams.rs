use crate::cell::{call_both, rows};
use crate::handle::Handle;
use crate::{Context, Result};
use coulomb_sys as sys;

/// Counts of the n-grams of a text, and the Jensen-Shannon divergence between two texts.
pub struct Ngrams {
    handle: Handle<sys::coulomb_ngrams>,
}

impl Ngrams {
    /// Creates empty counts of n-grams of `n` symbols.
    pub fn new(context: &Context, n: usize) -> Result<Self> {
        let raw = context.cell.raw;
        let create = |out: *mut _| unsafe { sys::coulomb_ngrams_new(raw, n, out) };
        Ok(Ngrams { handle: Handle::new(&context.cell, sys::coulomb_ngrams_free, create)? })
    }

    /// Counts the n-grams of further lines, [count, length] symbols.
    pub fn add(&mut self, lines: &[u16], length: usize) -> Result<()> {
        let count = rows("lines", lines.len(), length)?;
        self.handle.call(|raw| unsafe { sys::coulomb_ngrams_add(raw, lines.as_ptr(), count, length) })
    }

    /// Number of n-grams counted, repeated ones included.
    pub fn total(&self) -> u64 {
        self.handle.context.ask(|| unsafe { sys::coulomb_ngrams_total(self.handle.raw) })
    }

    /// Number of distinct n-grams counted.
    pub fn distinct(&self) -> u64 {
        self.handle.context.ask(|| unsafe { sys::coulomb_ngrams_distinct(self.handle.raw) })
    }

    /// Jensen-Shannon divergence between two texts' n-grams, in bits.
    pub fn divergence(&self, other: &Ngrams) -> Result<f64> {
        let mut divergence = 0.0;
        let (a, b) = (&self.handle, &other.handle);
        call_both(&a.context, &b.context, || unsafe { sys::coulomb_ngrams_divergence(a.raw, b.raw, &mut divergence) })?;
        Ok(divergence)
    }
}
