#!/bin/bash
# What DNSSEC costs a zone of many domains: signing all of it, what Redis keeps, a domain that is added until two NSDs serve it, and a start of another process
# from what is kept; without signatures, with NSEC and with NSEC3, one after the other.
# usage: bench/dns-signed.sh   (DOMAINS=100000, NODES=200, ROUNDS=20, DENIALS="none nsec nsec3")
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/lib/stack.sh
. bench/lib/table.sh
. bench/lib/zone.sh
[ -z "${QUICK:-}" ] || : "${DOMAINS:=10000}" "${ROUNDS:=8}"
domains=${DOMAINS:-100000} nodes=${NODES:-200} rounds=${ROUNDS:-20}
results=bench/results/dns-signed.md
head='| date | commit | machine | domains | nodes | denial | built ms | signed ms | published ms | CPU ms | start to ready s | both serve s | records | MiB | Redis MiB more | added p50 ms | max ms | CPU ms | journal octets each | start again s |'
CIRRUS_KEY_ENCRYPTION_KEYS=$(head -c 32 /dev/urandom | base64 -w 0)
export CIRRUS_KEY_ENCRYPTION_KEYS

# What Cirrus.Dns says of the first signing, where it signs.
said_of_signing() { sed -n 's/.*names looked at in \([0-9.]*\) ms.*/\1/p' "$stack_data/stack.log" | head -1 | grep . || echo 0; }

journal() { REDISCLI_AUTH="$token" redis-cli -p "${ports[3]}" hget "cdn:zone:$zone" journal | grep . || echo 0; }

serial_kept() { REDISCLI_AUTH="$token" redis-cli -p "${ports[3]}" hget "cdn:zone:$zone" serial; }

# From the start of another process to its serving the serial that is kept. Sets again (seconds).
start_again() {
  local start kept
  kill "$dns"
  wait "$dns" || true
  kept=$(serial_kept)
  start=$(date +%s.%N)
  start_dns "${ports[0]}" "${ports[4]}" "${ports[5]}" "${ports[1]}" "${ports[2]}"
  wait_for 120 "Cirrus.Dns again" curl -fsS "http://127.0.0.1:${ports[4]}/readyz"
  again=$(seconds_since "$start")
  [ "$(serial_kept)" = "$kept" ] || { echo "bench: the zone was signed again" >&2; return 1; }
}

measure_denial() { # none, nsec or nsec3
  local ports filled ready cpu served published said records memory more before measured each again
  dns_settings=()
  [ "$1" = none ] || dns_settings=(Dns__Dnssec__Enabled=true Dns__Dnssec__Denial="$1")
  build_zone "$domains" "$nodes"
  published=$(metric 'publish_seconds_sum' | awk '{ printf "%.0f", 1000 * $1 }')
  said="$(said_of_build | sed 's/.*| //') | $(said_of_signing) | $published"
  records=$(metric zone_records) memory=$(memory_mib) more=$(($(redis_mib) - filled))
  sleep 2 # NSD writes its zone files
  before=$(journal)
  measured=$(dotnet "$bench_dns" add "$zone" "$rounds" "$dns" "${ports[1]}" "${ports[2]}")
  each=$((($(journal) - before) / (rounds + 2)))
  start_again
  add_row "$results" "$head" "| $(provenance) | $domains | $nodes | $1 | $said | $cpu | $ready | $served | $records | $memory | $more | $measured | $each | $again |"
  stop_all
}

for denial in ${DENIALS:-none nsec nsec3}; do measure_denial "$denial"; done
