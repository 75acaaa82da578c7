# Sourced by benchmarks of a zone as it is run: Redis that waits for its disk at each write, Cirrus.Dns, and two NSDs that follow it, on ports[] (Cirrus.Dns,
# both secondaries, Redis, HTTP, direct mode). Needs stack.sh. Settings of Cirrus.Dns besides are given in dns_settings.
# shellcheck shell=bash

zone=bench.test
bench_dns=bench/dns/bin/Release/net10.0/BenchDns.dll
dns_settings=()
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
  # The first as the AppHost sets it.
  env DOTNET_GCgen0size=4000000 "${dns_settings[@]}" Zone__Name=$zone Dns__Listen="127.0.0.1:$1" ASPNETCORE_URLS="http://127.0.0.1:$2" Dns__Direct__Listen="127.0.0.1:$3" \
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

# What Cirrus.Dns has used so far, all threads, also those that have ended: the ones that sign all names.
cpu_ms() { sed 's/.*) //' "/proc/$dns/stat" | awk -v ms="$((1000 / $(getconf CLK_TCK)))" '{ print ($12 + $13) * ms }'; }

# A zone of domains from nothing until both secondaries serve it: fills Redis and starts all. Sets filled (MiB that Redis has before there is a zone), ready and
# served (seconds), cpu (ms until ready).
build_zone() { # domains, nodes
  local start
  stack_data=$(mktemp -d)
  token=bench-$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
  mapfile -t ports < <(free_ports 6)
  start_redis "${ports[3]}"
  dotnet "$bench_dns" fill "$1" "$2"
  # shellcheck disable=SC2034 # for the benchmarks
  filled=$(redis_mib)
  start_secondary 1 "${ports[1]}" "${ports[0]}"
  start_secondary 2 "${ports[2]}" "${ports[0]}"
  start=$(date +%s.%N)
  start_dns "${ports[0]}" "${ports[4]}" "${ports[5]}" "${ports[1]}" "${ports[2]}"
  wait_for 120 "Cirrus.Dns" curl -fsS "http://127.0.0.1:${ports[4]}/readyz"
  # shellcheck disable=SC2034
  ready=$(seconds_since "$start") cpu=$(cpu_ms)
  wait_for 300 "zone at the secondaries" both_serve
  # shellcheck disable=SC2034
  served=$(seconds_since "$start")
}

# The most memory that Cirrus.Dns had at once.
memory_mib() { awk '$1 == "VmHWM:" { print int($2 / 1024) }' "/proc/$dns/status"; }

# What Redis holds.
redis_mib() { REDISCLI_AUTH="$token" redis-cli -p "${ports[3]}" info memory | awk -F : '$1 == "used_memory" { printf "%.0f", $2 / 1048576 }'; }

# Of the series that match, summed up.
metric() { curl -fsS "http://127.0.0.1:${ports[4]}/metrics" | awk -v of="$1" '$1 ~ of { sum += $2 } END { print sum + 0 }'; }

# What Cirrus.Dns says of each build of the whole zone, the first one first: "ms | ms".
said_of_builds() { sed -n 's/.*read in \([0-9.]*\) ms, made into a zone in \([0-9.]*\) ms.*/\1 | \2/p' "$stack_data/stack.log"; }
said_of_build() { said_of_builds | head -1; }

# Has Cirrus.Dns read and build all once more: a change that is gone from the log before it was read.
build_again() {
  local builds
  builds=$(said_of_builds | wc -l)
  printf '%s\n' MULTI 'XADD cdn:events * type lost key lost' 'XTRIM cdn:events MAXLEN 0' EXEC |
    REDISCLI_AUTH="$token" redis-cli -p "${ports[3]}" >/dev/null
  wait_for 60 "another build" has_built "$((builds + 1))"
}

has_built() { [ "$(said_of_builds | wc -l)" -ge "$1" ]; }
