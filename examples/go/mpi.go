//go:build mpi

package coulomb

// #cgo pkg-config: coulomb-mpi
// #include <coulomb/mpi_world.h>
import "C"

// NewMPIWorld creates the communicator of all processes that mpirun or srun started together, with their ranks. It needs
// libcoulomb-mpi and the build tag mpi. All processes must call.
//
// MPI is initialised if the program has not (MPI_THREAD_FUNNELED): it must always be called on the program's main thread.
// Call runtime.LockOSThread in an init function of package main; call this function, the training and Close from main itself.
// MPI that was initialised here is finalised with the last such communicator, and cannot be initialised again. A process
// that was started alone gets a communicator of one rank.
//
// Errors: ErrorArgument (too many processes), ErrorState (MPI is finalised already), ErrorProcess (MPI reports an error),
// ErrorMemory.
func (c *Context) NewMPIWorld() (*Communicator, error) {
	return c.newCommunicator(func(communicator **C.coulomb_communicator) C.coulomb_status {
		return C.coulomb_communicator_new_mpi_world(c.c(), communicator)
	})
}
