//! Declarations of coulomb/mpi_world.h.
use crate::{coulomb_communicator, coulomb_context, coulomb_status};

extern "C" {
    pub fn coulomb_communicator_new_mpi_world(
        context: *mut coulomb_context,
        communicator: *mut *mut coulomb_communicator,
    ) -> coulomb_status;
}
