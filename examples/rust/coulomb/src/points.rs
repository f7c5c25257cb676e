//! Sets of points larger than memory, which a closure writes block by block.
use crate::closures::guarded;
use crate::CallbackResult;
use coulomb_sys as sys;
use std::os::raw::c_void;
use std::slice;

/// A set of points that a closure writes: `count` points, in blocks. The closure receives the index of a block's first
/// point and the block, [points, dimension], and must give the same values each time a point is requested.
///
/// It is called during the call that it is passed to, so it may borrow anything that lives as long.
pub struct Stream<'s> {
    pub(crate) count: usize,
    closure: &'s mut dyn FnMut(usize, &mut [f32]) -> CallbackResult,
}

impl<'s> Stream<'s> {
    /// A set of `count` points.
    pub fn new(count: usize, closure: &'s mut dyn FnMut(usize, &mut [f32]) -> CallbackResult) -> Self {
        Stream { count, closure }
    }

    /// The callback and what it is called with, for points of this dimension.
    pub(crate) fn reader<'r>(&'r mut self, dimension: usize) -> Reader<'r, 's> {
        Reader { stream: self, dimension }
    }
}

pub(crate) struct Reader<'r, 's> {
    stream: &'r mut Stream<'s>,
    dimension: usize,
}

impl Reader<'_, '_> {
    pub(crate) fn callback(&self) -> sys::coulomb_points_callback {
        Some(write_points)
    }

    pub(crate) fn user(&mut self) -> *mut c_void {
        self as *mut Self as *mut c_void
    }
}

unsafe extern "C" fn write_points(user: *mut c_void, first: usize, count: usize, points: *mut f32) -> i32 {
    let reader = &mut *(user as *mut Reader);
    let points = slice::from_raw_parts_mut(points, count * reader.dimension);
    guarded(|| (reader.stream.closure)(first, points))
}
