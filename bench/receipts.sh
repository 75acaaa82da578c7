#!/bin/bash
# How long a change takes to be applied everywhere, from the receipts themselves: writes and purges of each kind, one after the other.
# usage: bench/receipts.sh   (CHANGES=200 of each kind)
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/lib/stack.sh
. bench/lib/table.sh
host=www.bench.test
count=${CHANGES:-200}
results=bench/results/receipts.md
head='| date | commit | machine | change | n | nodes p50 ms | nodes p99 ms | secondaries p50 ms | secondaries p99 ms | not applied in 5 s |'

domain='{"name":"'$host'","origins":[{"scheme":"http","host":"127.0.0.1","port":9,"weight":1}]}'
change_of() { # method path body
  curl -fsS -o /dev/null -D - -X "$1" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' "$api/api/v1$2" -d "$3" |
    tr -d '\r' | awk 'tolower($1) == "cirrus-change:" { print $2 }'
}
receipt() { curl -fsS -H "Authorization: Bearer $token" "$api/api/v1/changes/$1?wait=applied&timeout=5s"; }
both_up() { [ "$(call_api GET /nodes '' | jq '[.items[] | select(.status.health == "up")] | length')" = 2 ]; }

start_stack
for n in 1 2; do call_api PUT /nodes/edge-$n '{"addresses":["127.0.0.1'$n'"]}' >/dev/null; done
call_api POST /domains "$domain" >/dev/null
wait_for 20 "both edges up" both_up

for change in write purge-url purge-prefix purge-everything; do
  for ((i = 0; i < count; i++)); do
    case $change in
      write) id=$(change_of PUT "/domains/$host" "$domain") ;;
      purge-url) id=$(change_of POST /purge '{"domain":"'$host'","urls":["/a'$i'"]}') ;;
      purge-prefix) id=$(change_of POST /purge '{"domain":"'$host'","prefixes":["/p'$i'/"]}') ;;
      purge-everything) id=$(change_of POST /purge '{"domain":"'$host'","everything":true}') ;;
    esac
    receipt "$id"
  done | jq -rs '
    def p(q): sort | .[((length - 1) * q | round)];
    [.[].nodes[].milliseconds | values] as $nodes | [.[].secondaries[].milliseconds | values] as $secondaries |
    "\(length) | \($nodes | p(0.5)) | \($nodes | p(0.99)) | \($secondaries | p(0.5)) | \($secondaries | p(0.99)) | \(map(select(.applied | not)) | length)"' |
    while read -r row; do add_row "$results" "$head" "| $(provenance) | $change | $row |"; done
done
