#!/bin/sh
# links.sh PAGE...: tells of links to files that are not there.
status=0
for page in "$@"; do
    for link in $(grep -o '](\([^)#:]*\))' "$page" | sed 's/^](//; s/)$//'); do
        [ -e "$(dirname "$page")/$link" ] && continue
        echo "$page links to $link, which is not there"
        status=1
    done
done
exit $status
