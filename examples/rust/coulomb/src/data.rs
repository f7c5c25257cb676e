//! Target samples: where a trainer's updates take them from. Setting one source replaces what was set before.
use crate::cell::rows;
use crate::closures::{guarded, Slot};
use crate::{CallbackResult, Result, Trainer};
use coulomb_sys as sys;
use std::os::raw::c_void;
use std::ptr;
use std::slice;
use std::sync::Arc;

/// Which target samples a closure has to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SliceRequest {
    /// Counted from 1.
    pub update: u64,
    /// Number of samples of the update.
    pub total: usize,
    /// Number of the first wanted sample, counted from 0.
    pub first: usize,
    pub count: usize,
}

type BatchClosure<'a> = dyn FnMut(u64, &mut [f32]) -> CallbackResult + Send + 'a;
type SliceClosure<'a> = dyn FnMut(SliceRequest, &mut [f32]) -> CallbackResult + Send + 'a;

/// The closure that writes an update's target samples.
pub struct Batches<'a>(Arc<Slot<BatchClosure<'a>>>);

impl Batches<'_> {
    /// Calls the closure.
    pub fn call(&self, update: u64, batch: &mut [f32]) -> CallbackResult {
        rows("batch", batch.len(), self.0.values)?;
        self.0.enter(|closure| closure(update, batch))
    }
}

/// The closure that writes parts of an update's target samples.
pub struct Slices<'a>(Arc<Slot<SliceClosure<'a>>>);

impl Slices<'_> {
    /// Calls the closure; `request.count` is set from the number of samples.
    pub fn call(&self, request: SliceRequest, batch: &mut [f32]) -> CallbackResult {
        let count = rows("batch", batch.len(), self.0.values)?;
        self.0.enter(|closure| closure(SliceRequest { count, ..request }, batch))
    }
}

impl<'a> Trainer<'a> {
    /// Reads target samples from a closure, which writes all samples of an update, one after the other. They must be a
    /// function of the update's number and of how many are wanted: the library may ask more than once, and early.
    ///
    /// An error of the closure ends the run and comes back as it is ([`Error::downcast`](crate::Error::downcast)); a
    /// panic goes on in the caller. The update does not count.
    ///
    /// The closure may borrow what outlives the trainer, and nothing else:
    ///
    /// ```compile_fail,E0597
    /// # let context = coulomb::Context::new()?;
    /// # let generator = coulomb::Network::preset(&context, "mlp-generator", &[2], 8, 1)?;
    /// let mut trainer = coulomb::Trainer::new(&generator, None)?;
    /// let table = vec![0.5; 1000]; // dropped before the trainer
    /// trainer.set_data(|_, batch| Ok(batch.copy_from_slice(&table[..batch.len()])))?;
    /// # Ok::<(), coulomb::Error>(())
    /// ```
    ///
    /// A trainer can be sent to another thread, so its closure must be `Send`:
    ///
    /// ```compile_fail,E0277
    /// # let context = coulomb::Context::new()?;
    /// # let generator = coulomb::Network::preset(&context, "mlp-generator", &[2], 8, 1)?;
    /// # let mut trainer = coulomb::Trainer::new(&generator, None)?;
    /// let shared = std::rc::Rc::new(0.5);
    /// trainer.set_data(move |_, batch| Ok(batch.fill(*shared)))?;
    /// # Ok::<(), coulomb::Error>(())
    /// ```
    pub fn set_data(&mut self, data: impl FnMut(u64, &mut [f32]) -> CallbackResult + Send + 'a) -> Result<()> {
        Slot::<BatchClosure<'a>>::new(self.values, Box::new(data)).lend(|user| {
            let destroy = Some(Slot::<BatchClosure<'a>>::release as unsafe extern "C" fn(*mut c_void));
            self.handle.call(|raw| unsafe { sys::coulomb_trainer_set_data(raw, Some(write_batch), user, destroy) })
        })
    }

    /// Reads target samples from a closure that writes parts of an update: with a communicator each rank reads its own.
    pub fn set_data_slice(
        &mut self,
        data: impl FnMut(SliceRequest, &mut [f32]) -> CallbackResult + Send + 'a,
    ) -> Result<()> {
        Slot::<SliceClosure<'a>>::new(self.values, Box::new(data)).lend(|user| {
            let destroy = Some(Slot::<SliceClosure<'a>>::release as unsafe extern "C" fn(*mut c_void));
            self.handle
                .call(|raw| unsafe { sys::coulomb_trainer_set_data_slice(raw, Some(write_slice), user, destroy) })
        })
    }

    /// Reads target samples from an array, [count, sample shape], in random order. The array is not copied.
    pub fn set_data_array(&mut self, samples: &'a [f32], seed: u64) -> Result<()> {
        let count = rows("samples", samples.len(), self.values)?;
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_set_data_array(raw, samples.as_ptr(), count, seed) })
    }

    /// Drops the closure, or gives the array back.
    pub fn clear_data(&mut self) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_set_data(raw, None, ptr::null_mut(), None) })
    }

    /// The closure of [`set_data`](Trainer::set_data).
    pub fn data(&self) -> Result<Option<Batches<'a>>> {
        let (mut data, mut user) = (None, ptr::null_mut());
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_get_data(raw, &mut data, &mut user) })?;
        Ok(data.map(|_| Batches(unsafe { Slot::share(user) })))
    }

    /// The closure of [`set_data_slice`](Trainer::set_data_slice).
    pub fn data_slice(&self) -> Result<Option<Slices<'a>>> {
        let (mut data, mut user) = (None, ptr::null_mut());
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_get_data_slice(raw, &mut data, &mut user) })?;
        Ok(data.map(|_| Slices(unsafe { Slot::share(user) })))
    }

    /// The array of [`set_data_array`](Trainer::set_data_array) and its seed.
    pub fn data_array(&self) -> Result<Option<(&'a [f32], u64)>> {
        let (mut samples, mut count, mut seed) = (ptr::null(), 0, 0);
        self.handle
            .call(|raw| unsafe { sys::coulomb_trainer_get_data_array(raw, &mut samples, &mut count, &mut seed) })?;
        // It is the slice that was set.
        Ok((!samples.is_null()).then(|| (unsafe { slice::from_raw_parts(samples, count * self.values) }, seed)))
    }
}

unsafe extern "C" fn write_batch(user: *mut c_void, update: u64, count: usize, batch: *mut f32) -> i32 {
    let slot = &*(user as *const Slot<BatchClosure>);
    let batch = slice::from_raw_parts_mut(batch, count * slot.values);
    guarded(|| slot.enter(|closure| closure(update, batch)))
}

unsafe extern "C" fn write_slice(
    user: *mut c_void,
    update: u64,
    total: usize,
    first: usize,
    count: usize,
    batch: *mut f32,
) -> i32 {
    let slot = &*(user as *const Slot<SliceClosure>);
    let batch = slice::from_raw_parts_mut(batch, count * slot.values);
    guarded(|| slot.enter(|closure| closure(SliceRequest { update, total, first, count }, batch)))
}
