//go:build cuda

package coulomb

// #cgo pkg-config: coulomb-cuda
// #include <coulomb/cuda.h>
import "C"
import "runtime"

// NewCUDAContext creates a context that computes on an NVIDIA GPU: 0 to the number of GPUs - 1, in CUDA's order. It needs
// libcoulomb-cuda and the build tag cuda. Arrays are host memory as on the CPU; results differ from the CPU's within
// rounding, see Context.SetPrecision.
//
// Errors: ErrorArgument (no such device), ErrorDevice (no driver, no GPU, one that is too old or cannot be used),
// ErrorMemory. A GPU that fails or is lost makes every later call return ErrorDevice.
func NewCUDAContext(device int) (*Context, error) {
	defer sameThread()()
	context, err := newContext(newTurns(), func(context **C.coulomb_context) C.coulomb_status {
		return C.coulomb_context_new_cuda(C.int32_t(device), context)
	})
	if refused, ok := err.(*Error); ok {
		refused.Message = C.GoString(C.coulomb_cuda_error())
	}
	return context, err
}

// CUDADeviceCount returns the number of GPUs that CUDA can see.
//
// Errors: ErrorDevice (no driver, or no GPU).
func CUDADeviceCount() (int, error) {
	defer sameThread()()
	var count C.int32_t
	err := cudaError(C.coulomb_cuda_device_count(&count))
	return int(count), err
}

// CUDADeviceName returns the name of a GPU, such as "NVIDIA H100 80GB HBM3".
//
// Errors: ErrorArgument (no such device).
func CUDADeviceName(device int) (string, error) {
	defer sameThread()()
	name := C.coulomb_cuda_device_name(C.int32_t(device))
	if name == nil {
		return "", cudaError(C.COULOMB_ERROR_ARGUMENT)
	}
	return C.GoString(name), nil
}

// CUDADeviceMemory returns the bytes of a GPU's memory.
//
// Errors: ErrorArgument (no such device), ErrorDevice.
func CUDADeviceMemory(device int) (uint64, error) {
	defer sameThread()()
	var bytes C.size_t
	err := cudaError(C.coulomb_cuda_device_memory(C.int32_t(device), &bytes))
	return uint64(bytes), err
}

// sameThread keeps a call and that for its error message on one thread, to which messages belong.
func sameThread() (end func()) {
	runtime.LockOSThread()
	return runtime.UnlockOSThread
}

func cudaError(status C.coulomb_status) error {
	if status == C.COULOMB_OK {
		return nil
	}
	return &Error{Status: Status(status), Message: C.GoString(C.coulomb_cuda_error())}
}
