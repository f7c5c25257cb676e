module libcoulomb.invalid/coulomb

go 1.19
