package coulomb

// C takes the exported Go functions' addresses; Go cannot name them itself. A handle is a number on Go's side and a
// pointer that nobody follows on C's.

/*
#cgo pkg-config: coulomb
#include <coulomb/coulomb.h>

int32_t coulombGoData(uintptr_t handle, uint64_t update, size_t count, float *batch);
void coulombGoRelease(uintptr_t handle);

static coulomb_status call_data(void *user, uint64_t update, size_t count, float *batch)
{
    return coulombGoData((uintptr_t)user, update, count, batch);
}

static void release(void *user)
{
    coulombGoRelease((uintptr_t)user);
}

static coulomb_status set_data(coulomb_trainer *trainer, uintptr_t handle)
{
    return coulomb_trainer_set_data(trainer, call_data, (void *)handle, release);
}
*/
import "C"
import "runtime/cgo"

func setData(trainer *C.coulomb_trainer, handle cgo.Handle) C.coulomb_status {
	return C.set_data(trainer, C.uintptr_t(handle))
}
