package coulomb_test

import (
	"testing"

	"libcoulomb.invalid/coulomb"
)

// layerCases are all layers, with the shape that they make of an image or a sequence.
var (
	same    = coulomb.Window2D{Kernel: [2]int{3, 3}}
	halved  = coulomb.Window2D{Kernel: [2]int{2, 2}, Stride: [2]int{2, 2}, Padding: coulomb.PaddingValid}
	padded  = coulomb.Window2D{Kernel: [2]int{3, 3}, Padding: coulomb.PaddingExplicit, Pads: [4]int{2, 2, 0, 0}}
	pooling = coulomb.Window2D{Kernel: [2]int{2, 4}}
	line    = coulomb.Window1D{Kernel: 2, Stride: 2}
	edged   = coulomb.Window1D{Kernel: 3, Padding: coulomb.PaddingExplicit, Pads: [2]int{1, 2}}
	paired  = coulomb.Window1D{Kernel: 2}

	image    = []int{8, 8, 3}
	sequence = []int{8, 3}
)

type layerCase struct {
	name     string
	input    []int
	layer    func(n *coulomb.Network, input coulomb.Node) coulomb.Node
	expected []int
}

var layerCases = []layerCase{
	{"Dense", sequence, func(n *coulomb.Network, x coulomb.Node) coulomb.Node { return n.Dense(x, 5, "") }, []int{8, 5}},
	{"BatchNorm", image, func(n *coulomb.Network, x coulomb.Node) coulomb.Node {
		return n.BatchNorm(x, 1e-3, 0.99, true, "")
	}, image},
	{"Conv2D", image, func(n *coulomb.Network, x coulomb.Node) coulomb.Node { return n.Conv2D(x, 4, same, "") },
		[]int{8, 8, 4}},
	{"Conv2D padded", image, func(n *coulomb.Network, x coulomb.Node) coulomb.Node { return n.Conv2D(x, 4, padded, "") },
		[]int{10, 6, 4}},
	{"Conv2DTransposed", image, func(n *coulomb.Network, x coulomb.Node) coulomb.Node {
		return n.Conv2DTransposed(x, 4, halved, "")
	}, []int{16, 16, 4}},
	{"Conv1D", sequence, func(n *coulomb.Network, x coulomb.Node) coulomb.Node { return n.Conv1D(x, 4, line, "") },
		[]int{4, 4}},
	{"Conv1D padded", sequence, func(n *coulomb.Network, x coulomb.Node) coulomb.Node { return n.Conv1D(x, 4, edged, "") },
		[]int{9, 4}},
	{"Conv1DTransposed", sequence, func(n *coulomb.Network, x coulomb.Node) coulomb.Node {
		return n.Conv1DTransposed(x, 4, line, "")
	}, []int{16, 4}},
	{"AveragePool2D", image, func(n *coulomb.Network, x coulomb.Node) coulomb.Node { return n.AveragePool2D(x, pooling) },
		[]int{4, 2, 3}},
	{"MaxPool2D", image, func(n *coulomb.Network, x coulomb.Node) coulomb.Node { return n.MaxPool2D(x, halved) },
		[]int{4, 4, 3}},
	{"AveragePool1D", sequence, func(n *coulomb.Network, x coulomb.Node) coulomb.Node { return n.AveragePool1D(x, paired) },
		[]int{4, 3}},
	{"MaxPool1D", sequence, func(n *coulomb.Network, x coulomb.Node) coulomb.Node { return n.MaxPool1D(x, paired) },
		[]int{4, 3}},
	{"Upsample2D", image, func(n *coulomb.Network, x coulomb.Node) coulomb.Node { return n.Upsample2D(x, [2]int{2, 3}) },
		[]int{16, 24, 3}},
	{"Upsample1D", sequence, func(n *coulomb.Network, x coulomb.Node) coulomb.Node { return n.Upsample1D(x, 2) },
		[]int{16, 3}},
	{"ELU", image, (*coulomb.Network).ELU, image},
	{"ReLU", image, (*coulomb.Network).ReLU, image},
	{"LeakyReLU", image, func(n *coulomb.Network, x coulomb.Node) coulomb.Node { return n.LeakyReLU(x, 0.2) }, image},
	{"Tanh", image, (*coulomb.Network).Tanh, image},
	{"LeCunTanh", image, (*coulomb.Network).LeCunTanh, image},
	{"Sigmoid", image, (*coulomb.Network).Sigmoid, image},
	{"Softmax", image, (*coulomb.Network).Softmax, image},
	{"Scale", image, func(n *coulomb.Network, x coulomb.Node) coulomb.Node { return n.Scale(x, 3) }, image},
	{"Shift", image, func(n *coulomb.Network, x coulomb.Node) coulomb.Node { return n.Shift(x, 3) }, image},
	{"Add", image, func(n *coulomb.Network, x coulomb.Node) coulomb.Node { return n.Add(x, x) }, image},
	{"Multiply", image, func(n *coulomb.Network, x coulomb.Node) coulomb.Node { return n.Multiply(x, x) }, image},
	{"Concatenate", image, func(n *coulomb.Network, x coulomb.Node) coulomb.Node { return n.Concatenate(x, x) },
		[]int{8, 8, 6}},
	{"Slice", image, func(n *coulomb.Network, x coulomb.Node) coulomb.Node { return n.Slice(x, 1, 2) }, []int{8, 8, 2}},
	{"Select", image, func(n *coulomb.Network, x coulomb.Node) coulomb.Node { return n.Select(x, []int{2, 0, 2, 1}) },
		[]int{8, 8, 4}},
	{"Reshape", image, func(n *coulomb.Network, x coulomb.Node) coulomb.Node { return n.Reshape(x, 4, 48) }, []int{4, 48}},
	{"Flatten", image, (*coulomb.Network).Flatten, []int{192}},
	{"Categorical", []int{6}, func(n *coulomb.Network, x coulomb.Node) coulomb.Node {
		return n.Categorical(n.Slice(x, 0, 3), n.Slice(x, 3, 3), []int{2, 1}, 0.5)
	}, []int{3}},
}

