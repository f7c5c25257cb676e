package coulomb

// #include "callbacks.h"
import "C"
import (
	"runtime/cgo"
	"unsafe"
)

// Communicator is how the ranks of one training run, counted from 0, exchange bytes. See Trainer.SetCommunicator.
type Communicator struct {
	*handle
}

// ProcessesMax is the largest number of processes of a run.
const ProcessesMax = C.COULOMB_PROCESSES_MAX

// Transport brings a rank's bytes to the others. All ranks call with the same number of bytes, in the same order of calls.
// The slices are the library's memory, and do not overlap. A call that cannot be completed must return an error on every
// rank that is still there, not wait for ever: ErrorProcess, if another rank is gone.
type Transport interface {
	// Allgather gives every rank's bytes to every rank: receive has shape [ranks, len(send)], and gets those of rank 0,
	// of rank 1, and so on, this rank's own included.
	Allgather(send, receive []byte) error
	// Alltoall gives each rank bytes of its own: send has a part for rank 0, for rank 1, and so on; receive, of the same
	// shape, gets rank 0's part for this rank, rank 1's, and so on.
	Alltoall(send, receive []byte) error
}

// NewCommunicator creates the communicator of one of size ranks, 1 to ProcessesMax. It communicates nothing.
//
// Errors: ErrorArgument (rank, size or nil), ErrorMemory.
func (c *Context) NewCommunicator(rank, size int, transport Transport) (*Communicator, error) {
	if transport == nil {
		return nil, &Error{Status: ErrorArgument, Message: "transport is nil"}
	}
	return c.newCommunicator(func(communicator **C.coulomb_communicator) C.coulomb_status {
		user := cgo.NewHandle(&transportCallback{c.turns, transport, size})
		status := C.go_communicator_new(c.c(), C.size_t(rank), C.size_t(size), C.uintptr_t(user), communicator)
		if status != C.COULOMB_OK {
			user.Delete()
		}
		return status
	})
}

func (c *Context) newCommunicator(create func(communicator **C.coulomb_communicator) C.coulomb_status) (*Communicator, error) {
	made, err := c.create(func(object *unsafe.Pointer) C.coulomb_status {
		return create((**C.coulomb_communicator)(unsafe.Pointer(object)))
	}, func(object unsafe.Pointer) { C.coulomb_communicator_free((*C.coulomb_communicator)(object)) })
	if err != nil {
		return nil, err
	}
	return &Communicator{made}, nil
}

func (r *Communicator) c() *C.coulomb_communicator {
	return (*C.coulomb_communicator)(r.resource.pointer)
}

// Close releases the communicator. A trainer that uses it keeps it.
func (r *Communicator) Close() error { return r.close() }

// Rank returns this rank's number.
func (r *Communicator) Rank() (int, error) {
	rank, err := get(r.handle, func(rank *C.size_t) C.coulomb_status {
		return C.coulomb_communicator_rank(r.c(), rank)
	})
	return int(rank), err
}

// Size returns the number of ranks.
func (r *Communicator) Size() (int, error) {
	size, err := get(r.handle, func(size *C.size_t) C.coulomb_status {
		return C.coulomb_communicator_size(r.c(), size)
	})
	return int(size), err
}

// Allgather gives every rank's bytes to every rank, for what a program's processes have to tell one another: all ranks
// call, with the same number of bytes. It returns those of rank 0, of rank 1, and so on.
//
// Errors: ErrorArgument (no bytes), ErrorProcess (another rank is gone), the transport's own error.
func (r *Communicator) Allgather(send []byte) (receive []byte, err error) {
	err = r.with(func() error {
		var size C.size_t
		if err := r.turns.check(C.coulomb_communicator_size(r.c(), &size)); err != nil {
			return err
		}
		receive = make([]byte, int(size)*len(send))
		return r.turns.check(C.coulomb_communicator_allgather(r.c(), unsafe.Pointer(first[C.char](send)),
			C.size_t(len(send)), unsafe.Pointer(first[C.char](receive))))
	})
	return receive, err
}
