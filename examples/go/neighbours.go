package coulomb

// #include <coulomb/coulomb.h>
import "C"

// Neighbours finds the nearest targets of each query, both of shape [count, dimension], by Euclidean distance: indices and
// distances have shape [queries, neighbours], the nearest first, and of equally near ones that with the smallest index.
//
// Errors: ErrorArgument (a number out of range), ErrorShape (a slice ends within a point), ErrorNotFinite (a value, named
// by its index), ErrorMemory.
func (c *Context) Neighbours(dimension int, queries, targets []float32,
	neighbours int) (indices []int, distances []float64, err error) {
	err = c.with(func() error {
		count, _, choices, err := sets(dimension, queries, nil, targets)
		if err != nil {
			return err
		}
		indices, distances = nearest(count, neighbours, choices)
		return c.turns.check(C.coulomb_neighbours(c.c(), C.size_t(dimension), first[C.float](queries), C.size_t(count),
			first[C.float](targets), C.size_t(choices), C.size_t(neighbours), first[C.size_t](indices),
			first[C.double](distances)))
	})
	return indices, distances, err
}

// ClosestPairs finds the most similar pairs within one set of samples of shape [count, dimension]: the indices of each
// pair's samples, the smaller first, and their distances; the most similar pair first.
//
// Errors: as Neighbours.
func (c *Context) ClosestPairs(dimension int, samples []float32, pairs int) (indices [][2]int, distances []float64, err error) {
	err = c.with(func() error {
		count, err := rows("samples", len(samples), dimension)
		if err != nil {
			return err
		}
		possible := pairs
		if count < 1<<31 {
			possible = between(pairs, count*(count-1)/2)
		}
		indices, distances = make([][2]int, possible), make([]float64, possible)
		if possible == 0 {
			indices = make([][2]int, 1) // not NULL: the library explains the number
		}
		return c.turns.check(C.coulomb_closest_pairs(c.c(), C.size_t(dimension), first[C.float](samples), C.size_t(count),
			C.size_t(pairs), first[C.size_t](indices), first[C.double](distances)))
	})
	return indices, distances, err
}

// SupportSize estimates the size of a density's support from the numbers of pairs of duplicates in independent sets of
// samples, of which counts has the sizes: the birthday paradox (Arora & Zhang 2017). low and high are the ends of its 95 %
// interval; estimate and high are infinite if there is no duplicate.
//
// Errors: ErrorArgument (no set, or a number out of range), ErrorShape (the slices' lengths differ).
func (c *Context) SupportSize(counts []int, duplicates []uint64) (estimate, low, high float64, err error) {
	if len(counts) != len(duplicates) {
		return 0, 0, 0, shapeError("there are %d counts and %d numbers of duplicates", len(counts), len(duplicates))
	}
	var size, from, to C.double
	err = c.call(func() C.coulomb_status {
		return C.coulomb_support_size(c.c(), C.size_t(len(counts)), first[C.size_t](counts),
			first[C.uint64_t](duplicates), &size, &from, &to)
	})
	return float64(size), float64(from), float64(to), err
}

// nearest has room for the neighbours of each query; none for numbers that the library refuses.
func nearest(queries, neighbours, targets int) ([]int, []float64) {
	results := queries * between(neighbours, targets)
	if results == 0 && queries > 0 {
		results = 1 // not NULL: the library explains the number
	}
	return make([]int, results), make([]float64, results)
}

// between is the number, or an end of the range from 0.
func between(number, most int) int {
	if number < 0 {
		return 0
	}
	if number > most {
		return most
	}
	return number
}
