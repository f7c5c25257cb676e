use crate::cell::{call_both, fits, rows};
use crate::handle::Handle;
use crate::{Context, Result, Stream};
use coulomb_sys as sys;

/// Number, mean and covariance of feature vectors, and the Fréchet distance between two sets of them.
pub struct Moments {
    handle: Handle<sys::coulomb_moments>,
}

impl Moments {
    /// Creates moments without features.
    pub fn new(context: &Context, dimension: usize) -> Result<Self> {
        let raw = context.cell.raw;
        let create = |out: *mut _| unsafe { sys::coulomb_moments_new(raw, dimension, out) };
        Ok(Moments { handle: Handle::new(&context.cell, sys::coulomb_moments_free, create)? })
    }

    /// Adds features, [count, dimension].
    pub fn add(&mut self, features: &[f32]) -> Result<()> {
        let count = rows("features", features.len(), self.dimension())?;
        self.handle.call(|raw| unsafe { sys::coulomb_moments_add(raw, features.as_ptr(), count) })
    }

    /// Adds features that a closure writes. They are read once, in order.
    pub fn add_streamed(&mut self, mut features: Stream) -> Result<()> {
        let count = features.count;
        let mut reader = features.reader(self.dimension());
        let (callback, user) = (reader.callback(), reader.user());
        self.handle.call(|raw| unsafe { sys::coulomb_moments_add_streamed(raw, callback, user, count) })
    }

    /// Replaces the moments with given ones; a count of 0 means that it is unknown.
    pub fn set(&mut self, count: u64, mean: &[f64], covariance: &[f64]) -> Result<()> {
        let dimension = self.dimension();
        fits("mean", mean.len(), Some(dimension))?;
        fits("covariance", covariance.len(), dimension.checked_mul(dimension))?;
        self.handle.call(|raw| unsafe { sys::coulomb_moments_set(raw, count, mean.as_ptr(), covariance.as_ptr()) })
    }

    /// Number of values of a feature vector.
    pub fn dimension(&self) -> usize {
        self.handle.context.ask(|| unsafe { sys::coulomb_moments_dimension(self.handle.raw) })
    }

    /// Number of feature vectors.
    pub fn count(&self) -> u64 {
        self.handle.context.ask(|| unsafe { sys::coulomb_moments_count(self.handle.raw) })
    }

    /// Mean of the features, as many values as a feature vector has.
    pub fn mean(&self, mean: &mut [f64]) -> Result<()> {
        fits("mean", mean.len(), Some(self.dimension()))?;
        self.handle.call(|raw| unsafe { sys::coulomb_moments_mean(raw, mean.as_mut_ptr()) })
    }

    /// Covariance of the features, [dimension, dimension].
    pub fn covariance(&self, covariance: &mut [f64]) -> Result<()> {
        let dimension = self.dimension();
        fits("covariance", covariance.len(), dimension.checked_mul(dimension))?;
        self.handle.call(|raw| unsafe { sys::coulomb_moments_covariance(raw, covariance.as_mut_ptr()) })
    }

    /// Fréchet distance, squared as usual, between the Gaussians with these moments.
    pub fn distance(&self, other: &Moments) -> Result<f64> {
        let mut distance = 0.0;
        let (a, b) = (&self.handle, &other.handle);
        call_both(&a.context, &b.context, || unsafe { sys::coulomb_moments_distance(a.raw, b.raw, &mut distance) })?;
        Ok(distance)
    }
}
