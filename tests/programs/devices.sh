#!/bin/sh
# The choice of a device, without a GPU: GAUSSIAN25 FIELD INSPECT CELEBA TEXT TABLE FID NEIGHBOURS WRITE_WEIGHTS
# MAKE_DATASET STUB as arguments. The stub stands for
# libcoulomb-cuda; its contexts compute on the CPU.
gaussian25=$1
field=$2
inspect=$3
celeba=$4
text=$5
table=$6
fid=$7
neighbours=$8
write_weights=$(realpath "$9")
shift 9
make_dataset=$1
stub=$(dirname "$2")
. "$(dirname "$0")/cases.sh"

for word in gpu cuda: cuda:x cuda:-1 cuda:1000 cuda0 CPU; do
    check "$word is no device" refuses 2 "--device is '$word'; expected cpu, cuda or cuda:N" "$gaussian25" --device $word
done
check "field knows devices too" refuses 2 "--device is 'gpu'" "$field" --device gpu
check "float16 is no precision" refuses 2 "expected one of default, float32, tf32, bf16" "$gaussian25" --precision float16
check "potentials have no precision to choose" refuses 2 "unknown option --precision" "$field" --precision float32
not_of_processes() {
    run 0 "$1" --help && ! grep -q "processes" "$work/out"
}
for program in "$field" "$fid" "$neighbours"; do
    check "$(basename "$program") does not speak of processes" not_of_processes "$program"
done

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
# told PARTS PROGRAM...: a program on the device tells the memory of these parts before it uses it
told() {
    parts=$1
    shift
    run 0 with "$stub" "$@" --device cuda && says "$work/err" "Memory on cuda:0:" || return 1
    tr '\n' ' ' <"$work/err" | grep -qE "Memory on cuda:0: $parts\." && return 0
    grep Memory "$work/err"
    return 1
}
size='[0-9.]+ [KM]iB'
check "memory is planned on a device" told "$size for training, $size for samples; $size in total" short "$work/told" --steps 2
check "of a generator in the field" told "$size for training, $size for samples; $size in total" short "$work/alone" --steps 2 \
    --discriminator none
check "of other objectives" told "$size for the generator, $size for the discriminator; $size in total" "$gaussian25" \
    --out "$work/gan" --objective gan --steps 2 --samples 500
check "of text" told "$size for training, $size for generating lines; $size in total" "$text" --out "$work/text" --lines 3000 \
    --width 8 --blocks 1 --batch 16 --steps 2
"$make_dataset" --format csv --out "$work/flats" --count 300 >"$work/made" 2>&1
check "of tables" told "$size for training, $size for generating rows; $size in total. Of the host's: $size for the table" \
    "$table" --out "$work/table" --data "$work/flats/flats.csv" --steps 2 --batch 32 --charges-model 32 --charges-target 64
check "of rows" told "$size for generating rows" "$table" --model "$work/table/model.zip" --generate 3
check "of images" run 0 with "$stub" "$celeba" --device cuda --data synthetic --size 32 --steps 1 \
    --batch 2 --held-out 0 --generator-channels 8 --discriminator-channels 4 --out "$work/faces"
check "which is told" says "$work/err" "Memory on cuda:0:"
check "of generating alone" told "$size for generating" "$celeba" --out "$work/faces" --generate 3
"$make_dataset" --out "$work/set" --count 3 >"$work/made" 2>&1
weights=$work/$(cd "$work" && "$write_weights")
check "of features" told "$size for features" "$fid" --model "$work/set" --target "$work/set" --size 32 --crop 108 --inception "$weights"
generator=$work/faces/generator.safetensors
check "of a generator whose features are measured" told "$size for generating pictures" "$fid" --model "$generator" --samples 2 \
    --target "$work/set" --size 32 --crop 108 --inception "$weights"
check "of one whose samples have neighbours" told "$size for generating pictures" "$neighbours" --model "$generator" \
    --training "$work/set" --crop 108 --samples 8 --pairs 2 --out "$work/pairs.png"
finish
