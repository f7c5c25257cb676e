package coulomb

// #include <coulomb/coulomb.h>
import "C"
import "unsafe"

// Ngrams counts the n-grams of a text: lines of 16-bit symbols, such as indices of characters in a vocabulary. n-grams do
// not extend over the end of a line.
type Ngrams struct{ *handle }

// NewNgrams creates empty counts of n-grams of 1 to 6 symbols.
//
// Errors: ErrorArgument, ErrorMemory.
func (c *Context) NewNgrams(n int) (*Ngrams, error) {
	made, err := c.create(func(object *unsafe.Pointer) C.coulomb_status {
		return C.coulomb_ngrams_new(c.c(), C.size_t(n), (**C.coulomb_ngrams)(unsafe.Pointer(object)))
	}, func(object unsafe.Pointer) { C.coulomb_ngrams_free((*C.coulomb_ngrams)(object)) })
	if err != nil {
		return nil, err
	}
	return &Ngrams{made}, nil
}

func (g *Ngrams) c() *C.coulomb_ngrams { return (*C.coulomb_ngrams)(g.resource.pointer) }

// Close releases the counts.
func (g *Ngrams) Close() error { return g.close() }

// Add counts the n-grams of further lines of equal length, at least n: lines has shape [count, length].
//
// Errors: ErrorShape (the slice ends within a line), ErrorArgument (length is below n, or there would be more than 2^32 - 1
// n-grams): the counts are unchanged; ErrorMemory: the handle can only be closed, and other calls return ErrorState.
func (g *Ngrams) Add(lines []uint16, length int) error {
	return g.with(func() error {
		count, err := rows("lines", len(lines), length)
		if err != nil {
			return err
		}
		return g.turns.check(C.coulomb_ngrams_add(g.c(), first[C.uint16_t](lines), C.size_t(count), C.size_t(length)))
	})
}

// Total returns the number of n-grams counted, including repeated ones.
func (g *Ngrams) Total() (total uint64, err error) {
	err = g.with(func() error {
		total = uint64(C.coulomb_ngrams_total(g.c()))
		return nil
	})
	return total, err
}

// Distinct returns the number of distinct n-grams counted.
func (g *Ngrams) Distinct() (distinct uint64, err error) {
	err = g.with(func() error {
		distinct = uint64(C.coulomb_ngrams_distinct(g.c()))
		return nil
	})
	return distinct, err
}

// Divergence computes the Jensen-Shannon divergence from the n-grams of another text, in bits: 0 (equal shares) to 1 (no
// n-gram in common). The other counts have the same n, and are of this or another context.
//
// Errors: ErrorShape (n differs), ErrorState (no n-gram has been counted in one of them).
func (g *Ngrams) Divergence(other *Ngrams) (float64, error) {
	var divergence C.double
	err := g.both(other.handle, func() C.coulomb_status {
		return C.coulomb_ngrams_divergence(g.c(), other.c(), &divergence)
	})
	return float64(divergence), err
}
