#!/bin/sh
# The package of Go: it reaches every function of the library, its tests, the programs of its page, and the scenario. Run
# from the top, with a build directory as argument. Each line "ok - ..." is a case.
set -u
. tests/languages/layer.sh
export GOFLAGS=-mod=readonly GOPROXY=off GOTOOLCHAIN=local GOCACHE="$made/go-cache"
layer=$(find examples/go -maxdepth 1 -name '*.go' ! -name '*_test.go' -o -name callbacks.c)

# in_module COMMAND...: where Go finds the module
in_module() (
    cd examples/go && "$@"
)
formatted() {
    test -z "$(in_module gofmt -l .)"
}
# The tests call every function: a new one without a test is found here.
tested() {
    in_module env GODEBUG=cgocheck=2 go test -coverprofile="$work/cover" . &&
        in_module go tool cover -func="$work/cover" | awk '$NF == "0.0%" { print "no test calls", $2; found = 1 } END { exit found }'
}

# The programs of the page are complete files; each is run as it is cut out of the page, and prints what the page says.
page_runs() {
    mkdir -p "$work/page" && awk -v to="$work/page/" '
        /^```$/ { inside = 0 } inside { print > to number inside }
        /^```go$/ { inside = ".go"; number++ } /^```text$/ { inside = ".expected" }' doc/go.md
    for program in "$work"/page/*.go; do
        page=${program%.go}
        in_module go build -o "$page" "$program" && (cd "$work" && "$page" >"$page.said") || return 1
        cat "$page.said"
        [ ! -f "$page.expected" ] || cmp "$page.expected" "$page.said" || return 1
    done
    grep -q "5000 samples" "$work/page/1.said"
}

check "go: every function is reached" reaches $layer
check "go: builds without other modules" in_module go build -o "$made/" ./scenario ./cost
check "go: vet has nothing to say" in_module go vet ./...
check "go: is formatted" formatted
check "go: its tests pass with all checks of pointers, and call every function" tested
check "go: its tests pass under the race detector" in_module go test -race .
if pkg-config --exists coulomb-mpi; then
    check "go: builds and vets with MPI" in_module go vet -tags mpi .
    check "go: a rank of MPI, alone" in_module go test -tags mpi -run MPI .
fi
if pkg-config --exists coulomb-cuda; then
    check "go: builds and vets with CUDA" in_module go vet -tags cuda .
    check "go: says what GPUs there are" in_module go test -tags cuda -run CUDA .
fi
check "go: the page's programs run" page_runs
told go env GODEBUG=cgocheck=2 "$made/scenario"
check "go: measures the cost of a function" run 0 "$made/cost" callback 100
finish
