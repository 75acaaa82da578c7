#!/bin/bash
# How long a purge takes from the API's 202 until every node has applied it and serves the old object no more, at 1,000 purges a second beside full traffic:
# two edges, the API and its Redis, as they are run, on this machine together with what asks them. Load is hits of one edge from wrk, as fast as they go.
# usage: bench/purges.sh   (RATE=1000, SECONDS_EACH=20, DOMAINS=1000, CONNECTIONS=32)
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/lib/stack.sh
. bench/lib/control.sh
. bench/lib/table.sh
[ -z "${QUICK:-}" ] || : "${SECONDS_EACH:=5}" "${DOMAINS:=100}"
rate=${RATE:-1000} seconds=${SECONDS_EACH:-20} domains=${DOMAINS:-1000}
results=bench/results/purges.md
head='| date | commit | machine | beside | purges/s | probes | accepted p50 ms | p99 ms | applied p50 ms | p99 ms | effective p50 ms | p99 ms | failed | hits/s meanwhile |'
PATH="$PATH:/usr/sbin:/sbin" # where Debian keeps nginx
edges=() nodes=()

start_origin() { # port
  mkdir "$stack_data/origin"
  cat >"$stack_data/origin/nginx.conf" <<CONF
daemon off;
worker_processes 1;
pid nginx.pid;
error_log stderr warn;
events {
  worker_connections 1024;
}
http {
  access_log off;
  server {
    listen 127.0.0.1:$1;
    add_header Cache-Control max-age=3600;
    return 200 "\$request_id\n";
  }
}
CONF
  nginx -p "$stack_data/origin/" -c nginx.conf -e stderr >"$stack_data/origin.log" 2>&1 &
  pids+=($!)
}

start_edge() { # number, HTTP port, HTTPS port, status port
  CIRRUS_NODE_ID=edge-$1 CIRRUS_EDGE_LISTEN=127.0.0.1 CIRRUS_EDGE_HTTP_PORT=$2 CIRRUS_EDGE_HTTPS_PORT=$3 CIRRUS_EDGE_STATUS_PORT=$4 \
    CIRRUS_EDGE_DATA="$stack_data/edge-$1" CIRRUS_EDGE_WORKERS=1 CIRRUS_EDGE_RESOLVER=127.0.0.1 CIRRUS_EDGE_ORIGIN_ALLOW=127.0.0.1/32 \
    REDIS_HOST=127.0.0.1 REDIS_PORT="$redis_port" CIRRUS_EDGE_REDIS_USER=default CIRRUS_EDGE_REDIS_PASSWORD="$token" \
    Cirrus.Edge.Config/bin/edge >"$stack_data/edge-$1.log" 2>&1 &
  pids+=($!)
  edges+=("http://127.0.0.1:$2")
  nodes+=("http://127.0.0.1:$2,http://127.0.0.1:$4")
  wait_for 60 "edge" sh -c "curl -fsS http://127.0.0.1:$4/status | grep '\"ready\":true' | grep -q '\"domains\":${domains}[,}]'"
}

lines() {
  awk -v n="$domains" -v port="$1" 'BEGIN { for (i = 0; i < n; i++)
    printf "{\"name\":\"d%06d.bench.test\",\"origins\":[{\"scheme\":\"http\",\"host\":\"127.0.0.1\",\"port\":%d}]}\n", i, port }'
}

row() { # beside what, hits/s
  local measured
  measured=$(dotnet bench/purges/bin/Release/net10.0/Purges.dll "$api" "$token" "$seconds" "$rate" "$domains" "${nodes[@]}")
  [ -z "$load" ] || wait "$load"
  add_row "$results" "$head" "| $(provenance) | $1 | $measured | $([ -z "$load" ] || awk '/Requests\/sec/ { printf "%.0f", $2 }' "$stack_data/wrk") |"
}

export Origins__AllowedNetworks__0=127.0.0.0/8
start_control
redis_port=${ConnectionStrings__redis%%,*} redis_port=${redis_port##*:}
mapfile -t ports < <(free_ports 7)
start_origin "${ports[0]}"
lines "${ports[0]}" | curl -fsS -X POST -H "Authorization: Bearer $token" -H 'Content-Type: application/x-ndjson' --data-binary @- "$api/api/v1/domains/import" |
  tail -1 | jq -e '.complete and .totals.refused == 0' >/dev/null
start_edge 1 "${ports[@]:1:3}"
start_edge 2 "${ports[@]:4:3}"

load=
row nothing
wrk --threads 1 --connections "${CONNECTIONS:-32}" --duration "$((seconds + 4))s" --header "Host: d000000.bench.test" "${edges[0]}/assets/hit" >"$stack_data/wrk" &
load=$!
row "full traffic"
