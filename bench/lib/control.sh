# Sourced by benchmarks of the control API: a Redis as the stack runs it, the API, and an empty endpoint on the same Redis, all on free ports.
# start_control sets api and empty (URLs), token and api_pid. Needs stack.sh.
# shellcheck shell=bash

pids=()

start_control() {
  local ports program
  mapfile -t ports < <(free_ports 3)
  stack_data=$(mktemp -d)
  trap stop_control EXIT
  trap 'exit 143' INT TERM
  token=bench-$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
  api=http://127.0.0.1:${ports[1]} empty=http://127.0.0.1:${ports[2]}

  REDIS_PASSWORD=$token CIRRUS_REDIS_LISTEN=127.0.0.1 CIRRUS_REDIS_PORT=${ports[0]} CIRRUS_REDIS_DATA="$stack_data" \
    deploy/redis/bin/redis --save '' --appendonly yes --appendfsync always --auto-aof-rewrite-min-size 512mb >"$stack_data/redis.log" 2>&1 &
  pids+=($!)
  export ConnectionStrings__redis="127.0.0.1:${ports[0]},password=$token" DOTNET_ENVIRONMENT=Production
  program=$PWD/Cirrus.Api/bin/Release/net10.0/Cirrus.Api.dll
  # No limit of requests: the limiter is counted, but never says no.
  MASTER_API_TOKEN=$token ASPNETCORE_URLS=$api Logging__LogLevel__Default=Warning RateLimits__Factor=1000000 \
    dotnet "$program" >"$stack_data/stack.log" 2>&1 &
  api_pid=$!
  ASPNETCORE_URLS=$empty dotnet bench/empty-endpoint/bin/Release/net10.0/EmptyEndpoint.dll >"$stack_data/empty.log" 2>&1 &
  pids+=("$api_pid" $!)
  # shellcheck disable=SC2034 # for wait_for
  stack_pid=$api_pid
  wait_for 60 "API at $api" curl -fsS "$api/readyz"
  wait_for 60 "empty endpoint at $empty" curl -fsS "$empty/none"
}

stop_control() {
  kill "${pids[@]}" 2>/dev/null
  wait
  rm -rf "$stack_data"
}

# Runs a command and prints "seconds | MiB before | MiB at most" of the API's resident memory meanwhile.
with_memory() {
  local before after start
  echo 5 >"/proc/$api_pid/clear_refs" # from here on VmHWM is the peak of what follows
  before=$(resident VmRSS)
  start=$(date +%s.%N)
  "$@" || return
  after=$(date +%s.%N)
  awk -v s="$start" -v e="$after" -v b="$before" -v p="$(resident VmHWM)" 'BEGIN { printf "%.1f | %d | %d", e - s, b, p }'
}

resident() { # VmRSS or VmHWM
  awk -v name="$1:" '$1 == name { print int($2 / 1024) }' "/proc/$api_pid/status"
}
