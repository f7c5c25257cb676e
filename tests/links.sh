#!/bin/sh
# links.sh PAGE...: tells of links to files that are not there, and of pages without links to follow at all.
found=0
status=0
for page in "$@"; do
    for link in $(grep -o '](\([^)#:]*\))' "$page" | sed 's/^](//; s/)$//'); do
        found=$((found + 1))
        [ -e "$(dirname "$page")/$link" ] && continue
        echo "$page links to $link, which is not there"
        status=1
    done
done
[ "$found" -gt 0 ] || echo "no links in $*"
[ "$found" -gt 0 ] && exit $status
