package coulomb

// #include <coulomb/coulomb.h>
import "C"
import "unsafe"

// SetShards sets the number of shards: equal parts of the batch that go forward and back through the networks one after
// the other, in the memory of one. It must divide the batch; 1 unless set. The update is the same within the rounding of
// float32, except that batch normalisation takes its statistics over each shard, see SetSynchronizedNorm.
//
// Errors: ErrorArgument, ErrorState (an update is under way).
func (t *Trainer) SetShards(shards int) error {
	return t.call(func() C.coulomb_status { return C.coulomb_trainer_set_shards(t.c(), C.size_t(shards)) })
}

// Shards returns the number of shards.
func (t *Trainer) Shards() (int, error) {
	value, err := get(t.handle, func(value *C.size_t) C.coulomb_status {
		return C.coulomb_trainer_get_shards(t.c(), value)
	})
	return int(value), err
}

// SetSynchronizedNorm sets whether batch normalisation takes its statistics over the whole batch, of all shards and
// processes: false unless set. A GPU cannot do this.
//
// Errors: ErrorArgument, ErrorState (an update is under way).
func (t *Trainer) SetSynchronizedNorm(on bool) error {
	return t.call(func() C.coulomb_status { return C.coulomb_trainer_set_synchronized_norm(t.c(), flag(on)) })
}

// SynchronizedNorm returns whether batch normalisation takes its statistics over the whole batch.
func (t *Trainer) SynchronizedNorm() (bool, error) {
	value, err := get(t.handle, func(value *C.int32_t) C.coulomb_status {
		return C.coulomb_trainer_get_synchronized_norm(t.c(), value)
	})
	return value != 0, err
}

// SetCommunicator makes the trainer one rank of the communicator's ranks, which train as one; nil, the default: alone. All
// ranks call it, Load, LoadBytes, ReadFrom, Step and Run in the same order, with equal parameters and settings; these
// succeed on all ranks or fail on all. The number of shards must be that of the ranks times a power of two.
//
// Errors: ErrorArgument (a communicator of another context), ErrorState (an update is under way), ErrorProcess (ranks
// differ, or another rank failed or is gone), the transport's own error, ErrorMemory. After a failure the communicator is
// the one before.
func (t *Trainer) SetCommunicator(communicator *Communicator) error {
	var object *handle
	if communicator != nil {
		object = communicator.handle
	}
	return t.keep(communicator != nil, object, ranks, func(object unsafe.Pointer) C.coulomb_status {
		return C.coulomb_trainer_set_communicator(t.c(), (*C.coulomb_communicator)(object))
	})
}

// Communicator returns a handle of the communicator; nil if none is set.
func (t *Trainer) Communicator() (*Communicator, error) {
	found, err := t.kept(ranks, func(object *unsafe.Pointer) C.coulomb_status {
		return C.coulomb_trainer_get_communicator(t.c(), (**C.coulomb_communicator)(unsafe.Pointer(object)))
	})
	if found == nil {
		return nil, err
	}
	return &Communicator{found}, nil
}
