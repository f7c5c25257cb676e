//! Steps and loops of a trainer.
use crate::closures::guarded;
use crate::{CallbackResult, Result, Statistic, Status, Trainer};
use coulomb_sys as sys;
use std::ops::ControlFlow;
use std::os::raw::c_void;
use std::ptr;

/// What a run's progress closure is called with.
struct Progress<'r, 'a> {
    trainer: *mut Trainer<'a>,
    closure: &'r mut dyn FnMut(&mut Trainer<'a>, u64) -> CallbackResult<ControlFlow<()>>,
}

impl<'a> Trainer<'a> {
    /// Runs one update.
    pub fn step(&mut self) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_step(raw) })
    }

    /// Runs updates until update `last` is done. `Break` means that another rank of the run asked to stop.
    pub fn run(&mut self, last: u64) -> Result<ControlFlow<()>> {
        ended(self.handle.call(|raw| unsafe { sys::coulomb_trainer_run(raw, last, None, ptr::null_mut()) }))
    }

    /// Runs updates until update `last` is done. The closure is called after each; it may read statistics, generate,
    /// save and change settings, but not step, run or load. It ends the run with `Break`, which is returned; the state
    /// is whole and another run goes on. Its error or panic comes back as itself.
    ///
    /// ```
    /// # use std::ops::ControlFlow;
    /// # let context = coulomb::Context::new()?;
    /// # let generator = coulomb::Network::preset(&context, "mlp-generator", &[2], 8, 1)?;
    /// # let discriminator = coulomb::Network::preset(&context, "mlp-discriminator", &[2], 0, 2)?;
    /// # let samples = vec![0.5; 2000];
    /// # let mut trainer = coulomb::Trainer::new(&generator, Some(&discriminator))?;
    /// # trainer.set_data_array(&samples, 1)?;
    /// let ended = trainer.run_with(1000, |trainer, update| {
    ///     let energy = trainer.statistic(coulomb::Statistic::Energy)?;
    ///     Ok(if update == 3 || energy < 0.0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    /// })?;
    /// assert_eq!(ended, ControlFlow::Break(()));
    /// assert_eq!(trainer.update()?, 3);
    /// # Ok::<(), coulomb::Error>(())
    /// ```
    pub fn run_with(
        &mut self,
        last: u64,
        mut progress: impl FnMut(&mut Trainer<'a>, u64) -> CallbackResult<ControlFlow<()>>,
    ) -> Result<ControlFlow<()>> {
        // The closure has the trainer meanwhile and may even replace it: nothing of `self` is borrowed here.
        let (context, raw) = (self.handle.context.clone(), self.handle.raw);
        let mut user = Progress { trainer: self, closure: &mut progress };
        let user = &mut user as *mut Progress as *mut c_void;
        ended(context.call(|| unsafe { sys::coulomb_trainer_run(raw, last, Some(report), user) }))
    }

    /// Number of updates done, those before a loaded checkpoint included.
    pub fn update(&self) -> Result<u64> {
        self.handle.read(|raw, update| unsafe { sys::coulomb_trainer_update(raw, update) })
    }

    /// A statistic of the last update.
    pub fn statistic(&self, statistic: Statistic) -> Result<f64> {
        self.handle.read(|raw, value| unsafe { sys::coulomb_trainer_statistic(raw, statistic as i32, value) })
    }
}

/// A stop is no error.
fn ended(result: Result<()>) -> Result<ControlFlow<()>> {
    match result {
        Ok(()) => Ok(ControlFlow::Continue(())),
        Err(error) if error.status() == Status::STOPPED && error.cause().is_none() => Ok(ControlFlow::Break(())),
        Err(error) => Err(error),
    }
}

unsafe extern "C" fn report(user: *mut c_void, update: u64) -> i32 {
    let progress = &mut *(user as *mut Progress);
    let mut stop = false;
    let status = guarded(|| {
        stop = (progress.closure)(&mut *progress.trainer, update)? == ControlFlow::Break(());
        Ok(())
    });
    if stop {
        Status::STOPPED.code()
    } else {
        status
    }
}
