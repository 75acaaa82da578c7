#!/bin/bash
# How long both secondaries go on naming an edge that was killed (SIGKILL): detection by the probes, the decision, the zone, the transfer. The stack as
# it is shipped, and beside its two edges some more, which are killed in turns and started again here: the stack itself waits before it does that.
# usage: bench/failover.sh   (KILLS=50, EDGES=5)
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/lib/stack.sh
. bench/lib/table.sh
kills=${KILLS:-50} edges=${EDGES:-5}
results=bench/results/failover.md
head='| date | commit | machine | kills | p50 ms | p95 ms | p99 ms | most ms | not within 10 s |'
# An edge that is killed this often would be held down.
export Health__FirstHold=00:00:00
declare -A pid=() access=()

address() { echo "127.0.0.2$1"; }

start_edge() { # number
  CIRRUS_NODE_ID=bench-$1 CIRRUS_EDGE_LISTEN=$(address "$1") CIRRUS_EDGE_HTTP_PORT=$Ports__EdgeHttp CIRRUS_EDGE_HTTPS_PORT=$Ports__EdgeHttps \
    CIRRUS_EDGE_STATUS_PORT=$Ports__EdgeStatus CIRRUS_EDGE_DATA="$stack_data/bench-$1" CIRRUS_EDGE_WORKERS=1 CIRRUS_EDGE_RESOLVER=127.0.0.1 \
    REDIS_HOST=127.0.0.1 REDIS_PORT=$Ports__Redis CIRRUS_EDGE_REDIS_USER=default CIRRUS_EDGE_REDIS_PASSWORD=$redis_password \
    setsid Cirrus.Edge.Config/bin/edge >>"$stack_data/bench-$1.log" 2>&1 &
  pid[$1]=$!
  # Else bash tells of each that is killed.
  disown "${pid[$1]}"
}

kill_edge() { kill -9 -- "-${pid[$1]}" 2>/dev/null; }
is_gone() { ! kill -0 -- "-${pid[$1]}" 2>/dev/null; }

stop_edges() {
  local n
  for n in "${!pid[@]}"; do kill_edge "$n" || true; done
  stop_stack
}

# The addresses that both secondaries give for a name; nothing while they differ.
given() { # name
  local one two
  one=$(ask "$Ports__Ns1" "$1") && two=$(ask "$Ports__Ns2" "$1") && [ "$one" = "$two" ] && echo "$one"
}
ask() { dig +short +norecurse +tries=1 +time=1 -p "$1" @127.0.0.1 "$2" A | sort; }
names() { given "$1" | grep -qx "$2"; }
neither_names() { ! ask "$Ports__Ns1" "$1" | grep -qx "$2" && ! ask "$Ports__Ns2" "$1" | grep -qx "$2"; }

# A name for each edge that leads to it while it is up.
choose_names() {
  local i n name
  for ((i = 1; ${#access[@]} < edges && i <= 100; i++)); do
    name=$(call_api POST /domains '{"name":"d'$i'.bench.test","origins":[{"scheme":"http","host":"127.0.0.1","port":9}]}' | jq -r .accessName)
    wait_for 10 "$name at the secondaries" given_something "$name"
    for ((n = 1; n <= edges; n++)); do
      if [ -z "${access[$n]:-}" ] && names "$name" "$(address "$n")"; then access[$n]=$name; fi
    done
  done
  [ "${#access[@]}" = "$edges" ]
}
given_something() { [ -n "$(given "$1")" ]; }
all_up() { [ "$(call_api GET /nodes '' | jq '[.items[] | select(.status.health == "up")] | length')" = $((edges + 2)) ]; }

# Milliseconds until neither secondary names the edge.
kill_one() { # number
  local began now
  kill_edge "$1"
  began=${EPOCHREALTIME/./}
  until neither_names "${access[$1]}" "$(address "$1")"; do
    now=${EPOCHREALTIME/./}
    if [ $((now - began)) -gt 10000000 ]; then echo late; return; fi
  done
  now=${EPOCHREALTIME/./}
  echo $(((now - began) / 1000))
}

start_stack
trap stop_edges EXIT
redis_password=$(jq -r '."redis-password"' "$stack_data/parameters.json")
for n in 1 2; do call_api PUT /nodes/edge-$n '{"addresses":["127.0.0.1'$n'"]}' >/dev/null; done
for ((n = 1; n <= edges; n++)); do
  start_edge "$n"
  call_api PUT "/nodes/bench-$n" '{"addresses":["'"$(address "$n")"'"]}' >/dev/null
done
wait_for 60 "edges that are up" all_up
choose_names || { echo "bench: no names for all edges" >&2; exit 1; }

echo "bench: killing"
for ((i = 0; i < kills; i++)); do
  n=$((i % edges + 1))
  wait_for 60 "edge $n in DNS" names "${access[$n]}" "$(address "$n")"
  # Not in step with the probes.
  sleep "$((RANDOM % 2)).$((RANDOM % 1000))"
  kill_one "$n" >>"$stack_data/times"
  wait_for 5 "end of edge $n" is_gone "$n"
  start_edge "$n"
done

row=$(grep -v late "$stack_data/times" | sort -n | awk -v late="$(grep -c late "$stack_data/times" || true)" '
  { t[NR] = $1 }
  function p(q) { i = int((NR - 1) * q + 0.5) + 1; return t[i] }
  END { printf "%d | %d | %d | %d | %d | %d", NR + late, p(0.5), p(0.95), p(0.99), t[NR], late }')
add_row "$results" "$head" "| $(provenance) | $row |"
