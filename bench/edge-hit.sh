#!/bin/bash
# How many cached answers one edge gives, beside the same file straight from the origin's nginx (no cache, no Lua): what the edge costs.
# usage: bench/edge-hit.sh   (SECONDS_EACH=10, CONNECTIONS=32)
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/lib/stack.sh
. bench/lib/table.sh
path=/assets/app.css
host=www.bench.test
load=(--threads 1 --connections "${CONNECTIONS:-32}" --duration "${SECONDS_EACH:-10}s" --header "Host: $host")
results=bench/results/edge-hit.md
head='| date | commit | machine | target | requests/s | p50 | p99 | failed |'

start_stack
call_api PUT /nodes/edge-1 '{"addresses":["127.0.0.11"],"weight":100,"region":"bench"}' >/dev/null
call_api POST /domains '{"name":"'$host'","origins":[{"scheme":"http","host":"127.0.0.1","port":'"$Ports__Origin"',"weight":1}],
  "cacheEnable":true,"rules":[{"path":"/assets/","ttl":3600,"methods":["GET","HEAD"]}]}' >/dev/null

is_hit() { curl -fsS -o /dev/null -D - -H "Host: $host" "$edge$path" | grep -qi '^cache-status:.*hit'; }
wait_for 20 "cached answer from the edge" is_hit

for target in origin edge; do
  row=$(measure "${load[@]}" "${!target}$path")
  add_row "$results" "$head" "| $(provenance) | $target | $row |"
done
# The numbers above are of hits only if it still is one.
is_hit || { echo "bench: the object left the cache during the run; the edge's row is not of hits" >&2; exit 1; }
