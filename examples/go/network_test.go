package coulomb_test

import (
	"errors"
	"io"
	"testing"

	"libcoulomb.invalid/coulomb"
)

// affine is y = w x + b with three inputs and two outputs, all parameters frozen at known values.
func affine(t testing.TB, context *coulomb.Context) *coulomb.Network {
	t.Helper()
	network := must(context.NewNetwork())(t)
	t.Cleanup(func() { network.Close() })
	ok(t, network.Finish(network.Dense(network.Input(3), 2, "line"), 7))
	ok(t, network.WriteParameter("line.weight", []float32{1, 2, 3, 4, 5, 6}))
	ok(t, network.WriteParameter("line.bias", []float32{10, 20}))
	return network
}

func TestPasses(t *testing.T) {
	network := affine(t, newContext(t))
	ok(t, network.Reserve(4))
	ok(t, network.ReserveInference(4))
	fails(t, network.Reserve(0), coulomb.ErrorArgument)
	input, output := []float32{1, 1, 1, 0, 0, 1}, make([]float32, 4)
	fails(t, network.Backward(output, nil, coulomb.GradientWrite), coulomb.ErrorState)
	ok(t, network.Forward(input, output))
	equal(t, output, []float32{19, 32, 15, 26})
	input[0] = 100 // the network has a copy
	gradient := make([]float32, 6)
	ok(t, network.Backward([]float32{1, 0, 0, 1}, gradient, coulomb.GradientWrite))
	equal(t, gradient, []float32{1, 3, 5, 2, 4, 6})
	equal(t, must(network.ReadGradient("line.weight"))(t), []float32{1, 0, 1, 0, 1, 1})
	ok(t, network.Backward([]float32{1, 0, 0, 1}, nil, coulomb.GradientAdd))
	equal(t, must(network.ReadGradient("line.bias"))(t), []float32{2, 2})
	fails(t, network.Backward([]float32{1}, nil, coulomb.GradientWrite), coulomb.ErrorShape)
	fails(t, network.Backward([]float32{1, 0, 0, 1}, nil, coulomb.GradientNone), coulomb.ErrorArgument)
	fails(t, network.Forward(input, output[:3]), coulomb.ErrorShape)
	fails(t, network.Forward(input[:5], nil), coulomb.ErrorShape)
	ok(t, network.ForwardEvaluation(input[3:], nil))
	ok(t, network.Backward([]float32{1, 0}, gradient[:3], coulomb.GradientNone))
	equal(t, gradient[:3], []float32{1, 3, 5})
}

func TestEvaluation(t *testing.T) {
	network := affine(t, newContext(t))
	equal(t, must(network.Evaluate([]float32{1, 1, 1}))(t), []float32{19, 32})
	equal(t, len(must(network.Evaluate(nil))(t)), 0)
	output := make([]float32, 2)
	ok(t, network.EvaluateInto(output, []float32{0, 0, 1}))
	equal(t, output, []float32{15, 26})
	fails(t, network.EvaluateInto(nil, []float32{0, 0, 1}), coulomb.ErrorShape)
	fails(t, second(network.Evaluate([]float32{0, 0})), coulomb.ErrorShape)
	bytes := must(network.Memory(coulomb.MemoryParameters, 1))(t)
	equal(t, bytes > 0, true)
	pair(t, "inference-only", network.SetInferenceOnly, network.InferenceOnly, false, true)
	equal(t, must(network.Memory(coulomb.MemoryParameters, 1))(t) < bytes, true)
	fails(t, second(network.NewOptimizer()), coulomb.ErrorState)
}

func TestParameters(t *testing.T) {
	network := affine(t, newContext(t))
	equal(t, must(network.ParameterNames())(t), []string{"line.weight", "line.bias"})
	equal(t, must(network.ParameterShape("line.weight"))(t), []int{3, 2})
	equal(t, must(network.ReadParameter("line.bias"))(t), []float32{10, 20})
	fails(t, network.WriteParameter("line.bias", []float32{1}), coulomb.ErrorShape)
	fails(t, second(network.ReadParameter("no such")), coulomb.ErrorNotFound)
	ok(t, network.SetFrozen("line", true))
	equal(t, must(network.Frozen("line.bias"))(t), true)
	ok(t, network.SetFrozen("", false))
	equal(t, must(network.Frozen("line.bias"))(t), false)
	ok(t, network.Initialize(7))
	equal(t, must(network.ReadParameter("line.bias"))(t), []float32{0, 0})
}

