use crate::closures::{guarded, Slot};
use crate::handle::Handle;
use crate::{CallbackResult, Context, Error, Result, ScheduleKind};
use coulomb_sys as sys;
use std::cell::Cell;
use std::marker::PhantomData;
use std::os::raw::c_void;
use std::ptr;
use std::sync::Arc;

/// A factor on a learning rate or on epsilon as a function of the update's number. Clones are the same schedule;
/// several optimizers and trainers of a context may share it.
#[derive(Clone)]
pub struct Schedule {
    handle: Arc<Shared>,
    _not_sync: PhantomData<Cell<()>>,
}

struct Shared(Handle<sys::coulomb_schedule>);

// Clones may be on several threads; each of their calls enters the context, where one thread at a time is let in.
unsafe impl Sync for Shared {}

type FactorClosure = dyn FnMut(u64) -> CallbackResult<f64> + Send;

/// The closure of a schedule.
pub struct Factor(Arc<Slot<FactorClosure>>);

impl Factor {
    /// Calls the closure.
    pub fn call(&self, update: u64) -> CallbackResult<f64> {
        self.0.enter(|factor| factor(update))
    }
}

impl Schedule {
    fn new(
        context: &Context,
        create: impl FnOnce(*mut sys::coulomb_context, *mut *mut sys::coulomb_schedule) -> i32,
    ) -> Result<Self> {
        let raw = context.cell.raw;
        let handle = Handle::new(&context.cell, sys::coulomb_schedule_free, |out| create(raw, out))?;
        Ok(Schedule { handle: Arc::new(Shared(handle)), _not_sync: PhantomData })
    }

    pub(crate) fn raw(&self) -> *mut sys::coulomb_schedule {
        self.handle.0.raw
    }

    /// 1 up to update `first`, exponential decay from there to `final_factor` at update `last`.
    pub fn exponential(context: &Context, first: u64, last: u64, final_factor: f64) -> Result<Self> {
        Self::new(context, |raw, out| unsafe {
            sys::coulomb_schedule_new_exponential(raw, first, last, final_factor, out)
        })
    }

    /// Multiplied by `factor` after each of the given updates, which increase.
    pub fn steps(context: &Context, after: &[u64], factor: f64) -> Result<Self> {
        Self::new(context, |raw, out| unsafe {
            sys::coulomb_schedule_new_steps(raw, after.as_ptr(), after.len(), factor, out)
        })
    }

    /// The factor that a closure returns. It must depend on the update's number alone, so that training resumes
    /// exactly; it may be called more than once for an update.
    pub fn callback(
        context: &Context,
        factor: impl FnMut(u64) -> CallbackResult<f64> + Send + 'static,
    ) -> Result<Self> {
        let mut made = None;
        Slot::<FactorClosure>::new(1, Box::new(factor)).lend(|user| {
            let destroy = Some(Slot::<FactorClosure>::release as unsafe extern "C" fn(*mut c_void));
            made = Some(Self::new(context, |raw, out| unsafe {
                sys::coulomb_schedule_new_callback(raw, Some(compute), user, destroy, out)
            })?);
            Ok(())
        })?;
        Ok(made.expect("it was made"))
    }

    /// The kind.
    pub fn kind(&self) -> Result<ScheduleKind> {
        ScheduleKind::from_raw(self.handle.0.read(|raw, kind| unsafe { sys::coulomb_schedule_get_kind(raw, kind) })?)
    }

    /// First update, last update and final factor of an exponential schedule.
    pub fn exponential_arguments(&self) -> Result<(u64, u64, f64)> {
        let (mut first, mut last, mut factor) = (0, 0, 0.0);
        self.handle
            .0
            .call(|raw| unsafe { sys::coulomb_schedule_get_exponential(raw, &mut first, &mut last, &mut factor) })?;
        Ok((first, last, factor))
    }

    /// Updates and factor of a schedule of steps.
    pub fn steps_arguments(&self) -> Result<(Vec<u64>, f64)> {
        let mut after = vec![0; sys::COULOMB_SCHEDULE_DROPS_MAX as usize];
        let (mut drops, mut factor) = (0, 0.0);
        self.handle.0.call(|raw| unsafe {
            sys::coulomb_schedule_get_steps(raw, after.as_mut_ptr(), after.len(), &mut drops, &mut factor)
        })?;
        after.truncate(drops);
        Ok((after, factor))
    }

    /// The closure of a schedule that has one.
    pub fn callback_arguments(&self) -> Result<Factor> {
        let (mut factor, mut user) = (None, ptr::null_mut());
        self.handle.0.call(|raw| unsafe { sys::coulomb_schedule_get_callback(raw, &mut factor, &mut user) })?;
        match factor {
            // The schedule is immutable and lives as long as `self`.
            Some(_) => Ok(Factor(unsafe { Slot::share(user) })),
            None => Err(Error::argument("the schedule has no closure")),
        }
    }

    /// The factor of an update, counted from 1.
    pub fn factor(&self, update: u64) -> Result<f64> {
        self.handle.0.read(|raw, factor| unsafe { sys::coulomb_schedule_factor(raw, update, factor) })
    }
}

unsafe extern "C" fn compute(user: *mut c_void, update: u64, factor: *mut f64) -> i32 {
    let slot = &*(user as *const Slot<FactorClosure>);
    guarded(|| {
        *factor = slot.enter(|closure| closure(update))?;
        Ok(())
    })
}
