#!/bin/sh
# comma_locale.sh DIRECTORY STAMP: makes the locale de_DE.UTF-8 in the directory, where LOCPATH lets programs find it.
# Without the sources of locales the build goes on, and the tests that need it fail.
set -eu
localedef -i de_DE -f UTF-8 "$1/de_DE.UTF-8" ||
    echo "cannot make a locale with a decimal comma, which tests need: install the package locales" >&2
: >"$2"