func TestInitializers(t *testing.T) {
	network := affine(t, newContext(t))
	ok(t, network.SetInitializer("", coulomb.InitializerHeNormal))
	equal(t, must(network.Initializer("line.weight"))(t), coulomb.InitializerHeNormal)
	ok(t, network.SetInitializerConstant("line.bias", 0.5))
	equal(t, must(network.Initializer("line.bias"))(t), coulomb.InitializerConstant)
	equal(t, must(network.InitializerConstant("line.bias"))(t), 0.5)
	ok(t, network.SetInitializerVarianceScaling("line.weight", 2, coulomb.FanOut, coulomb.DistributionUniform))
	scale, fan, distribution, err := network.InitializerVarianceScaling("line.weight")
	ok(t, err)
	equal(t, []any{scale, fan, distribution}, []any{2.0, coulomb.FanOut, coulomb.DistributionUniform})
	ok(t, network.SetInitializerRandom("line.weight", coulomb.DistributionTruncatedNormal, 0.25))
	distribution, spread, err := network.InitializerRandom("line.weight")
	ok(t, err)
	equal(t, []any{distribution, spread}, []any{coulomb.DistributionTruncatedNormal, 0.25})
	fails(t, second(network.InitializerConstant("line.weight")), coulomb.ErrorArgument)
	ok(t, network.Initialize(1))
	equal(t, must(network.ReadParameter("line.bias"))(t), []float32{0.5, 0.5})
}

func TestLatents(t *testing.T) {
	network := affine(t, newContext(t))
	ok(t, network.SetLatent(coulomb.DistributionUniform, 0.5))
	distribution, spread, err := network.Latent()
	ok(t, err)
	equal(t, []any{distribution, spread}, []any{coulomb.DistributionUniform, 0.5})
	pair(t, "signs", network.SetLatentSigns, network.LatentSigns, 0, 2)
	pair(t, "seed", network.SetGenerationSeed, network.GenerationSeed, 7, 8)
	pair(t, "averages", network.SetRunningAverages, network.RunningAverages, false, true)
	latents := must(network.DrawLatents(8, 0, 0, 5))(t)
	equal(t, must(network.DrawLatents(8, 0, 2, 3))(t), latents[6:])
	equal(t, latents[0]*latents[0], float32(1))
	samples := must(network.Generate(2))(t)
	rest := make([]float32, 6)
	ok(t, network.GenerateInto(rest))
	equal(t, append(samples, rest...), must(network.Evaluate(latents))(t))
	fails(t, network.GenerateInto(rest[:1]), coulomb.ErrorShape)
	fails(t, second(network.Generate(-1)), coulomb.ErrorArgument)
}

func TestLatentFunction(t *testing.T) {
	context := newContext(t)
	network := must(context.NewNetwork())(t)
	defer network.Close()
	input := network.Input(3)
	var failure error
	ok(t, network.SetLatentCallback(func(seed, update, first uint64, latents []float32) error {
		for i := range latents {
			latents[i] = float32(first) + float32(i)
		}
		return failure
	}))
	ok(t, network.Finish(network.Scale(input, 2), 1))
	equal(t, must(network.Generate(2))(t), []float32{0, 2, 4, 6, 8, 10})
	failure = io.ErrUnexpectedEOF
	if err := second(network.Generate(1)); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatalf("the error is %v", err)
	}
	found := must(network.LatentCallback())(t)
	equal(t, found(0, 0, 0, nil), io.ErrUnexpectedEOF)
	ok(t, network.SetLatentCallback(nil))
	equal(t, must(network.LatentCallback())(t) == nil, true)
}
