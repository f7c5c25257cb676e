package coulomb

// #include <coulomb/coulomb.h>
import "C"
import (
	"runtime"
	"unsafe"
)

// resource is an object of the library, counted: handles, and objects that need it, have references. It is released
// with the last. All of it belongs to the goroutine whose turn it is.
type resource struct {
	turns      *turns
	pointer    unsafe.Pointer
	free       func(pointer unsafe.Pointer) // nil: the object belongs to one that it needs
	needs      []*resource
	slots      [slots]*resource // what is set and may be replaced
	references int

	input, spare buffer    // of a network's last forward pass, and room for the next
	average      *resource // of a trainer, as long as there are handles of it
}

// slot is a place for an object that another one uses as long as it is set. The library has a reference of its own; ours
// is for getters, which hand out a handle.
type slot int

const (
	scheduleOfOwn       slot = iota // of an optimizer of its own
	scheduleOfGenerator             // of a trainer's optimizers
	scheduleOfDiscriminator
	scheduleOfEpsilon
	featureNetwork
	ranks
	slots
)

func newResource(t *turns, pointer unsafe.Pointer, free func(unsafe.Pointer), needs ...*resource) *resource {
	t.resources++
	for _, needed := range needs {
		needed.references++
	}
	return &resource{turns: t, pointer: pointer, free: free, needs: needs, references: 1}
}

func (r *resource) unreference() {
	if r.references--; r.references > 0 {
		return
	}
	if r.free != nil {
		r.free(r.pointer)
	}
	r.turns.buffers = append(r.turns.buffers, r.input, r.spare) // the object may wait for the end of a call
	for _, needed := range append(r.needs, r.slots[:]...) {
		if needed != nil {
			needed.unreference()
		}
	}
	r.turns.resources--
}

func (r *resource) put(where slot, object *resource) {
	if object != nil {
		object.references++
	}
	if before := r.slots[where]; before != nil {
		before.unreference()
	}
	r.slots[where] = object
}

// handle is what all handles have in common: one reference to a resource. nil, as in the zero value of a handle's type,
// counts as closed.
type handle struct {
	turns    *turns
	resource *resource
	closed   bool // of the goroutine whose turn it is
}

// newHandle takes over a reference.
func newHandle(r *resource) *handle {
	h := &handle{turns: r.turns, resource: r}
	runtime.SetFinalizer(h, func(h *handle) { h.turns.drop(h.resource) })
	return h
}

// share makes another handle of a resource.
func (r *resource) share() *handle {
	r.references++
	return newHandle(r)
}

// call makes a call of the library, of this handle and of others that it takes.
func (h *handle) call(do func() C.coulomb_status, others ...*handle) error {
	return h.with(func() error { return h.turns.check(do()) }, others...)
}

// with runs a function while it is this goroutine's turn. A panic of a function of the caller leaves it when the
// library has returned.
func (h *handle) with(do func() error, others ...*handle) error {
	if h == nil {
		return ErrClosed
	}
	h.turns.enter()
	defer h.turns.leave()
	if h.closed {
		return ErrClosed
	}
	for _, other := range others {
		if other == nil || other.closed {
			return ErrClosed
		}
	}
	return do()
}

// close releases the handle's reference. It is no error to close again.
func (h *handle) close() error {
	if h == nil {
		return nil
	}
	h.turns.enter()
	defer h.turns.leave()
	if !h.closed {
		h.closed = true
		runtime.SetFinalizer(h, nil)
		h.resource.unreference()
	}
	return nil
}

// get reads a value that a function of the library writes.
func get[T any](h *handle, read func(value *T) C.coulomb_status) (T, error) {
	var value T
	err := h.call(func() C.coulomb_status { return read(&value) })
	return value, err
}

// flag is the library's truth value.
func flag(on bool) C.int32_t {
	if on {
		return 1
	}
	return 0
}

// cName is a name in C's memory, to be freed; NULL for an empty one.
func cName(name string) *C.char {
	if name == "" {
		return nil
	}
	return C.CString(name)
}

// first is the address of a slice's values; NULL for an empty one.
func first[C, G any](values []G) *C {
	if len(values) == 0 {
		return nil
	}
	return (*C)(unsafe.Pointer(&values[0]))
}

// rows is the number of points of a dimension. The library refuses a dimension that is out of range.
func rows(what string, values, dimension int) (int, error) {
	if dimension <= 0 {
		return 0, nil
	}
	if values%dimension != 0 {
		return 0, shapeError("%s has %d values, which is no multiple of %d", what, values, dimension)
	}
	return values / dimension, nil
}

// create makes a handle of an object that the library creates.
func (h *handle) create(create func(object *unsafe.Pointer) C.coulomb_status, free func(unsafe.Pointer),
	others ...*handle) (made *handle, err error) {
	err = h.with(func() error {
		var object unsafe.Pointer
		if err := h.turns.check(create(&object)); err != nil {
			return err
		}
		needs := make([]*resource, len(others))
		for i, other := range others {
			needs[i] = other.resource
		}
		made = newHandle(newResource(h.turns, object, free, needs...))
		return nil
	}, others...)
	return made, err
}

// keep sets an object that the library uses from then on, or none, and keeps it in the keeper's slot.
func (r *resource) keep(h *handle, where slot, some bool, object *handle,
	set func(object unsafe.Pointer) C.coulomb_status) error {
	if !some {
		return h.with(func() error {
			err := h.turns.check(set(nil))
			if err == nil {
				r.put(where, nil)
			}
			return err
		})
	}
	return h.with(func() error {
		err := h.turns.check(set(object.resource.pointer))
		if err == nil {
			r.put(where, object.resource)
		}
		return err
	}, object)
}

// keep is resource.keep in the handle's own slot.
func (h *handle) keep(some bool, object *handle, where slot, set func(object unsafe.Pointer) C.coulomb_status) error {
	if h == nil {
		return ErrClosed
	}
	return h.resource.keep(h, where, some, object, set)
}

// kept makes a handle of the object in the keeper's slot; nil if the library has none.
func (r *resource) kept(h *handle, where slot,
	read func(object *unsafe.Pointer) C.coulomb_status) (found *handle, err error) {
	err = h.with(func() error {
		var object unsafe.Pointer
		if err := h.turns.check(read(&object)); err != nil || object == nil {
			return err
		}
		found = r.slots[where].share()
		return nil
	})
	return found, err
}

// kept is resource.kept in the handle's own slot.
func (h *handle) kept(where slot, read func(object *unsafe.Pointer) C.coulomb_status) (*handle, error) {
	if h == nil {
		return nil, ErrClosed
	}
	return h.resource.kept(h, where, read)
}
