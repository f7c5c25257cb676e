#!/bin/sh
# Below mpirun: RANK [NAME=VALUE]... PROGRAM ARGUMENTS...: the variables are for that rank alone.
chosen=$1
shift
[ "${OMPI_COMM_WORLD_RANK:-${PMI_RANK:-0}}" -ne "$chosen" ] || exec env "$@"
while :; do
    case $1 in
    [A-Z]*=*) shift ;;
    *) exec "$@" ;;
    esac
done
