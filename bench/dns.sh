#!/bin/bash
# What a zone costs as it grows: its first build and later ones of the whole zone, a domain that is added, a node that goes down, each until two NSDs serve what follows. Redis, Cirrus.Dns and the
# two secondaries as they are run, all on this machine.
# usage: bench/dns.sh   (SIZES="1000 10000 100000 1000000", NODES=200, ROUNDS=20)
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/lib/stack.sh
. bench/lib/table.sh
. bench/lib/measure.sh
. bench/lib/zone.sh
[ -z "${QUICK:-}" ] || : "${SIZES:=1000 100000}" "${ROUNDS:=8}"
sizes=${SIZES:-1000 10000 100000 1000000} nodes=${NODES:-200} rounds=${ROUNDS:-20}
results=bench/results/dns.md
head='| date | commit | machine | domains | nodes | read ms | built ms | again read ms | built ms | CPU ms | start to ready s | both serve s | MiB | added p50 ms | max ms | CPU ms | down p50 ms | max ms | up p50 ms | max ms | CPU ms | direct ms | IXFR | AXFR |'

# Writing answers of direct mode anew, on average.
direct_ms() { awk -v sum="$(metric direct_update_seconds_sum)" -v count="$(metric direct_update_seconds_count)" 'BEGIN { printf "%.2f", 1000 * sum / count }'; }

measure_size() { # domains
  local ports ready cpu served measured memory again
  build_zone "$1" "$nodes"
  memory=$(memory_mib)
  sleep 2 # NSD writes its zone files
  measured=$(dotnet "$bench_dns" measure "$zone" "$1" "$rounds" "$dns" "${ports[1]}" "${ports[2]}")
  for ((i = 0; i < 5; i++)); do build_again; done
  again="$(said_of_builds | tail -5 | cut -d ' ' -f 1 | median) | $(said_of_builds | tail -5 | cut -d ' ' -f 3 | median)"
  add_row "$results" "$head" "| $(provenance) | $1 | $nodes | $(said_of_build) | $again | $cpu | $ready | $served | $memory | $measured | $(direct_ms) | $(metric 'kind="ixfr"') | $(metric 'kind="(axfr|ixfr_whole)"') |"
  stop_all
}

for size in $sizes; do measure_size "$size"; done
