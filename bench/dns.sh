#!/bin/bash
# What a zone costs as it grows: its first build, a domain that is added, a node that goes down, each until two NSDs serve what follows. Redis, Cirrus.Dns and the
# two secondaries as they are run, all on this machine.
# usage: bench/dns.sh   (SIZES="1000 10000 100000 1000000", NODES=200, ROUNDS=20)
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/lib/stack.sh
. bench/lib/table.sh
[ -z "${QUICK:-}" ] || : "${SIZES:=1000 100000}" "${ROUNDS:=8}"
sizes=${SIZES:-1000 10000 100000 1000000} nodes=${NODES:-200} rounds=${ROUNDS:-20}
zone=bench.test
results=bench/results/dns.md
head='| date | commit | machine | domains | nodes | read ms | built ms | CPU ms | start to ready s | both serve s | MiB | added p50 ms | max ms | CPU ms | down p50 ms | max ms | up p50 ms | max ms | CPU ms | direct ms | IXFR | AXFR |'
bench_dns=bench/dns/bin/Release/net10.0/BenchDns.dll
pids=()

stop_all() {
  kill "${pids[@]}" 2>/dev/null || true
  wait
  rm -rf "$stack_data"
  pids=()
}
trap stop_all EXIT
trap 'exit 143' INT TERM

start_redis() { # port
  REDIS_PASSWORD=$token CIRRUS_REDIS_LISTEN=127.0.0.1 CIRRUS_REDIS_PORT=$1 CIRRUS_REDIS_DATA="$stack_data/redis" \
    deploy/redis/bin/redis --save '' --appendonly yes --appendfsync always --auto-aof-rewrite-min-size 4gb >"$stack_data/redis.log" 2>&1 &
  pids+=($!)
  export ConnectionStrings__redis="127.0.0.1:$1,password=$token"
  stack_pid=$!
  wait_for 30 Redis env REDISCLI_AUTH="$token" redis-cli -p "$1" ping
}

start_secondary() { # number, port, primary's port
  CIRRUS_NS_LISTEN=127.0.0.1 CIRRUS_NS_PORT=$2 CIRRUS_NS_ZONE=$zone CIRRUS_NS_PRIMARY=127.0.0.1 CIRRUS_NS_PRIMARY_PORT=$3 \
    CIRRUS_NS_DATA="$stack_data/ns$1" deploy/nsd/bin/secondary >"$stack_data/ns$1.log" 2>&1 &
  pids+=($!)
}

start_dns() { # port, HTTP port, port of direct mode, secondaries' ports...
  env Zone__Name=$zone Dns__Listen="127.0.0.1:$1" ASPNETCORE_URLS="http://127.0.0.1:$2" Dns__Direct__Listen="127.0.0.1:$3" \
    Dns__Secondaries__0__Name=ns1 Dns__Secondaries__0__Address=127.0.0.1 Dns__Secondaries__0__Port="$4" \
    Dns__Secondaries__1__Name=ns2 Dns__Secondaries__1__Address=127.0.0.1 Dns__Secondaries__1__Port="$5" \
    dotnet Cirrus.Dns/bin/Release/net10.0/Cirrus.Dns.dll >"$stack_data/stack.log" 2>&1 &
  dns=$!
  pids+=("$dns")
  # shellcheck disable=SC2034 # for wait_for
  stack_pid=$dns
}

serial() { dig +short +tries=1 +time=1 -p "$1" @127.0.0.1 "$zone" SOA | cut -d ' ' -f 3 | grep .; }

both_serve() { [ "$(serial "${ports[1]}")" = "$(serial "${ports[0]}")" ] && [ "$(serial "${ports[2]}")" = "$(serial "${ports[0]}")" ]; }

# From a moment until now.
seconds_since() { awk -v s="$1" -v e="$(date +%s.%N)" 'BEGIN { printf "%.2f", e - s }'; }

# What Cirrus.Dns has used so far, all threads.
cpu_ms() { cat "/proc/$dns/task/"*/schedstat | awk '{ n += $1 } END { printf "%.0f", n / 1e6 }'; }

# What Cirrus.Dns says of its first build: "ms | ms".
said_of_build() { sed -n 's/.*read in \([0-9.]*\) ms, made into a zone in \([0-9.]*\) ms.*/\1 | \2/p' "$stack_data/stack.log" | head -1; }

# Of the series that match, summed up.
metric() { curl -fsS "http://127.0.0.1:${ports[4]}/metrics" | awk -v of="$1" '$1 ~ of { sum += $2 } END { print sum + 0 }'; }

# Writing answers of direct mode anew, on average.
direct_ms() { awk -v sum="$(metric direct_update_seconds_sum)" -v count="$(metric direct_update_seconds_count)" 'BEGIN { printf "%.2f", 1000 * sum / count }'; }

measure_size() { # domains
  local ports start ready cpu served measured memory
  stack_data=$(mktemp -d)
  token=bench-$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
  mapfile -t ports < <(free_ports 6)
  start_redis "${ports[3]}"
  dotnet "$bench_dns" fill "$1" "$nodes"
  start_secondary 1 "${ports[1]}" "${ports[0]}"
  start_secondary 2 "${ports[2]}" "${ports[0]}"
  start=$(date +%s.%N)
  start_dns "${ports[0]}" "${ports[4]}" "${ports[5]}" "${ports[1]}" "${ports[2]}"
  wait_for 120 "Cirrus.Dns" curl -fsS "http://127.0.0.1:${ports[4]}/readyz"
  ready=$(seconds_since "$start") cpu=$(cpu_ms)
  wait_for 300 "zone at the secondaries" both_serve
  served=$(seconds_since "$start")
  memory=$(awk '$1 == "VmHWM:" { print int($2 / 1024) }' "/proc/$dns/status")
  sleep 2 # NSD writes its zone files
  measured=$(dotnet "$bench_dns" measure "$zone" "$1" "$rounds" "$dns" "${ports[1]}" "${ports[2]}")
  add_row "$results" "$head" "| $(provenance) | $1 | $nodes | $(said_of_build) | $cpu | $ready | $served | $memory | $measured | $(direct_ms) | $(metric 'kind="ixfr"') | $(metric 'kind="(axfr|ixfr_whole)"') |"
  stop_all
}

for size in $sizes; do measure_size "$size"; done
