#!/bin/sh
# Makes the archives of a release from its tag: archive.sh TAG DIRECTORY. The same tag gives the same bytes, on any day and
# whoever makes them, with the same releases of git, xz and gzip; meson dist keeps the order of a directory and the time.
set -eu
tag=$1
mkdir -p "$2"
directory=$(realpath "$2")
cd "$(dirname "$0")/../.."
name=libcoulomb-${tag#v}

# of COMMAND...: what the tag's build file says
version=$(git show "$tag:meson.build" | sed -n "s/^  version: '\(.*\)',/\1/p")
[ "$version" = "${tag#v}" ] || {
    echo "$tag is release $version in its meson.build" >&2
    exit 1
}
git show "$tag:CHANGELOG.md" | grep -qE "^## \[$version\] - [0-9]{4}-[0-9]{2}-[0-9]{2}$" || {
    echo "CHANGELOG.md of $tag has no dated entry for $version" >&2
    exit 1
}

git -c tar.umask=0022 archive --format=tar --prefix="$name/" "$tag^{commit}" >"$directory/$name.tar"
cd "$directory"
xz -9 --keep --force --threads=1 "$name.tar"
gzip -9 --no-name --force "$name.tar"
sha256sum "$name.tar.gz" "$name.tar.xz" >"$name.sha256"
cat "$name.sha256"
