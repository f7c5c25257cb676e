package coulomb

// #include <stdlib.h>
// #include <coulomb/coulomb.h>
import "C"
import "unsafe"

// ParameterNames returns the names of the parameter arrays of the layers appended so far, such as "dense1.weight",
// ordered by layer.
func (n *Network) ParameterNames() (names []string, err error) {
	err = n.with(func() error {
		names = make([]string, C.coulomb_network_parameter_count(n.c()))
		for i := range names {
			names[i] = C.GoString(C.coulomb_network_parameter_name(n.c(), C.size_t(i)))
		}
		return nil
	})
	return names, err
}

// ParameterShape returns the shape of a parameter array, finished or not.
//
// Errors: ErrorNotFound (no parameter of that name).
func (n *Network) ParameterShape(parameter string) (shape []int, err error) {
	err = n.named(parameter, func(name *C.char) error {
		shape, err = n.parameterShape(name)
		return err
	})
	return shape, err
}

func (n *Network) parameterShape(name *C.char) ([]int, error) {
	return n.shape(func(shape *C.size_t, capacity C.size_t, rank *C.size_t) C.coulomb_status {
		return C.coulomb_network_parameter_shape(n.c(), name, shape, capacity, rank)
	})
}

// ReadParameter returns a copy of a parameter array.
//
// Errors: ErrorNotFound (no parameter of that name), ErrorState (not finished).
func (n *Network) ReadParameter(parameter string) ([]float32, error) {
	return n.read(parameter, func(name *C.char, values *C.float, count C.size_t) C.coulomb_status {
		return C.coulomb_network_read_parameter(n.c(), name, values, count)
	})
}

// ReadGradient returns a copy of the gradient with respect to a parameter array, as computed by Backward or by the last
// update of a trainer: zeros before, and for frozen arrays.
//
// Errors: as ReadParameter; ErrorState also for inference-only networks.
func (n *Network) ReadGradient(parameter string) ([]float32, error) {
	return n.read(parameter, func(name *C.char, values *C.float, count C.size_t) C.coulomb_status {
		return C.coulomb_network_read_gradient(n.c(), name, values, count)
	})
}

// WriteParameter writes a parameter array of exactly as many finite values.
//
// Errors: ErrorNotFound (no parameter of that name), ErrorShape (the number of values), ErrorNotFinite (a value, named by
// its index), ErrorState (not finished, or in use by a running callback).
func (n *Network) WriteParameter(parameter string, values []float32) error {
	return n.namedCall(parameter, func(name *C.char) C.coulomb_status {
		return C.coulomb_network_write_parameter(n.c(), name, first[C.float](values), C.size_t(len(values)))
	})
}

// SetFrozen freezes parameters, or makes them trainable again: name is a parameter's, or a layer's for all its arrays; an
// empty one stands for all arrays appended so far. No gradient is computed for a frozen array, and optimizers ignore it.
//
// Errors: ErrorNotFound (neither a parameter nor a layer with parameters), ErrorState (in use by a running callback).
func (n *Network) SetFrozen(name string, frozen bool) error {
	return n.namedCall(name, func(name *C.char) C.coulomb_status {
		return C.coulomb_network_set_frozen(n.c(), name, flag(frozen))
	})
}

// Frozen returns whether a parameter array is frozen.
//
// Errors: ErrorNotFound (no parameter of that name).
func (n *Network) Frozen(parameter string) (bool, error) {
	var frozen C.int32_t
	err := n.namedCall(parameter, func(name *C.char) C.coulomb_status {
		return C.coulomb_network_get_frozen(n.c(), name, &frozen)
	})
	return frozen != 0, err
}

// Initialize initialises all parameters again, as Finish does with this seed. The generation seed does not change.
//
// Errors: ErrorState (not finished, or in use by a running callback).
func (n *Network) Initialize(seed uint64) error {
	return n.call(func() C.coulomb_status { return C.coulomb_network_initialize(n.c(), C.uint64_t(seed)) })
}

func (n *Network) read(parameter string,
	read func(name *C.char, values *C.float, count C.size_t) C.coulomb_status) (values []float32, err error) {
	err = n.named(parameter, func(name *C.char) error {
		count, err := product(n.parameterShape(name))
		if err != nil {
			return err
		}
		values = make([]float32, count)
		return n.turns.check(read(name, first[C.float](values), C.size_t(count)))
	})
	if err != nil {
		return nil, err
	}
	return values, nil
}

func (n *Network) named(name string, do func(name *C.char) error) error {
	text := cName(name)
	defer C.free(unsafe.Pointer(text))
	return n.with(func() error { return do(text) })
}

func (n *Network) namedCall(name string, do func(name *C.char) C.coulomb_status) error {
	return n.named(name, func(name *C.char) error { return n.turns.check(do(name)) })
}
