package coulomb

// #include <coulomb/coulomb.h>
import "C"
import "unsafe"

// Moments has number, mean and covariance of feature vectors, in float64.
type Moments struct {
	*handle
	dimension int
}

// NewMoments creates moments without features, of 1 to 30,000 values each. It takes 8 dimension^2 bytes plus 2 KiB for
// each dimension.
//
// Errors: ErrorArgument, ErrorMemory.
func (c *Context) NewMoments(dimension int) (*Moments, error) {
	made, err := c.create(func(object *unsafe.Pointer) C.coulomb_status {
		return C.coulomb_moments_new(c.c(), C.size_t(dimension), (**C.coulomb_moments)(unsafe.Pointer(object)))
	}, func(object unsafe.Pointer) { C.coulomb_moments_free((*C.coulomb_moments)(object)) })
	if err != nil {
		return nil, err
	}
	return &Moments{made, dimension}, nil
}

func (m *Moments) c() *C.coulomb_moments { return (*C.coulomb_moments)(m.resource.pointer) }

// Close releases the moments. In one of their own functions they are destroyed when the call under way returns.
func (m *Moments) Close() error { return m.close() }

// Add adds features of shape [count, dimension].
//
// Errors: ErrorShape (the slice ends within a feature vector), ErrorNotFinite (a feature, named by its index), ErrorState
// (the moments were set without a count, or the call comes from a function of a call of the same moments), ErrorMemory.
// After a failure the moments are unchanged.
func (m *Moments) Add(features []float32) error {
	return m.with(func() error {
		count, err := rows("features", len(features), m.dimension)
		if err != nil {
			return err
		}
		return m.turns.check(C.coulomb_moments_add(m.c(), first[C.float](features), C.size_t(count)))
	})
}

// Set replaces the moments with given ones, such as published statistics of a data set. count is the number of feature
// vectors they come from, at least 2; 0: unknown, then no features can be added later. mean has dimension values, and
// covariance, divided by count - 1, dimension times dimension.
//
// Errors: ErrorShape (a length), ErrorArgument (count is 1, a covariance that is not symmetric, or has a negative
// eigenvalue), ErrorNotFinite, ErrorState (called from a function of a call of the same moments), ErrorMemory. After a
// failure the moments are unchanged.
func (m *Moments) Set(count uint64, mean, covariance []float64) error {
	return m.with(func() error {
		if len(mean) != m.dimension || len(covariance) != m.dimension*m.dimension {
			return shapeError("mean and covariance have %d and %d values, expected %d and %d", len(mean),
				len(covariance), m.dimension, m.dimension*m.dimension)
		}
		return m.turns.check(C.coulomb_moments_set(m.c(), C.uint64_t(count), first[C.double](mean),
			first[C.double](covariance)))
	})
}

// Dimension returns the number of values of a feature vector.
func (m *Moments) Dimension() (dimension int, err error) {
	err = m.with(func() error {
		dimension = int(C.coulomb_moments_dimension(m.c()))
		return nil
	})
	return dimension, err
}

// Count returns the number of feature vectors; 0 also for moments that were set without a count.
func (m *Moments) Count() (count uint64, err error) {
	err = m.with(func() error {
		count = uint64(C.coulomb_moments_count(m.c()))
		return nil
	})
	return count, err
}

// Mean returns the mean of the features.
//
// Errors: ErrorState (there are no features yet).
func (m *Moments) Mean() ([]float64, error) {
	return m.statistic(1, func(values *C.double) C.coulomb_status { return C.coulomb_moments_mean(m.c(), values) })
}

// Covariance returns the covariance of the features, [dimension, dimension], divided by their number less one.
//
// Errors: ErrorState (there are fewer than 2 features).
func (m *Moments) Covariance() ([]float64, error) {
	return m.statistic(m.dimension, func(values *C.double) C.coulomb_status {
		return C.coulomb_moments_covariance(m.c(), values)
	})
}

func (m *Moments) statistic(rows int, read func(values *C.double) C.coulomb_status) ([]float64, error) {
	values := make([]float64, rows*m.dimension)
	if err := m.call(func() C.coulomb_status { return read(first[C.double](values)) }); err != nil {
		return nil, err
	}
	return values, nil
}

// Distance computes the Fréchet distance, squared as usual, between the Gaussians with these moments and the other's, of
// the same dimension, of this or another context. With Inception features it is the "FID".
//
// Errors: ErrorShape (dimensions differ), ErrorState (fewer than 2 features), ErrorNotFinite, ErrorMemory.
func (m *Moments) Distance(other *Moments) (float64, error) {
	var distance C.double
	err := m.both(other.handle, func() C.coulomb_status {
		return C.coulomb_moments_distance(m.c(), other.c(), &distance)
	})
	return float64(distance), err
}

// both makes a call of two handles that may be of different contexts. Contexts are taken in one order, so that two
// goroutines that take the same ones do not wait for each other.
func (h *handle) both(other *handle, do func() C.coulomb_status) error {
	switch {
	case h == nil || other == nil:
		return ErrClosed
	case other.turns == h.turns:
		return h.call(do, other)
	case other.turns.order < h.turns.order:
		return other.with(func() error { return h.call(do) })
	}
	return h.with(func() error {
		return other.with(func() error { return h.turns.check(do()) })
	})
}
