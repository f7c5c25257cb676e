#!/bin/sh
# comma_locale.sh DIRECTORY STAMP: makes the locale de_DE.UTF-8 in the directory, where LOCPATH lets programs find it.
set -eu
localedef -i de_DE -f UTF-8 "$1/de_DE.UTF-8"
: >"$2"
