// Package coulomb is a small layer over libcoulomb. A Training belongs to one goroutine at a time; C keeps no Go pointer,
// only a handle to the data function.
package coulomb

/*
#include <coulomb/coulomb.h>
#include <stdlib.h>
*/
import "C"
import (
	"runtime/cgo"
	"unsafe"
)

// Error is what the library refused: its code and its error message.
type Error struct {
	Status   int32
	Sentence string
}

func (refused *Error) Error() string { return refused.Sentence }

// Training owns a context, two dense networks, and the trainer that moves them. Close it.
type Training struct {
	context                  *C.coulomb_context
	generator, discriminator *C.coulomb_network
	trainer                  *C.coulomb_trainer
	data                     *dataState
	values                   int
}

// New makes a training for samples of this many values.
func New(values, latent, threads int) (*Training, error) {
	made := &Training{values: values}
	status := C.coulomb_context_new(&made.context)
	if status == C.COULOMB_OK {
		status = C.coulomb_context_set_threads(made.context, C.size_t(threads))
	}
	if status == C.COULOMB_OK {
		status = made.network("mlp-generator", latent, 1, &made.generator)
	}
	if status == C.COULOMB_OK {
		status = made.network("mlp-discriminator", 0, 2, &made.discriminator)
	}
	if status == C.COULOMB_OK {
		status = C.coulomb_trainer_new(made.context, made.generator, made.discriminator, &made.trainer)
	}
	if err := made.check(status); err != nil {
		made.Close()
		return nil, err
	}
	return made, nil
}

func (t *Training) network(preset string, latent int, seed uint64, network **C.coulomb_network) C.coulomb_status {
	name := C.CString(preset)
	defer C.free(unsafe.Pointer(name))
	shape := C.size_t(t.values)
	return C.coulomb_network_new_preset(t.context, name, &shape, 1, C.size_t(latent), C.uint64_t(seed), network)
}

// Close frees all, the data function's handle included. More than once does no harm.
func (t *Training) Close() {
	C.coulomb_trainer_free(t.trainer)
	C.coulomb_network_free(t.discriminator)
	C.coulomb_network_free(t.generator)
	C.coulomb_context_free(t.context)
	*t = Training{}
}

func (t *Training) check(status C.coulomb_status) error {
	if status == C.COULOMB_OK {
		return nil
	}
	return &Error{int32(status), C.GoString(C.coulomb_context_error(t.context))}
}

// SetData says where target samples come from. The function before is let go.
func (t *Training) SetData(fill Data) error {
	state := &dataState{fill: fill, values: t.values}
	handle := cgo.NewHandle(state)
	if err := t.check(setData(t.trainer, handle)); err != nil {
		handle.Delete()
		return err
	}
	t.data = state
	return nil
}

// Run makes updates until their number is last. The data function's error comes back as it was; its panic goes on.
func (t *Training) Run(last uint64) error {
	status := C.coulomb_trainer_run(t.trainer, C.uint64_t(last), nil, nil)
	if status == callerFirst {
		if panicked := t.data.panicked; panicked != nil {
			panic(panicked)
		}
		return t.data.failure
	}
	return t.check(status)
}

// Update is the number of updates done.
func (t *Training) Update() uint64 {
	var update C.uint64_t
	C.coulomb_trainer_update(t.trainer, &update)
	return uint64(update)
}

// Loss is the discriminator's in the last update.
func (t *Training) Loss() (float64, error) {
	var loss C.double
	err := t.check(C.coulomb_trainer_statistic(t.trainer, C.COULOMB_STATISTIC_LOSS_DISCRIMINATOR, &loss))
	return float64(loss), err
}

// Save writes or replaces a checkpoint.
func (t *Training) Save(path string) error {
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	return t.check(C.coulomb_trainer_save(t.trainer, name))
}

// Load reads what Save wrote.
func (t *Training) Load(path string) error {
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	return t.check(C.coulomb_trainer_load(t.trainer, name))
}

// Generate returns samples one after the other. The library writes into the slice while the call lasts.
func (t *Training) Generate(count int) ([]float32, error) {
	samples := make([]float32, count*t.values)
	err := t.check(C.coulomb_network_generate(t.generator, C.size_t(count), (*C.float)(unsafe.Pointer(&samples[0]))))
	return samples, err
}
