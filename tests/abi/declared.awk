# Of public headers: a line "FUNCTION RELEASE" for each function, with the release that its comment names as @since.
/\/\*\*/ { since = "" }
match($0, /@since [0-9a-z.]+/) { since = substr($0, RSTART + 7, RLENGTH - 7) }
/^COULOMB_API / { declaring = 1 }
declaring && match($0, /coulomb_[a-z0-9_]+\(/) {
    print substr($0, RSTART, RLENGTH - 1), since == "" ? "unknown" : since
    declaring = 0
    since = ""
}
