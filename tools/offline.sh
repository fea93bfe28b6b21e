#!/bin/sh
# Run pytest in a network namespace that has nothing but the loopback device. Arguments go to pytest.
# usage: PY=.venv/bin/python sh tools/offline.sh [PYTEST ARGUMENT …]
set -eu

stop() { echo "make offline: $1" >&2; exit 1; }

[ "$(uname -s)" = Linux ] || stop "network namespaces exist only on Linux; run it there (CI does)"
command -v unshare >/dev/null || stop "needs unshare (package util-linux)"
command -v ip >/dev/null || stop "needs ip (package iproute2)"

if [ "$(id -u)" = 0 ]; then namespace="unshare --net"; else namespace="unshare --net --map-root-user"; fi
$namespace true || stop "this system allows no network namespace; try it as root"

export OMP_NUM_THREADS=1
exec $namespace sh -euc '
    ip link set lo up
    others=$(ip -o link show up | grep -cv ": lo:") || [ "$others" = 0 ]
    [ "$others" = 0 ] || { echo "make offline: a network device is still up" >&2; exit 1; }
    exec "$@"
' sh "$PY" -m pytest "$@"
