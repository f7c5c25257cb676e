package coulomb_test

import (
	"os"
	"syscall"
	"testing"
	"unsafe"

	"libcoulomb.invalid/coulomb"
	"libcoulomb.invalid/coulomb/internal/gaussians"
)

func TestDataFunctions(t *testing.T) {
	trainer := newTraining(t).Trainer
	batch := make([]float32, 4)
	ok(t, must(trainer.Data())(t)(1, batch))
	equal(t, batch[0] != 0, true)
	ok(t, trainer.SetCharges(0, 200))
	ok(t, trainer.SetDataSlice(func(update uint64, total, first int, batch []float32) error {
		equal(t, []int{total, first, len(batch)}, []int{200, 0, 400})
		return gaussians.Fill(update, batch)
	}))
	equal(t, must(trainer.Data())(t) == nil, true)
	equal(t, must(trainer.DataSlice())(t) != nil, true)
	ok(t, trainer.Step())
	ok(t, trainer.SetDataSlice(nil))
	equal(t, must(trainer.DataSlice())(t) == nil, true)
	fails(t, trainer.Step(), coulomb.ErrorState)
	ok(t, trainer.SetData(func(uint64, []float32) error { return nil })) // writes nothing
	fails(t, trainer.Step(), coulomb.ErrorNotFinite)
}

func TestSettersDuringAnUpdateKeepNothing(t *testing.T) {
	trainer := newTraining(t).Trainer
	ok(t, trainer.SetData(func(update uint64, batch []float32) error {
		fails(t, trainer.SetData(gaussians.Fill), coulomb.ErrorState)
		fails(t, trainer.SetDataArray(points(4), 1), coulomb.ErrorState)
		fails(t, trainer.SetBatch(3), coulomb.ErrorState)
		equal(t, must(trainer.Batch())(t), 128)
		return gaussians.Fill(update, batch)
	}))
	ok(t, trainer.Step())
	ok(t, trainer.Step())
}

func TestDataArrays(t *testing.T) {
	training := newTraining(t)
	trainer := training.Trainer
	samples := points(2 * 300)
	ok(t, trainer.SetDataArray(samples, 5))
	copied, seed, err := trainer.DataArray()
	ok(t, err)
	equal(t, seed, uint64(5))
	equal(t, copied, samples)
	samples[0] = float32(1e30) // a copy is in use
	ok(t, trainer.Run(background, 3, nil))
	first := must(training.Generator.SaveBytes())(t)

	other := newTraining(t)
	ok(t, other.Trainer.SetDataMemory(mapped(t, points(2*300)), 5))
	ok(t, other.Trainer.Run(background, 3, nil))
	equal(t, string(must(other.Generator.SaveBytes())(t)) == string(first), true)

	fails(t, trainer.SetDataArray(samples[:3], 5), coulomb.ErrorShape)
	fails(t, trainer.SetDataArray(nil, 5), coulomb.ErrorArgument)
	ok(t, trainer.SetData(gaussians.Fill))
	copied, _, err = trainer.DataArray()
	ok(t, err)
	equal(t, len(copied), 0)
	ok(t, trainer.Step())
}

// mapped is a file's memory: outside Go's heap.
func mapped(t *testing.T, values []float32) []float32 {
	file := must(os.CreateTemp(t.TempDir(), "samples"))(t)
	defer file.Close()
	must(file.Write(unsafe.Slice((*byte)(unsafe.Pointer(&values[0])), 4*len(values))))(t)
	memory := must(syscall.Mmap(int(file.Fd()), 0, 4*len(values), syscall.PROT_READ, syscall.MAP_PRIVATE))(t)
	return unsafe.Slice((*float32)(unsafe.Pointer(&memory[0])), len(values))
}
