package coulomb

// #include <stdlib.h>
// #include "callbacks.h"
import "C"
import "unsafe"

// Data writes the target samples of an update, counted from 1, into a slice of shape [target charges, sample's shape]:
// the library's memory, which holds until the function returns. It holds NaN before; all values must be written, and
// finite. Samples must be a function of the update and their number alone, so that training resumes exactly. The library
// may request an update more than once, and the next update early.
type Data func(update uint64, batch []float32) error

// DataSlice writes a part of an update's target samples: those from number first on of total. A sample must be a function
// of the update, total and its number, whatever the parts. Otherwise as Data.
type DataSlice func(update uint64, total, first int, batch []float32) error

// SetData makes updates read target samples from a function, instead of what was set before; nil: none.
//
// Errors: ErrorState (an update is under way).
func (t *Trainer) SetData(data Data) error {
	return setCallback(t.handle, data != nil, func() any { return &dataCallback{t.turns, data, t.sample} },
		func(user C.uintptr_t) C.coulomb_status { return t.withoutArray(C.go_trainer_set_data(t.c(), user)) })
}

// Data returns the function of SetData; nil if none is set.
func (t *Trainer) Data() (Data, error) {
	found, err := getCallback(t.handle, func(user *C.uintptr_t) C.coulomb_status {
		return C.go_trainer_get_data(t.c(), user)
	})
	if data, ok := found.(*dataCallback); ok {
		return data.write, nil
	}
	return nil, err
}

// SetDataSlice makes updates read target samples from a function that writes parts of an update, instead of what was set
// before; nil: none. With a communicator each rank reads only its own part, one in as many as there are ranks.
//
// Errors: ErrorState (an update is under way).
func (t *Trainer) SetDataSlice(data DataSlice) error {
	return setCallback(t.handle, data != nil, func() any { return &sliceCallback{t.turns, data, t.sample} },
		func(user C.uintptr_t) C.coulomb_status {
			return t.withoutArray(C.go_trainer_set_data_slice(t.c(), user))
		})
}

// DataSlice returns the function of SetDataSlice; nil if none is set.
func (t *Trainer) DataSlice() (DataSlice, error) {
	found, err := getCallback(t.handle, func(user *C.uintptr_t) C.coulomb_status {
		return C.go_trainer_get_data_slice(t.c(), user)
	})
	if data, ok := found.(*sliceCallback); ok {
		return data.write, nil
	}
	return nil, err
}

// SetDataArray makes updates read target samples from an array of shape [count, sample's shape], in random order, each
// sample once in an epoch, instead of what was set before. seed is that of the order, which depends on it and on the
// number of samples alone. The samples are copied into C's memory; SetDataMemory copies nothing.
//
// Errors: ErrorArgument (no sample), ErrorShape (the array ends within a sample), ErrorNotFinite (a value, named by its
// index), ErrorState (an update is under way), ErrorMemory. After a failure what was set before stays in use.
func (t *Trainer) SetDataArray(samples []float32, seed uint64) error {
	return t.with(func() error {
		var copied buffer
		if err := copied.copy(samples); err != nil {
			return err
		}
		err := t.setDataArray((*C.float)(copied.memory), len(samples), seed)
		if err != nil {
			copied.free()
			return err
		}
		t.resource.input.free()
		t.resource.input = copied
		return nil
	})
}

// SetDataMemory is SetDataArray without a copy, for samples outside Go's heap: of syscall.Mmap, or of C's malloc. The
// memory must stay valid and unchanged until it is replaced or the trainer is closed.
func (t *Trainer) SetDataMemory(samples []float32, seed uint64) error {
	return t.with(func() error {
		err := t.setDataArray(first[C.float](samples), len(samples), seed)
		if err == nil {
			t.resource.input.free()
		}
		return err
	})
}

func (t *Trainer) setDataArray(samples *C.float, values int, seed uint64) error {
	count, err := rows("the array", values, t.sample)
	if err != nil {
		return err
	}
	return t.turns.check(C.coulomb_trainer_set_data_array(t.c(), samples, C.size_t(count), C.uint64_t(seed)))
}

// DataArray returns the array of SetDataArray or SetDataMemory, and its seed; nil if none is set. It is the memory that
// updates read: valid until the data is replaced or the trainer is closed, and not to be changed.
func (t *Trainer) DataArray() (samples []float32, seed uint64, err error) {
	err = t.with(func() error {
		var array *C.float
		var count C.size_t
		var order C.uint64_t
		if err := t.turns.check(C.coulomb_trainer_get_data_array(t.c(), &array, &count, &order)); err != nil {
			return err
		}
		samples, seed = unsafe.Slice((*float32)(unsafe.Pointer(array)), int(count)*t.sample), uint64(order)
		return nil
	})
	return samples, seed, err
}

// withoutArray releases the copy of an array when a function has replaced it.
func (t *Trainer) withoutArray(status C.coulomb_status) C.coulomb_status {
	if status == C.COULOMB_OK {
		t.resource.input.free()
	}
	return status
}
