#!/bin/sh
# Ranks on hosts of their own, which are network namespaces of this machine: each has a name and an address, and a link
# of limited bandwidth to a switch between them. Tests the bits and what is sent; tells how long an update takes. Needs
# root, and of the kernel network namespaces, veth, bridge and the token bucket filter; of Debian iproute2 and Open MPI.
#   sh tests/mpi/network.sh BUILD [RATE [UPDATES]]
# RATE is tc's (1gbit), UPDATES those that are timed of networks with 35 million parameters (3).
build=$(realpath "${1:-build/gcc}")
rate=${2:-1gbit}
updates=${3:-3}
here=$(realpath "$(dirname "$0")")
. "$here/../programs/cases.sh"
prefix=coulomb-$$
net=10.77.0

skip() {
    echo "1..0 # SKIP $1"
    exit 0
}
[ "$(id -u)" -eq 0 ] || skip "network namespaces need root"
for tool in ip tc mpirun; do
    command -v $tool >/dev/null || skip "there is no $tool"
done
ninja -C "$build" tests/bench-ranks tests/mpi/mpi-ranks >/dev/null || exit 1

remove_hosts() {
    for namespace in $(ip netns list | sed -n "s/^\($prefix-[a-z0-9]*\).*/\1/p"); do
        ip netns delete "$namespace"
    done
}
trap 'remove_hosts; rm -rf "$work"' EXIT

# The token bucket holds some milliseconds of the rate.
limit() {
    ip netns exec "$1" tc qdisc add dev "$2" root tbf rate "$rate" burst 256kb latency 100ms
}
make_hosts() {
    remove_hosts
    ip netns add $prefix-switch && ip -n $prefix-switch link add bridge type bridge && ip -n $prefix-switch link set bridge up ||
        return 1
    for host in $(seq "$1"); do
        ip netns add "$prefix-$host" &&
            ip -n $prefix-switch link add "port$host" type veth peer name eth0 netns "$prefix-$host" &&
            ip -n $prefix-switch link set "port$host" master bridge up &&
            ip -n "$prefix-$host" address add "$net.$host/24" dev eth0 &&
            ip -n "$prefix-$host" link set lo up && ip -n "$prefix-$host" link set eth0 up &&
            limit "$prefix-$host" eth0 && limit $prefix-switch "port$host" || return 1
    done
}
make_hosts 1 2>"$work/why" || skip "no network namespaces here: $(tail -n 1 "$work/why")"

# on HOST COMMAND...: with the host's network and a host name of its own; Open MPI calls it in the place of ssh.
cat >"$work/on" <<END
#!/bin/sh
host=\${1##*.}
shift
exec ip netns exec $prefix-\$host unshare --uts sh -c 'hostname "\$1" && shift && eval exec "\$@"' sh host\$host "\$@"
END
chmod +x "$work/on"
. "$here/environment.sh"
OMPI_MCA_plm=rsh
OMPI_MCA_plm_rsh_agent=$work/on
OMPI_MCA_btl=tcp,self
OMPI_MCA_btl_tcp_if_include=$net.0/24
OMPI_MCA_oob_tcp_if_include=$net.0/24
export OMPI_MCA_plm OMPI_MCA_plm_rsh_agent OMPI_MCA_btl OMPI_MCA_btl_tcp_if_include OMPI_MCA_oob_tcp_if_include

# on_hosts HOSTS PROGRAM...: a rank on each
on_hosts() {
    hosts=$1
    shift
    places=$(seq -f "$net.%g:1" -s , "$hosts")
    timeout 600 "$work/on" "$net.1" mpirun --host "$places" -n "$hosts" "$@"
}
sent() {
    for host in $(seq "$1"); do
        ip netns exec "$prefix-$host" cat /sys/class/net/eth0/statistics/tx_bytes
    done | awk '{ sum += $1 } END { printf "%.0f\n", sum / NR }'
}
same_bits() {
    make_hosts "$1" && on_hosts "$1" "$build/tests/mpi/mpi-ranks" train 4 >"$work/out" 2>"$work/err" &&
        grep -q "^$1 ranks.*the same bits" "$work/out" && return 0
    cat "$work/out" "$work/err"
    return 1
}

# sends HOSTS NETWORKS UPDATES MOST: what a host sends in an update is at most MOST times what a ring sends of the
# gradients. From two runs, so that the start does not count.
sends() {
    : >"$work/told"
    batch=$1
    [ "$2" = points ] && batch=128
    make_hosts "$1" || return 1
    before=$(sent "$1")
    on_hosts "$1" "$build/tests/bench-ranks" "$2" 1 "$1" "$batch" 1 "$3" >"$work/out" || return 1
    between=$(sent "$1")
    on_hosts "$1" "$build/tests/bench-ranks" "$2" 1 "$1" "$batch" 1 $((2 * $3)) >"$work/out" || return 1
    after=$(sent "$1")
    parameters=$(sed -n 's/.*, \([0-9]*\) parameters.*/\1/p' "$work/out")
    time=$(sed -n 's/.*: \([0-9.]*\) ms an update.*/\1/p' "$work/out")
    awk -v hosts="$1" -v parameters="$parameters" -v bytes=$(((after - between - between + before) / $3)) -v time="$time" \
        -v most="$4" -v name="$2" -v rate="$rate" 'BEGIN {
            ring = 8 * (hosts - 1) / hosts * parameters
            printf "%s, %d hosts, %s: %.1f ms an update (median), %.3f MB sent by a host, %.3f of a ring\n", name, hosts, rate, \
                time, bytes / 1e6, bytes / ring
            exit !(bytes > 0.9 * ring && bytes <= most * ring)
        }' >"$work/told"
}
for hosts in 2 4; do
    check "$hosts hosts have the bits of one process" same_bits $hosts
    check "$hosts hosts: small networks send little more than a ring" sends $hosts points $((100 * updates)) 2
    sed 's/^/# /' "$work/told"
    check "$hosts hosts: 35 million parameters cost a ring's bytes" sends $hosts image "$updates" 1.1
    sed 's/^/# /' "$work/told"
done
finish
