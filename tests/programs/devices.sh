#!/bin/sh
# The choice of a device, without a GPU: GAUSSIAN25 FIELD INSPECT CELEBA STUB as arguments. The stub stands for
# libcoulomb-cuda; its contexts compute on the CPU.
gaussian25=$1
field=$2
inspect=$3
celeba=$4
stub=$(dirname "$5")
. "$(dirname "$0")/cases.sh"

for word in gpu cuda: cuda:x cuda:-1 cuda:1000 cuda0 CPU; do
    check "$word is no device" refuses 2 "--device is '$word'; expected cpu, cuda or cuda:N" "$gaussian25" --device $word
done
check "field knows devices too" refuses 2 "--device is 'gpu'" "$field" --device gpu
check "float16 is no precision" refuses 2 "expected one of default, float32, tf32, bf16" "$field" --precision float16

mkdir "$work/broken" "$work/other"
echo "no library" >"$work/broken/libcoulomb-cuda.so.0"
cp "$(ldd "$gaussian25" | awk '/libz\.so/ { print $3; exit }')" "$work/other/libcoulomb-cuda.so.0"
with() {
    directory=$1
    shift
    LD_LIBRARY_PATH=$directory${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} "$@"
}
short() {
    out=$1
    shift
    "$gaussian25" --out "$out" --samples 500 --history-every 50 "$@"
}
check "a library that cannot be loaded is told" refuses 1 "libcoulomb-cuda and the CUDA libraries are needed" \
    with "$work/broken" short "$work/none" --device cuda
check "a library that is another is told" refuses 1 "coulomb_cuda_device_name" \
    with "$work/other" short "$work/none" --device cuda
export STUB_ERROR="there is no CUDA device"
check "no device is told" refuses 1 "--device cuda:0: there is no CUDA device" \
    with "$stub" short "$work/none" --device cuda
check "the CPU does not need one" with "$stub" short "$work/cpu" --steps 200
unset STUB_ERROR
check "a device beyond the last is told" refuses 1 "--device cuda:2: device is 2; expected 0 to 1" \
    with "$stub" short "$work/none" --device cuda:2
check "what the device does not have is told" refuses 1 "--precision is bf16, which cuda:0 does not have; expected another one" \
    with "$stub" short "$work/none" --device cuda --precision bf16
check "the CPU has float32 alone" refuses 1 "--precision is tf32, which cpu does not have; expected float32 or default" short "$work/none" --precision tf32
check "the CPU has float32" short "$work/cpu" --overwrite --steps 200 --precision float32

check "a run on the second device ends well" run 0 with "$stub" short "$work/second" --device cuda:1 --steps 200
check "it says which" says "$work/err" "cuda:1 is the second stub with 2 MiB."
check "results tell the device" is '"the second stub"' "$inspect" json "$work/second/metrics.json" device
check "and the precision" is '"float32"' "$inspect" json "$work/second/metrics.json" precision
check "results of the CPU tell it" is '"cpu"' "$inspect" json "$work/cpu/metrics.json" device
check "samples are the device's" same "$work/cpu/samples.npy" "$work/second/samples.npy"

check "a run begins on a device" with "$stub" short "$work/moved" --device cuda --steps 200 --stop-at 100
check "its settings do not name it" sh -c "! grep -q '\"device\"\\|\"precision\"' '$work/moved/settings.json'"
check "it ends on the CPU" "$gaussian25" --out "$work/moved" --resume
check "with the samples of one device" same "$work/cpu/samples.npy" "$work/moved/samples.npy"
check "a run begins on the CPU" short "$work/back" --steps 200 --stop-at 100
check "it ends on a device" with "$stub" "$gaussian25" --out "$work/back" --resume --device cuda
check "with the samples of the CPU" same "$work/cpu/samples.npy" "$work/back/samples.npy"

check "field computes on a device" with "$stub" "$field" --device cuda --out "$work/field.png"
check "memory is planned on a device" run 0 with "$stub" "$celeba" --device cuda --data synthetic --size 32 --steps 1 \
    --batch 2 --held-out 0 --generator-channels 8 --discriminator-channels 4 --out "$work/faces"
check "which is told" says "$work/err" "Memory on cuda:0:"
finish
