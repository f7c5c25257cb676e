//go:build cuda

package coulomb_test

import (
	"testing"

	"libcoulomb.invalid/coulomb"
	"libcoulomb.invalid/coulomb/internal/gaussians"
)

// Where there is no GPU, each function says so.
func TestCUDA(t *testing.T) {
	count, err := coulomb.CUDADeviceCount()
	if err != nil {
		fails(t, err, coulomb.ErrorDevice)
		fails(t, second(coulomb.NewCUDAContext(0)), coulomb.ErrorDevice)
		return
	}
	fails(t, second(coulomb.NewCUDAContext(count)), coulomb.ErrorArgument)
	fails(t, second(coulomb.CUDADeviceName(count)), coulomb.ErrorArgument)
	fails(t, second(coulomb.CUDADeviceMemory(count)), coulomb.ErrorArgument)
	equal(t, must(coulomb.CUDADeviceName(0))(t) != "", true)
	equal(t, must(coulomb.CUDADeviceMemory(0))(t) > 1<<30, true)
	context := must(coulomb.NewCUDAContext(0))(t)
	defer context.Close()
	generator := must(context.NewPreset("mlp-generator", []int{2}, 8, 1))(t)
	trainer := must(context.NewTrainer(generator, nil))(t)
	ok(t, trainer.SetData(gaussians.Fill))
	ok(t, trainer.Run(background, 5, nil))
	equal(t, len(must(generator.Generate(100))(t)), 200)
}
