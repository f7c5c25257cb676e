#!/bin/sh
# The feature network and the distance against PyTorch's FID port, and statistics files against NumPy; skipped where a
# Python with them is not to be had: PYTHON names it. Arguments: the programs features and fid, and this directory.
set -u
features=$(realpath "$1")
fid=$(realpath "$2")
here=$(realpath "$3")
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

result() {
    number=$((number + 1))
    if [ "$2" -eq 0 ]; then
        echo "ok $number - $1"
    else
        sed 's/^/# /' log
        echo "not ok $number - $1"
    fi
}
skip() {
    number=$((number + 1))
    echo "ok $number - $1 # SKIP $2"
}
port() {
    "$python" "$here/port.py" "$@"
}

# below LIMIT COMMAND...: what it prints is a number below the limit
below() {
    limit=$1
    shift
    number_printed=$("$@" 2>>log) && echo "$number_printed" >>log && awk "BEGIN { exit !($number_printed < $limit) }"
}

# within SHARE A B: the numbers differ by less than a share of the second
within() {
    echo "$2 and $3" >>log
    awk "BEGIN { d = $2 - $3; if (d < 0) d = -d; exit !(\"$2\" != \"\" && d < $1 * $3) }"
}

numpy_reads_ours() {
    "$python" -c '
import numpy, sys
ours, features = numpy.load("statistics.npz"), numpy.load("port-b.npy").astype("f8")
assert sorted(ours.files) == ["mu", "sigma"], ours.files
covariance = numpy.cov(features, rowvar=False)
assert abs(ours["mu"] - features.mean(0)).max() < 1e-5 * abs(features).max()
assert abs(ours["sigma"] - covariance).max() < 1e-4 * abs(covariance).max()
numpy.savez_compressed("again.npz", mu=ours["mu"], sigma=numpy.asfortranarray(ours["sigma"]))
numpy.savez("plain.npz", mu=ours["mu"], sigma=ours["sigma"])'
}

echo 1..4
number=0
: >log
port weights weights.safetensors >log 2>&1
status=$?
if [ $status -eq 77 ]; then
    for name in "features are those of the port" "the distance is that of the port" "statistics saved are those of the port" \
        "NumPy's files give the same distance"; do
        skip "$name" "no Python with PyTorch and pytorch-fid"
    done
    exit 0
fi
[ $status -eq 0 ] && port pictures a.npy 10 64 1 >>log 2>&1 && port pictures b.npy 12 90 2 >>log 2>&1 &&
    port save a.npy a >>log 2>&1 && port save b.npy b >>log 2>&1 &&
    port features weights.safetensors a.npy port-a.npy 2 >>log 2>&1 &&
    port features weights.safetensors b.npy port-b.npy 2 >>log 2>&1 &&
    "$features" weights.safetensors b.npy ours-b.npy 2 >>log 2>&1 && below 1e-3 port compare ours-b.npy port-b.npy
result "features are those of the port" $?

theirs=$(port distance port-a.npy port-b.npy 2>>log)
ours=$("$fid" --model a --target b --inception weights.safetensors --save-stats statistics.npz 2>>log) &&
    within 0.005 "$ours" "$theirs"
result "the distance is that of the port" $?

numpy_reads_ours >>log 2>&1
result "statistics saved are those of the port" $?

from_ours=$("$fid" --features port-a.npy --target statistics.npz 2>>log) &&
    from_numpy=$("$fid" --features port-a.npy --target again.npz 2>>log) &&
    from_plain=$("$fid" --features port-a.npy --target plain.npz 2>>log) &&
    [ "$from_ours" = "$from_numpy" ] && [ "$from_ours" = "$from_plain" ] && within 0.005 "$from_ours" "$theirs"
result "NumPy's files give the same distance" $?
