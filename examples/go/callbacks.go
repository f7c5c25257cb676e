package coulomb

// #include <stdint.h>
// #include <stddef.h>
import "C"
import (
	"errors"
	"runtime/cgo"
	"unsafe"
)

// Functions of the caller, as the library's callbacks find them by their cgo.Handle.
type (
	dataCallback struct {
		turns  *turns
		write  Data
		sample int // values
	}
	sliceCallback struct {
		turns  *turns
		write  DataSlice
		sample int
	}
	latentCallback struct {
		turns *turns
		write Latents
		size  int // values of a latent
	}
	pointsCallback struct {
		turns     *turns
		write     func(first int, points []float32) error
		dimension int
	}
	factorCallback struct {
		turns  *turns
		factor Factor
	}
	transportCallback struct {
		turns     *turns
		transport Transport
		size      int // ranks
	}
	progressCallback struct {
		turns    *turns
		done     <-chan struct{}
		reason   func() error
		progress Progress
	}
)

// errNoReturn is the failure of a function that neither returned nor panicked with a value.
var errNoReturn = errors.New("the function called panic(nil) or runtime.Goexit")

// callback runs a function of the caller with the context lent. Its error and its panic are kept for the call under
// way: nothing unwinds through C.
func (t *turns) callback(transport bool, do func() error) (status C.int32_t) {
	depth, lines := t.lend()
	failure, finished := errNoReturn, false
	status = C.int32_t(CallerFirst)
	defer func() {
		var value any
		if !finished {
			value = recover()
		}
		t.takeBack(depth)
		call := t.current()
		if value != nil {
			call.panicked, call.value = true, value
		} else if failure != nil {
			call.failure = failure
		}
	}()
	for _, line := range lines {
		line.deliver()
	}
	if failure = do(); failure != nil {
		status = C.int32_t(statusOf(failure, transport))
	} else {
		status = 0
	}
	finished = true
	return status
}

func values(array *C.float, count C.size_t, size int) []float32 {
	return unsafe.Slice((*float32)(unsafe.Pointer(array)), int(count)*size)
}

func bytesAt(memory unsafe.Pointer, count int) []byte {
	return unsafe.Slice((*byte)(memory), count)
}

//export coulombGoRelease
func coulombGoRelease(user C.uintptr_t) {
	cgo.Handle(user).Delete()
}

//export coulombGoData
func coulombGoData(user C.uintptr_t, update C.uint64_t, count C.size_t, batch *C.float) C.int32_t {
	data := cgo.Handle(user).Value().(*dataCallback)
	return data.turns.callback(false, func() error {
		return data.write(uint64(update), values(batch, count, data.sample))
	})
}

//export coulombGoDataSlice
func coulombGoDataSlice(user C.uintptr_t, update C.uint64_t, total, first, count C.size_t, batch *C.float) C.int32_t {
	data := cgo.Handle(user).Value().(*sliceCallback)
	return data.turns.callback(false, func() error {
		return data.write(uint64(update), int(total), int(first), values(batch, count, data.sample))
	})
}

//export coulombGoLatents
func coulombGoLatents(user C.uintptr_t, seed, update, first C.uint64_t, count C.size_t, latent *C.float) C.int32_t {
	latents := cgo.Handle(user).Value().(*latentCallback)
	return latents.turns.callback(false, func() error {
		return latents.write(uint64(seed), uint64(update), uint64(first), values(latent, count, latents.size))
	})
}

//export coulombGoPoints
func coulombGoPoints(user C.uintptr_t, first, count C.size_t, points *C.float) C.int32_t {
	set := cgo.Handle(user).Value().(*pointsCallback)
	return set.turns.callback(false, func() error {
		return set.write(int(first), values(points, count, set.dimension))
	})
}

//export coulombGoFactor
func coulombGoFactor(user C.uintptr_t, update C.uint64_t, factor *C.double) C.int32_t {
	schedule := cgo.Handle(user).Value().(*factorCallback)
	return schedule.turns.callback(false, func() error {
		value, err := schedule.factor(uint64(update))
		*factor = C.double(value)
		return err
	})
}

//export coulombGoAllgather
func coulombGoAllgather(user C.uintptr_t, send unsafe.Pointer, bytes C.size_t, receive unsafe.Pointer) C.int32_t {
	ranks := cgo.Handle(user).Value().(*transportCallback)
	return ranks.turns.callback(true, func() error {
		return ranks.transport.Allgather(bytesAt(send, int(bytes)), bytesAt(receive, int(bytes)*ranks.size))
	})
}

//export coulombGoAlltoall
func coulombGoAlltoall(user C.uintptr_t, send unsafe.Pointer, bytesEach C.size_t, receive unsafe.Pointer) C.int32_t {
	ranks := cgo.Handle(user).Value().(*transportCallback)
	all := int(bytesEach) * ranks.size
	return ranks.turns.callback(true, func() error {
		return ranks.transport.Alltoall(bytesAt(send, all), bytesAt(receive, all))
	})
}

// A run that can be cancelled but reports no progress does not lend the context.
//
//export coulombGoProgress
func coulombGoProgress(user C.uintptr_t, update C.uint64_t) C.int32_t {
	run := cgo.Handle(user).Value().(*progressCallback)
	select {
	case <-run.done:
		run.turns.current().failure = run.reason()
		return C.int32_t(CallerFirst)
	default:
	}
	if run.progress == nil {
		return 0
	}
	return run.turns.callback(false, func() error { return run.progress(uint64(update)) })
}