func TestLayers(t *testing.T) {
	context := newContext(t)
	for _, layer := range layerCases {
		t.Run(layer.name, func(t *testing.T) {
			network := must(context.NewNetwork())(t)
			defer network.Close()
			output := layer.layer(network, network.Input(layer.input...))
			ok(t, network.Finish(output, 1))
			equal(t, must(network.InputShape())(t), layer.input)
			equal(t, must(network.OutputShape())(t), layer.expected)
			values := 1
			for _, extent := range layer.input {
				values *= extent
			}
			must(network.Evaluate(points(2 * values)))(t)
		})
	}
}

func TestLayersCompute(t *testing.T) {
	network := must(newContext(t).NewNetwork())(t)
	defer network.Close()
	input := network.Input(4)
	reversed := network.Select(input, []int{3, 2, 1, 0})
	ok(t, network.Finish(network.Shift(network.Scale(network.Add(input, reversed), 2), 1), 1))
	equal(t, must(network.Evaluate([]float32{1, 2, 3, 5}))(t), []float32{13, 11, 11, 13})
}

func TestFirstErrorOfLayersIsKept(t *testing.T) {
	network := must(newContext(t).NewNetwork())(t)
	defer network.Close()
	input := network.Input(4)
	ok(t, network.Err())
	wrong := network.Slice(input, 3, 2)
	equal(t, wrong, coulomb.Node(-1))
	equal(t, network.ReLU(wrong), coulomb.Node(-1))
	fails(t, network.Err(), coulomb.ErrorShape)
	equal(t, network.Finish(wrong, 1), network.Err())
	equal(t, must(network.Finished())(t), false)
}

func TestPresets(t *testing.T) {
	context := newContext(t)
	names := coulomb.Presets()
	equal(t, len(names) >= 15, true)
	network := must(context.NewPreset(names[0], []int{2}, 8, 1))(t)
	defer network.Close()
	equal(t, must(network.Finished())(t), true)
	fails(t, second(context.NewPreset("no such", []int{2}, 8, 1)), coulomb.ErrorNotFound)
	fails(t, second(context.NewPreset(names[0], nil, 8, 1)), coulomb.ErrorArgument)
}
