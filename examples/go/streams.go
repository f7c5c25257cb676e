package coulomb

// #include "callbacks.h"
import "C"
import "runtime/cgo"

// Points is a set of points larger than memory: a function writes them block by block. The zero value is an empty set.
type Points struct {
	Count int
	// Write writes the points from number first on, counted from 0, into the library's memory, of shape [points of the
	// block, dimension]. It holds NaN before; all values must be written, and finite. A point must have the same values
	// each time it is requested.
	Write func(first int, points []float32) error
}

// stream runs a call that reads sets of points. A set without a function is NULL to the library.
func (h *handle) stream(dimension int, sets []Points, do func(user []C.uintptr_t) C.coulomb_status) error {
	return h.call(func() C.coulomb_status {
		users := make([]C.uintptr_t, len(sets))
		for i, set := range sets {
			if set.Write != nil {
				user := cgo.NewHandle(&pointsCallback{h.turns, set.Write, dimension})
				defer user.Delete()
				users[i] = C.uintptr_t(user)
			}
		}
		return do(users)
	})
}

// FieldStreamed is Field for sets larger than memory. Each set is read once, in order.
//
// Errors: as Field, a function's own error.
func (p *Plummer) FieldStreamed(dimension int, at []float32, model, target Points) (field, potential []float32, err error) {
	points, err := rows("at", len(at), dimension)
	if err != nil {
		return nil, nil, err
	}
	field, potential = make([]float32, len(at)), make([]float32, points)
	err = p.stream(dimension, []Points{model, target}, func(user []C.uintptr_t) C.coulomb_status {
		return C.go_plummer_field_streamed(p.c(), C.size_t(dimension), first[C.float](at), C.size_t(points), user[0],
			C.size_t(model.Count), user[1], C.size_t(target.Count), first[C.float](field), first[C.float](potential))
	})
	return field, potential, err
}

// EnergyStreamed is Energy for sets larger than memory. Blocks are read once for each pair of blocks.
//
// Errors: as Energy, a function's own error.
func (p *Plummer) EnergyStreamed(dimension int, model, target Points) (float64, error) {
	var energy C.double
	err := p.stream(dimension, []Points{model, target}, func(user []C.uintptr_t) C.coulomb_status {
		return C.go_plummer_energy_streamed(p.c(), C.size_t(dimension), user[0], C.size_t(model.Count), user[1],
			C.size_t(target.Count), &energy)
	})
	return float64(energy), err
}

// AddStreamed is Add for features from a function. They are read once, in order.
//
// Errors: as Add, a function's own error.
func (m *Moments) AddStreamed(features Points) error {
	if m.handle == nil {
		return ErrClosed
	}
	return m.stream(m.dimension, []Points{features}, func(user []C.uintptr_t) C.coulomb_status {
		return C.go_moments_add_streamed(m.c(), user[0], C.size_t(features.Count))
	})
}

// NeighboursStreamed is Neighbours for targets larger than memory. They are read once, in order.
//
// Errors: as Neighbours, a function's own error.
func (c *Context) NeighboursStreamed(dimension int, queries []float32, targets Points,
	neighbours int) (indices []int, distances []float64, err error) {
	count, err := rows("queries", len(queries), dimension)
	if err != nil {
		return nil, nil, err
	}
	indices, distances = nearest(count, neighbours, targets.Count)
	err = c.stream(dimension, []Points{targets}, func(user []C.uintptr_t) C.coulomb_status {
		return C.go_neighbours_streamed(c.c(), C.size_t(dimension), first[C.float](queries), C.size_t(count), user[0],
			C.size_t(targets.Count), C.size_t(neighbours), first[C.size_t](indices), first[C.double](distances))
	})
	return indices, distances, err
}
