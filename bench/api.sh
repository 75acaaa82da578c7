#!/bin/bash
# What the control API does in a second with 100,000 domains and 200 nodes, each operation beside an empty endpoint with one Redis GET; import and export
# beside the same writes one by one, with the API's memory.
# usage: bench/api.sh   (DOMAINS=100000, SECONDS_EACH=10, CLIENTS=16)
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/lib/stack.sh
. bench/lib/control.sh
. bench/lib/table.sh
domains=${DOMAINS:-100000}
clients=${CLIENTS:-16}
results=bench/results/api.md
head='| date | commit | machine | operation | domains | clients | requests/s | p50 ms | p95 ms | p99 ms | failed | of the empty endpoint |'
bulk=bench/results/api-bulk.md
bulk_head='| date | commit | machine | operation | lines | seconds | MiB before | MiB at most | lines/s | times one by one |'

lines() { # count, ttl
  awk -v n="$1" -v ttl="$2" 'BEGIN { for (i = 0; i < n; i++)
    printf "{\"name\":\"d%06d.bench.test\",\"origins\":[{\"scheme\":\"http\",\"host\":\"origin.example.com\",\"port\":80}],\"rules\":[{\"path\":\"/assets/\",\"ttl\":%d}]}\n", i, ttl }'
}

ask() { # what, domains, clients
  local url=$api
  [ "$1" = empty ] && url=$empty
  wrk --threads "$(($3 > 1 ? 2 : 1))" --connections "$3" --duration "${SECONDS_EACH:-10}s" --header "Authorization: Bearer $token" \
    --script bench/lib/api.lua "$url" -- "$1" "$2" | sed -n 's/^RESULT //p'
}

row() { # what, domains, clients: the operation, and right before it the empty endpoint
  local base own
  # What runs for the first time is still being compiled.
  ask "$1" "$2" "$3" >/dev/null
  base=$(ask empty "$2" "$3")
  own=$(ask "$1" "$2" "$3")
  add_row "$results" "$head" "| $(provenance) | empty endpoint | $2 | $3 | $base | 1 |"
  add_row "$results" "$head" "| $(provenance) | $1 | $2 | $3 | $own | $(awk -v a="${own%% *}" -v b="${base%% *}" 'BEGIN { printf "%.2f", a / b }') |"
}

import() { # file
  curl -fsS -o "$stack_data/answer" -X POST -H "Authorization: Bearer $token" -H 'Content-Type: application/x-ndjson' --upload-file "$1" "$api/api/v1/domains/import"
  tail -1 "$stack_data/answer" | jq -e '.complete and .totals.refused == 0' >/dev/null || { tail -1 "$stack_data/answer" >&2; return 1; }
}
export_all() { curl -fsS -o "$stack_data/export" -H "Authorization: Bearer $token" "$api/api/v1/domains/export"; }

bulk_row() { # operation, lines, rate of one by one, command...
  local measured
  measured=$(with_memory "${@:4}")
  add_row "$bulk" "$bulk_head" "| $(provenance) | $1 | $2 | $measured | $(awk -v s="${measured%% *}" -v n="$2" -v one="$3" \
    'BEGIN { printf "%.0f | %s", n / s, one == "" ? "" : sprintf("%.1f", n / s / one) }') |"
}

start_control
for n in $(seq 200); do call_api PUT "/nodes/node-$n" '{"addresses":["198.51.100.'"$n"'"]}' >/dev/null; done

echo "bench: a few domains"
ask empty 1000 "$clients" >/dev/null
lines 1000 60 >"$stack_data/few"
import "$stack_data/few"
row list 1000 "$clients"
ask put 1000 "$clients" >/dev/null
one_by_one=$(ask put 1000 1)

echo "bench: import and export"
lines "$domains" 600 >"$stack_data/lines"
# As before each other operation: what runs for the first time is still being compiled. A third of the names, so that most are new to the real one.
lines $((domains / 3)) 60 >"$stack_data/warm"
import "$stack_data/warm"
bulk_row "import, all new or changed" "$domains" "${one_by_one%% *}" import "$stack_data/lines"
bulk_row "import, again" "$domains" "" import "$stack_data/lines"
bulk_row export "$domains" "" export_all
[ "$(wc -l <"$stack_data/export")" = "$domains" ] || { echo "bench: the export has not $domains lines" >&2; exit 1; }

echo "bench: single requests"
for what in get list put purge; do row "$what" "$domains" "$clients"; done
