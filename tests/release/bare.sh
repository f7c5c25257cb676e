#!/bin/sh
# Checks an archive where nothing else is installed: bare.sh ARCHIVE ROOT. ROOT becomes a Debian 12 (debootstrap, if it is
# empty), with the packages that README.md names. In it the archive is built and installed with README's commands, README's
# program compiles and runs, and tests/quick.sh passes. Needs root's rights, a network and 3 GB.
set -eu
archive=$(realpath "$1")
mkdir -p "$2"
root=$(realpath "$2")
[ -x "$root/usr/bin/apt-get" ] || debootstrap --variant=minbase --include=ca-certificates bookworm "$root"
name=$(basename "$archive" .tar.xz)
cp "$archive" "$root/root"
cp /etc/resolv.conf "$root/etc/resolv.conf"
cat >"$root/root/check.sh" <<'END'
set -eu
export HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
name=$1
cd /root
rm -rf "$name"
apt-get update -q
apt-get install -q -y --no-install-recommends xz-utils
tar -xf "$name.tar.xz"
cd "$name"
packages=$(tr '\n' ' ' <README.md | sed 's/.*On Debian: `\([^`]*\)`.*/\1/')
apt-get install -q -y --no-install-recommends $packages

# The commands are README's: the block below "Building and installing", with its program.
awk '/^```c$/ { inside = 1; next } /^```$/ { inside = 0 } inside' README.md >program.c
awk '/^## / { section = $0 } /^```$/ { inside = 0 } inside
    section == "## Building and installing" && /^```sh$/ { inside = 1 }' README.md >commands.sh
grep -q 'pkg-config --cflags --libs coulomb' commands.sh
sh -eux commands.sh
ldconfig
./a.out
echo "pkg-config: $(pkg-config --modversion coulomb)"
apt-get install -q -y --no-install-recommends gfortran
cc program.c $(pkg-config --static --cflags --libs coulomb | sed 's/-lcoulomb/-l:libcoulomb.a/') -o static
./static
sh tests/quick.sh
coulomb-gaussian25 --version
echo "$name: built, installed, used and tested"
END
mount -t proc proc "$root/proc"
trap 'umount "$root/proc"' EXIT
env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin chroot "$root" sh /root/check.sh "$name"
