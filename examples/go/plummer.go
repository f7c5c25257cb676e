package coulomb

// #include <coulomb/coulomb.h>
import "C"
import "unsafe"

// Plummer computes potential, field and energy of two sets of samples (Unterthiner et al. 2017, Eqs. 5-8 and 32-34), with
// the Plummer kernel (|a-b|^2 + epsilon^2)^(-exponent/2), which gives it its name, or a Gaussian. Target samples attract
// and model samples repel. Its workspace is kept between calls.
//
// Points are slices of shape [count, dimension], dimension 1 to 200,000. All computations have the errors ErrorArgument
// (a number out of range), ErrorShape (a slice ends within a point), ErrorNotFinite (an input, named by its index, or a
// result that does not fit), ErrorMemory, and ErrorState (called from a function of a call of the same kernel).
type Plummer struct{ *handle }

// NewPlummer creates a kernel. exponent and epsilon, the softening length in the unit of the points, are finite and
// above 0.
//
// Errors: ErrorArgument, ErrorMemory.
func (c *Context) NewPlummer(exponent, epsilon float64) (*Plummer, error) {
	made, err := c.create(func(object *unsafe.Pointer) C.coulomb_status {
		return C.coulomb_plummer_new(c.c(), C.double(exponent), C.double(epsilon),
			(**C.coulomb_plummer)(unsafe.Pointer(object)))
	}, func(object unsafe.Pointer) { C.coulomb_plummer_free((*C.coulomb_plummer)(object)) })
	if err != nil {
		return nil, err
	}
	return &Plummer{made}, nil
}

func (p *Plummer) c() *C.coulomb_plummer { return (*C.coulomb_plummer)(p.resource.pointer) }

// Close releases the kernel. In one of its own functions it is destroyed when the call under way returns.
func (p *Plummer) Close() error { return p.close() }

// SetExponent sets the exponent: finite, above 0.
//
// Errors: ErrorArgument, ErrorState (called from a function of a call of the same kernel).
func (p *Plummer) SetExponent(exponent float64) error {
	return p.call(func() C.coulomb_status { return C.coulomb_plummer_set_exponent(p.c(), C.double(exponent)) })
}

// Exponent returns the exponent.
func (p *Plummer) Exponent() (float64, error) {
	value, err := get(p.handle, func(value *C.double) C.coulomb_status {
		return C.coulomb_plummer_get_exponent(p.c(), value)
	})
	return float64(value), err
}

// SetKernel sets the kernel: KernelPlummer unless set.
//
// Errors: ErrorArgument, ErrorState (called from a function of a call of the same kernel).
func (p *Plummer) SetKernel(kernel Kernel) error {
	return p.call(func() C.coulomb_status { return C.coulomb_plummer_set_kernel(p.c(), C.int32_t(kernel)) })
}

// Kernel returns the kernel.
func (p *Plummer) Kernel() (Kernel, error) {
	value, err := get(p.handle, func(value *C.int32_t) C.coulomb_status {
		return C.coulomb_plummer_get_kernel(p.c(), value)
	})
	return Kernel(value), err
}

// SetEpsilon sets epsilon, as the only one: finite, above 0.
//
// Errors: ErrorArgument, ErrorState (called from a function of a call of the same kernel).
func (p *Plummer) SetEpsilon(epsilon float64) error {
	return p.call(func() C.coulomb_status { return C.coulomb_plummer_set_epsilon(p.c(), C.double(epsilon)) })
}

// Epsilon returns epsilon, the first one of several.
func (p *Plummer) Epsilon() (float64, error) {
	value, err := get(p.handle, func(value *C.double) C.coulomb_status {
		return C.coulomb_plummer_get_epsilon(p.c(), value)
	})
	return float64(value), err
}

// SetEpsilons sets several epsilons, at most EpsilonsMax: the kernel is the sum of the kernels that have one each.
//
// Errors: ErrorArgument, ErrorState (called from a function of a call of the same kernel).
func (p *Plummer) SetEpsilons(epsilons ...float64) error {
	return p.call(func() C.coulomb_status {
		return C.coulomb_plummer_set_epsilons(p.c(), first[C.double](epsilons), C.size_t(len(epsilons)))
	})
}

// Epsilons returns all epsilons.
func (p *Plummer) Epsilons() ([]float64, error) {
	var count C.size_t
	epsilons := make([]float64, EpsilonsMax)
	err := p.call(func() C.coulomb_status {
		return C.coulomb_plummer_get_epsilons(p.c(), first[C.double](epsilons), EpsilonsMax, &count)
	})
	return epsilons[:count], err
}

// SetSelfTerms sets whether sums over a sample's own set include its interaction with itself: true unless set, as in the
// paper. Without, sums over N samples are divided by N - 1, and for the energy by N (N - 1): the unbiased estimate.
//
// Errors: ErrorArgument, ErrorState (called from a function of a call of the same kernel).
func (p *Plummer) SetSelfTerms(keep bool) error {
	return p.call(func() C.coulomb_status { return C.coulomb_plummer_set_self_terms(p.c(), flag(keep)) })
}

// SelfTerms returns whether sums over a sample's own set include its interaction with itself.
func (p *Plummer) SelfTerms() (bool, error) {
	value, err := get(p.handle, func(value *C.int32_t) C.coulomb_status {
		return C.coulomb_plummer_get_self_terms(p.c(), value)
	})
	return value != 0, err
}
