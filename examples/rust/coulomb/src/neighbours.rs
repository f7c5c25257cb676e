//! Nearest neighbours, most similar pairs and support size: whether a model repeats its training set, or itself.
use crate::cell::{fits, rows};
use crate::plummer::result;
use crate::{Context, Result, Stream};
use coulomb_sys as sys;

/// Estimate of the size of a density's support.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SupportSize {
    /// Infinite if there is no duplicate.
    pub estimate: f64,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end; infinite if there is no duplicate.
    pub high: f64,
}

/// Neighbours and duplicates.
impl Context {
    /// Finds the nearest targets of each query. `indices`, and `distances` where wanted, are [queries, neighbours]
    /// results, the nearest first.
    pub fn neighbours(
        &self,
        dimension: usize,
        queries: &[f32],
        targets: &[f32],
        neighbours: usize,
        indices: &mut [usize],
        distances: Option<&mut [f64]>,
    ) -> Result<()> {
        let n_queries = rows("queries", queries.len(), dimension)?;
        let n_targets = rows("targets", targets.len(), dimension)?;
        fits("indices", indices.len(), n_queries.checked_mul(neighbours))?;
        let distances = result("distances", distances, indices.len())?;
        let (queries, targets, to) = (queries.as_ptr(), targets.as_ptr(), indices.as_mut_ptr());
        self.cell.call(|| unsafe {
            let raw = self.cell.raw;
            sys::coulomb_neighbours(raw, dimension, queries, n_queries, targets, n_targets, neighbours, to, distances)
        })
    }

    /// The same among targets that a closure writes. They are read once, in order.
    pub fn neighbours_streamed(
        &self,
        dimension: usize,
        queries: &[f32],
        mut targets: Stream,
        neighbours: usize,
        indices: &mut [usize],
        distances: Option<&mut [f64]>,
    ) -> Result<()> {
        let n_queries = rows("queries", queries.len(), dimension)?;
        fits("indices", indices.len(), n_queries.checked_mul(neighbours))?;
        let distances = result("distances", distances, indices.len())?;
        let n_targets = targets.count;
        let mut reader = targets.reader(dimension);
        let (callback, user) = (reader.callback(), reader.user());
        let (queries, to) = (queries.as_ptr(), indices.as_mut_ptr());
        self.cell.call(|| unsafe {
            let raw = self.cell.raw;
            sys::coulomb_neighbours_streamed(
                raw, dimension, queries, n_queries, callback, user, n_targets, neighbours, to, distances,
            )
        })
    }

    /// Finds the most similar pairs within one set of samples, as many as `indices` has room for; `distances`, where
    /// wanted, is as long.
    pub fn closest_pairs(
        &self,
        dimension: usize,
        samples: &[f32],
        indices: &mut [[usize; 2]],
        distances: Option<&mut [f64]>,
    ) -> Result<()> {
        let count = rows("samples", samples.len(), dimension)?;
        let distances = result("distances", distances, indices.len())?;
        let (samples, pairs, to) = (samples.as_ptr(), indices.len(), indices.as_mut_ptr() as *mut usize);
        self.cell.call(|| unsafe {
            sys::coulomb_closest_pairs(self.cell.raw, dimension, samples, count, pairs, to, distances)
        })
    }

    /// Estimates the size of a density's support from the numbers of samples and of duplicate pairs in sets of it.
    pub fn support_size(&self, counts: &[usize], duplicates: &[u64]) -> Result<SupportSize> {
        fits("duplicates", duplicates.len(), Some(counts.len()))?;
        let (mut estimate, mut low, mut high) = (0.0, 0.0, 0.0);
        self.cell.call(|| unsafe {
            let (sets, counts, duplicates) = (counts.len(), counts.as_ptr(), duplicates.as_ptr());
            sys::coulomb_support_size(self.cell.raw, sets, counts, duplicates, &mut estimate, &mut low, &mut high)
        })?;
        Ok(SupportSize { estimate, low, high })
    }
}
