#!/bin/sh
# localize.sh LD OBJCOPY AR ARCHIVE RESULT: puts all objects of an archive into one, in which only the names that begin
# with coulomb_ are global, and that into an archive of its own.
set -eu
object=$5.o
"$1" -r --whole-archive "$4" -o "$object"
"$2" --wildcard --keep-global-symbol='coulomb_*' "$object"
rm -f "$5"
"$3" rcs "$5" "$object"
rm -f "$object"
