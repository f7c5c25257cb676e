package coulomb

// #include <stddef.h>
// #include <stdint.h>
import "C"
import (
	"runtime/cgo"
	"unsafe"
)

const callerFirst = 1000

// Data fills in the target samples of an update: a slice on the library's memory, which holds within the call.
type Data func(update uint64, batch []float32) error

// What the handle that C keeps stands for.
type dataState struct {
	fill     Data
	values   int
	failure  error
	panicked any
}

// No panic unwinds through C: it is kept, and goes on when the library has returned.
//
//export coulombGoData
func coulombGoData(handle C.uintptr_t, update C.uint64_t, count C.size_t, batch *C.float) (status C.int32_t) {
	state := cgo.Handle(handle).Value().(*dataState)
	defer func() {
		if state.panicked = recover(); state.panicked != nil {
			status = callerFirst
		}
	}()
	values := unsafe.Slice((*float32)(unsafe.Pointer(batch)), int(count)*state.values)
	if state.failure = state.fill(uint64(update), values); state.failure != nil {
		return callerFirst
	}
	return 0
}

//export coulombGoRelease
func coulombGoRelease(handle C.uintptr_t) {
	cgo.Handle(handle).Delete()
}
