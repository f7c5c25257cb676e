package coulomb

// #include <stdlib.h>
// #include <coulomb/coulomb.h>
import "C"
import "unsafe"

// Version of the headers that the package was built with.
const (
	VersionMajor = C.COULOMB_VERSION_MAJOR
	VersionMinor = C.COULOMB_VERSION_MINOR
	VersionPatch = C.COULOMB_VERSION_PATCH
)

// Version returns that of the running library: 10000 * major + 100 * minor + patch.
func Version() uint32 { return uint32(C.coulomb_version()) }

// VersionString returns the version of the running library as text, such as "0.1.0".
func VersionString() string { return C.GoString(C.coulomb_version_string()) }

// ABIVersion returns the number of the binary interface, that in the shared library's SONAME.
func ABIVersion() uint32 { return uint32(C.coulomb_abi_version()) }

// HasFeature returns whether the library and the processor support a feature: "openblas" (the BLAS is OpenBLAS), or the
// library's own kernels "portable", "avx2" and "avx512".
func HasFeature(name string) bool {
	text := C.CString(name)
	defer C.free(unsafe.Pointer(text))
	return C.coulomb_has_feature(text) != 0
}
