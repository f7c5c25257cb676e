package coulomb_test

import (
	"testing"
	"unsafe"

	"libcoulomb.invalid/coulomb"
)

func TestContextOptions(t *testing.T) {
	context := newContext(t)
	pair(t, "threads", context.SetThreads, context.Threads, 1, 3)
	pair(t, "precision", context.SetPrecision, context.Precision, coulomb.PrecisionFloat32, coulomb.PrecisionFloat32)
	fails(t, context.SetPrecision(coulomb.PrecisionBF16), coulomb.ErrorArgument)
	if must(context.BLAS())(t) == "" || !coulomb.HasFeature(must(context.Kernels())(t)) {
		t.Fatal("the context does not know its BLAS or its kernels")
	}
}

func TestVersions(t *testing.T) {
	equal(t, coulomb.Version(), uint32(10000*coulomb.VersionMajor+100*coulomb.VersionMinor+coulomb.VersionPatch))
	if coulomb.VersionString() == "" || coulomb.HasFeature("telepathy") {
		t.Fatal("the library does not know itself")
	}
	coulomb.ABIVersion()
}

func TestLogUsesItsContext(t *testing.T) {
	context := newContext(t)
	lines := 0
	log := func(level coulomb.LogLevel, line string) {
		if _, err := context.Threads(); err != nil || line == "" || level < coulomb.LogWarning {
			t.Errorf("level %d, line %q, %v", level, line, err)
		}
		lines++
	}
	equal(t, must(context.Log())(t) == nil, true)
	ok(t, context.SetLog(log))
	if lines == 0 {
		t.Fatal("no line describes the BLAS")
	}
	must(context.Log())(t)(coulomb.LogInfo, "by hand")
	ok(t, context.SetLog(nil))
	equal(t, must(context.Log())(t) == nil, true)
}

// counting counts what is not yet released, and fails or panics on demand.
type counting struct {
	coulomb.Malloc
	blocks, most int
	fail, shout  bool
}

func (c *counting) Allocate(size uintptr) unsafe.Pointer {
	if c.shout {
		panic("no more memory")
	}
	if c.fail {
		return nil
	}
	c.blocks++
	c.most++
	return c.Malloc.Allocate(size)
}

func (c *counting) Release(memory unsafe.Pointer) {
	c.blocks--
	c.Malloc.Release(memory)
}

func TestAllocator(t *testing.T) {
	memory := &counting{}
	context, err := coulomb.NewContextWithAllocator(memory)
	ok(t, err)
	network := must(context.NewPreset("mlp-generator", []int{2}, 8, 1))(t)
	must(network.Generate(10))(t)
	memory.fail = true
	fails(t, second(context.NewPreset("mlp-generator", []int{2}, 8, 1)), coulomb.ErrorMemory)
	memory.shout = true
	func() {
		defer func() { equal(t, recover(), "no more memory") }()
		context.NewNetwork()
		t.Error("there was no panic")
	}()
	memory.fail, memory.shout = false, false
	ok(t, context.Close())
	if memory.blocks == 0 {
		t.Fatal("the network's memory went with the context's handle")
	}
	ok(t, network.Close())
	if memory.blocks != 0 || memory.most < 10 {
		t.Fatalf("%d of %d blocks are left", memory.blocks, memory.most)
	}
	fails(t, second(coulomb.NewContextWithAllocator(nil)), coulomb.ErrorArgument)
	_, err = coulomb.NewContextWithAllocator(&counting{fail: true})
	equal(t, err, &coulomb.Error{Status: coulomb.ErrorMemory})
}
