#!/bin/bash
# How fast certificates come: domains that want one are written all at once, and each is followed from its acceptance to the last node's receipt of its
# certificate. The authority is Pebble, which validates by our own name servers over the customers' CNAMEs.
# usage: bench/issuance.sh   (DOMAINS=200)
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/lib/stack.sh
. bench/lib/table.sh
count=${DOMAINS:-200}
results=bench/results/issuance.md
head='| date | commit | machine | domains | seconds | certificates/s | to the certificate p50 s | p95 s | to the last node p50 s | p95 s | failed attempts |'

both_up() { [ "$(call_api GET /nodes '' | jq '[.items[] | select(.status.health == "up")] | length')" = 2 ]; }
redis() { REDISCLI_AUTH=$(jq -r '."redis-password"' "$stack_data/parameters.json") redis-cli -p "$Ports__Redis" "$@"; }
all_issued() { [ "$(redis zcard cdn:certs)" = "$count" ]; }

# Each under a registered domain of its own, so that no limit of an authority is in the way.
names() { for ((i = 0; i < count; i++)); do echo "www.d$i-bench$$.test"; done; }

# Lines "domain accepted issued everywhere" in ms, from the change log and the nodes' receipts.
followed() {
  redis eval '
    local accepted, lines = {}, {}
    for _, entry in ipairs(redis.call("XRANGE", "cdn:events", "-", "+")) do
      local field = {}
      for i = 1, #entry[2], 2 do field[entry[2][i]] = entry[2][i + 1] end
      local at = entry[1]:match("^%d+")
      if field.type == "domain-put" then
        accepted[field.key] = at
      elseif field.type == "cert-put" then
        local last = 0
        for _, node in ipairs({ "edge-1", "edge-2" }) do
          local seen = redis.call("XRANGE", "cdn:applied:node:" .. node, entry[1], "+", "COUNT", 1)[1]
          last = math.max(last, seen and tonumber(seen[2][2]) or 0)
        end
        lines[#lines + 1] = ("%s %s %s %.0f"):format(field.key, accepted[field.key], at, last)
      end
    end
    return lines' 0
}

start_stack
for n in 1 2; do call_api PUT /nodes/edge-$n '{"addresses":["127.0.0.1'$n'"]}' >/dev/null; done
wait_for 20 "both edges up" both_up
wait_for 60 "authority" test -s "$stack_data/pebble/roots.pem"
names | while read -r name; do
  hash=$(call_api POST /domains/validate '{"name":"'"$name"'","origins":[{"scheme":"http","host":"127.0.0.1","port":9}]}' | jq -r .domain.accessName)
  CIRRUS_RESOLVER_DATA=$stack_data/resolver deploy/unbound/bin/customer "_acme-challenge.$name" "_acme-challenge.$hash"
done

echo "bench: $count domains ask for certificates"
start=$(date +%s.%N)
names | sed 's/.*/{"name":"&","origins":[{"scheme":"http","host":"127.0.0.1","port":9}],"tls":{"certificate":"acme"}}/' >"$stack_data/lines"
curl -fsS -o /dev/null -X POST -H "Authorization: Bearer $token" -H 'Content-Type: application/x-ndjson' --upload-file "$stack_data/lines" "$api/api/v1/domains/import"
wait_for 120 "certificate for each domain" all_issued
end=$(date +%s.%N)
sleep 1 # the last receipts
followed >"$stack_data/followed"
failed=$(grep -c 'has no new certificate' "$stack_data/logs/workers.log" || true)
quantile() { sort -g | awk -v q="$1" '{ a[NR] = $1 } END { printf "%.2f", a[int((NR - 1) * q) + 1] }'; }
column() { awk -v column="$1" '{ print ($column - $2) / 1000 }' "$stack_data/followed"; }
add_row "$results" "$head" "| $(provenance) | $count | $(awk -v s="$start" -v e="$end" -v n="$count" 'BEGIN { printf "%.1f | %.1f", e - s, n / (e - s) }') \
| $(column 3 | quantile 0.5) | $(column 3 | quantile 0.95) | $(column 4 | quantile 0.5) | $(column 4 | quantile 0.95) | $failed |"
