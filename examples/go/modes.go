package coulomb

// #include <coulomb/coulomb.h>
import "C"
import "unsafe"

// Modes tells how well samples match a mixture with known means: mode statistics (Lim & Ye 2017; Srivastava et al. 2017).
type Modes struct {
	*handle
	modes, dimension int
}

// NewModes assigns each sample to its nearest mean and counts. means has shape [modes, dimension], samples [count,
// dimension]; radius is the distance up to which a sample belongs to a mode, usually 3 standard deviations.
//
// Errors: ErrorArgument (an empty set, or a radius that is not finite and above 0), ErrorShape (a slice ends within a
// point), ErrorNotFinite (a mean or a sample, named by its index), ErrorMemory.
func (c *Context) NewModes(dimension int, means, samples []float32, radius float64) (*Modes, error) {
	_, modes, count, err := sets(dimension, nil, means, samples)
	if err != nil {
		return nil, err
	}
	made, err := c.create(func(object *unsafe.Pointer) C.coulomb_status {
		return C.coulomb_modes_new(c.c(), C.size_t(dimension), first[C.float](means), C.size_t(modes),
			first[C.float](samples), C.size_t(count), C.double(radius), (**C.coulomb_modes)(unsafe.Pointer(object)))
	}, func(object unsafe.Pointer) { C.coulomb_modes_free((*C.coulomb_modes)(object)) })
	if err != nil {
		return nil, err
	}
	return &Modes{made, modes, dimension}, nil
}

func (m *Modes) c() *C.coulomb_modes { return (*C.coulomb_modes)(m.resource.pointer) }

// Close releases the statistics.
func (m *Modes) Close() error { return m.close() }

// Found returns the number of modes with at least one sample within the radius.
func (m *Modes) Found() (found int, err error) {
	err = m.with(func() error {
		found = int(C.coulomb_modes_found(m.c()))
		return nil
	})
	return found, err
}

// Share returns the share of samples within the radius of their nearest mean.
func (m *Modes) Share() (share float64, err error) {
	err = m.with(func() error {
		share = float64(C.coulomb_modes_share(m.c()))
		return nil
	})
	return share, err
}

// Variance returns the mean variance within the radius, over the modes found and over coordinates.
func (m *Modes) Variance() (variance float64, err error) {
	err = m.with(func() error {
		variance = float64(C.coulomb_modes_variance(m.c()))
		return nil
	})
	return variance, err
}

// Divergence computes the Kullback-Leibler divergence, in nats, of the histogram over nearest means from weights: one for
// each mode, above 0, with sum 1; nil: all equal.
//
// Errors: ErrorShape (their number), ErrorArgument (the weights).
func (m *Modes) Divergence(weights []float64) (float64, error) {
	if weights != nil && len(weights) != m.modes {
		return 0, shapeError("there are %d weights, expected %d", len(weights), m.modes)
	}
	divergence, err := get(m.handle, func(divergence *C.double) C.coulomb_status {
		return C.coulomb_modes_divergence(m.c(), first[C.double](weights), divergence)
	})
	return float64(divergence), err
}

// Counts returns the number of samples nearest to each mean, including those beyond the radius.
func (m *Modes) Counts() ([]uint64, error) {
	counts := make([]uint64, m.modes)
	err := m.call(func() C.coulomb_status { return C.coulomb_modes_counts(m.c(), first[C.uint64_t](counts)) })
	return counts, err
}

// Covariance computes the covariance, [dimension, dimension], of the samples within a mode's radius, about their own
// mean, divided by their number less one; zeros for fewer than two samples.
//
// Errors: ErrorArgument (no such mode).
func (m *Modes) Covariance(mode int) ([]float64, error) {
	covariance := make([]float64, m.dimension*m.dimension)
	err := m.call(func() C.coulomb_status {
		return C.coulomb_modes_covariance(m.c(), C.size_t(mode), first[C.double](covariance))
	})
	return covariance, err
}
