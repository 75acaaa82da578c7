#!/bin/bash
# Runs every benchmark, or the named one; each writes its table to bench/results/.
# usage: scripts/bench.sh [name]
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
if [ $# -gt 0 ] && [ ! -x "bench/$1.sh" ]; then
  echo "cirrus: there is no bench/$1.sh" >&2
  exit 1
fi

failed=0 child=
# The benchmark stops what it has started.
trap '[ -z "$child" ] || kill "$child" 2>/dev/null; wait; exit 143' INT TERM
for bench in bench/${1:-*}.sh; do
  echo "cirrus: $bench"
  "$bench" &
  child=$!
  wait "$child" || failed=1
done
exit "$failed"
