use crate::cell::{fits, rows};
use crate::handle::Handle;
use crate::{Context, Result};
use coulomb_sys as sys;
use std::ptr;

/// How well samples match a mixture with known means.
pub struct Modes {
    handle: Handle<sys::coulomb_modes>,
    dimension: usize,
    modes: usize,
}

impl Modes {
    /// Assigns each sample to its nearest mean and counts. Means are [modes, dimension], samples [count, dimension].
    /// Samples within the radius belong to a mode.
    pub fn new(context: &Context, dimension: usize, means: &[f32], samples: &[f32], radius: f64) -> Result<Self> {
        let modes = rows("means", means.len(), dimension)?;
        let count = rows("samples", samples.len(), dimension)?;
        let raw = context.cell.raw;
        let create = |out: *mut _| unsafe {
            let (means, samples) = (means.as_ptr(), samples.as_ptr());
            sys::coulomb_modes_new(raw, dimension, means, modes, samples, count, radius, out)
        };
        Ok(Modes { handle: Handle::new(&context.cell, sys::coulomb_modes_free, create)?, dimension, modes })
    }

    /// Number of modes with at least one sample within the radius.
    pub fn found(&self) -> usize {
        self.handle.context.ask(|| unsafe { sys::coulomb_modes_found(self.handle.raw) })
    }

    /// Share of samples within the radius of their nearest mean.
    pub fn share(&self) -> f64 {
        self.handle.context.ask(|| unsafe { sys::coulomb_modes_share(self.handle.raw) })
    }

    /// Mean variance within the radius, over the modes found and over coordinates.
    pub fn variance(&self) -> f64 {
        self.handle.context.ask(|| unsafe { sys::coulomb_modes_variance(self.handle.raw) })
    }

    /// Kullback-Leibler divergence, in nats, of the histogram over nearest means from weights; `None`: all equal.
    pub fn divergence(&self, weights: Option<&[f64]>) -> Result<f64> {
        if let Some(weights) = weights {
            fits("weights", weights.len(), Some(self.modes))?;
        }
        let weights = weights.map_or(ptr::null(), |weights| weights.as_ptr());
        self.handle.read(|raw, divergence| unsafe { sys::coulomb_modes_divergence(raw, weights, divergence) })
    }

    /// Number of samples nearest to each mean.
    pub fn counts(&self) -> Result<Vec<u64>> {
        let mut counts = vec![0; self.modes];
        self.handle.call(|raw| unsafe { sys::coulomb_modes_counts(raw, counts.as_mut_ptr()) })?;
        Ok(counts)
    }

    /// Covariance of the samples within a mode's radius, [dimension, dimension].
    pub fn covariance(&self, mode: usize, covariance: &mut [f64]) -> Result<()> {
        fits("covariance", covariance.len(), self.dimension.checked_mul(self.dimension))?;
        self.handle.call(|raw| unsafe { sys::coulomb_modes_covariance(raw, mode, covariance.as_mut_ptr()) })
    }
}
