package coulomb

// #include "callbacks.h"
import "C"

// Latents writes latents into a slice of shape [count, input shape], finite: those of the samples from the given place
// on. They must depend only on seed, update and place, because a batch may be requested in several calls. seed is the
// trainer's, or the generation seed; update counts from 1, and is 0 in generation. In training a sample's place is that in
// the update's batch, in generation that in the endless sequence. It may call getters of the network alone.
type Latents func(seed, update, first uint64, latents []float32) error

// SetLatent sets the latent distribution, used by Generate and by trainers: standard normal unless set. spread is the
// standard deviation of normals (before truncation), or half the width of the uniform distribution.
//
// Errors: ErrorArgument (distribution, or a spread that is not finite and above 0).
func (n *Network) SetLatent(distribution Distribution, spread float64) error {
	return n.call(func() C.coulomb_status {
		return C.coulomb_network_set_latent(n.c(), C.int32_t(distribution), C.double(spread))
	})
}

// Latent returns the latent distribution and its spread.
func (n *Network) Latent() (Distribution, float64, error) {
	var distribution C.int32_t
	var spread C.double
	err := n.call(func() C.coulomb_status { return C.coulomb_network_get_latent(n.c(), &distribution, &spread) })
	return Distribution(distribution), float64(spread), err
}

// SetLatentSigns sets how many of the latent's first values are -1 or +1 with equal probability, instead of following
// SetLatent: 0, the default, to the number of values.
//
// Errors: ErrorArgument (too many), ErrorState (the network has no input yet).
func (n *Network) SetLatentSigns(signs int) error {
	return n.call(func() C.coulomb_status { return C.coulomb_network_set_latent_signs(n.c(), C.size_t(signs)) })
}

// LatentSigns returns the number of random signs in a latent.
func (n *Network) LatentSigns() (int, error) {
	signs, err := get(n.handle, func(signs *C.size_t) C.coulomb_status {
		return C.coulomb_network_get_latent_signs(n.c(), signs)
	})
	return int(signs), err
}

// SetLatentCallback sets a function that provides the latents; nil: the built-in distribution again. A file records only
// that there is one: in a network opened from a file, drawing latents fails with ErrorState until it is set.
//
// Errors: ErrorState (the function itself calls this).
func (n *Network) SetLatentCallback(latents Latents) error {
	return setCallback(n.handle, latents != nil, func() any { return &latentCallback{n.turns, latents, n.latentSize()} },
		func(user C.uintptr_t) C.coulomb_status { return C.go_network_set_latent_callback(n.c(), user) })
}

// latentSize is known before the network is finished, too. One without an input draws no latents.
func (n *Network) latentSize() int {
	if n.building.input > 0 {
		return n.building.input
	}
	size, _ := product(n.inputShape())
	return size
}

// LatentCallback returns the function that provides the latents; nil if there is none.
func (n *Network) LatentCallback() (Latents, error) {
	found, err := getCallback(n.handle, func(user *C.uintptr_t) C.coulomb_status {
		return C.go_network_get_latent_callback(n.c(), user)
	})
	if latents, ok := found.(*latentCallback); ok {
		return latents.write, nil
	}
	return nil, err
}

// SetGenerationSeed sets the seed of Generate and restarts its sequence. It is that of Finish unless set.
func (n *Network) SetGenerationSeed(seed uint64) error {
	return n.call(func() C.coulomb_status { return C.coulomb_network_set_generation_seed(n.c(), C.uint64_t(seed)) })
}

// GenerationSeed returns the seed of Generate.
func (n *Network) GenerationSeed() (uint64, error) {
	seed, err := get(n.handle, func(seed *C.uint64_t) C.coulomb_status {
		return C.coulomb_network_get_generation_seed(n.c(), seed)
	})
	return uint64(seed), err
}

// SetRunningAverages chooses how batch norm normalises in Generate, Evaluate and ForwardEvaluation: by the batch's
// statistics, the default, or by running averages. With the batch's statistics samples depend on each other: those of
// Generate are computed in blocks of 128.
//
// Errors: ErrorState (in use by a running callback).
func (n *Network) SetRunningAverages(averages bool) error {
	return n.call(func() C.coulomb_status { return C.coulomb_network_set_running_averages(n.c(), flag(averages)) })
}

// RunningAverages returns whether batch norm normalises by running averages in evaluation and generation.
func (n *Network) RunningAverages() (bool, error) {
	averages, err := get(n.handle, func(averages *C.int32_t) C.coulomb_status {
		return C.coulomb_network_get_running_averages(n.c(), averages)
	})
	return averages != 0, err
}

// DrawLatents draws latents as training or generation does, of shape [count, input shape]: those from the given place on
// of an update, counted from 1, with a trainer's seed; or with update 0 those of Generate, with the generation seed. The
// network's own sequence does not advance.
//
// Errors: ErrorState (not finished, or in use by a running callback), ErrorNotFinite (a latent of the caller's function),
// its own error, ErrorMemory.
func (n *Network) DrawLatents(seed, update, from uint64, count int) (latents []float32, err error) {
	err = n.with(func() error {
		size, err := product(n.inputShape())
		if err == nil {
			latents, err = room(count, size)
		}
		if err != nil {
			return err
		}
		return n.turns.check(C.coulomb_network_draw_latents(n.c(), C.uint64_t(seed), C.uint64_t(update),
			C.uint64_t(from), C.size_t(count), first[C.float](latents)))
	})
	return latents, err
}

// Generate generates the next samples of the network's sequence, of shape [count, output shape]. The samples do not
// depend on how they are divided among calls.
//
// Errors: as DrawLatents; ErrorNotFinite also for a sample: the generator has diverged. Then the sequence does not
// advance.
func (n *Network) Generate(count int) (samples []float32, err error) {
	err = n.with(func() error {
		size, err := product(n.outputShape())
		if err == nil {
			samples, err = room(count, size)
		}
		if err != nil {
			return err
		}
		return n.turns.check(C.coulomb_network_generate(n.c(), C.size_t(count), first[C.float](samples)))
	})
	return samples, err
}

// GenerateInto is Generate into a slice of whole samples.
//
// Errors: as Generate; ErrorShape (the slice ends within a sample).
func (n *Network) GenerateInto(samples []float32) error {
	return n.with(func() error {
		size, err := product(n.outputShape())
		if err != nil {
			return err
		}
		count, err := rows("the slice", len(samples), size)
		if err != nil {
			return err
		}
		return n.turns.check(C.coulomb_network_generate(n.c(), C.size_t(count), first[C.float](samples)))
	})
}

// room is memory for samples that the library writes.
func room(count, size int) ([]float32, error) {
	if count < 0 {
		return nil, &Error{Status: ErrorArgument, Message: "count is negative"}
	}
	return make([]float32, count*size), nil
}
