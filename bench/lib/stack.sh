# Sourced by benchmarks: a stack of its own, on free ports, with data that is thrown away, described by the AppHost like any other.
# start_stack sets api, edge and origin (URLs) and token.
# shellcheck shell=bash

stack_data=
stack_pid=

free_ports() { # count
  # What listens now, on any address, is avoided; so are the ports the kernel gives to outgoing connections.
  local taken port found=0
  taken=$(awk 'FNR > 1 { split($2, a, ":"); print a[2] }' /proc/net/tcp /proc/net/tcp6 /proc/net/udp /proc/net/udp6)
  for port in $(shuf -i 20000-30000); do
    grep -qi "^$(printf '%04X' "$port")\$" <<<"$taken" && continue
    echo "$port"
    found=$((found + 1))
    [ "$found" -lt "$1" ] || return 0
  done
}

wait_for() { # seconds, what, command...
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    if [ "$SECONDS" -ge "$deadline" ] || ! kill -0 "$stack_pid" 2>/dev/null; then
      echo "bench: no $what; the stack said:" >&2
      tail -20 "$stack_data/stack.log" >&2
      return 1
    fi
    sleep 0.2
  done
}

start_stack() {
  local ports
  mapfile -t ports < <(free_ports 12)
  stack_data=$(mktemp -d)
  trap stop_stack EXIT
  trap 'exit 143' INT TERM
  token=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
  export Ports__Api=${ports[0]} Ports__Redis=${ports[1]} Ports__EdgeHttp=${ports[2]} Ports__EdgeStatus=${ports[3]}
  export Ports__Dns=${ports[4]} Ports__Ns1=${ports[5]} Ports__Ns2=${ports[6]} Ports__Origin=${ports[7]}
  export Ports__EdgeHttps=${ports[8]} Ports__Resolver=${ports[9]} Ports__Pebble=${ports[10]} Ports__PebbleManagement=${ports[11]}
  MASTER_API_TOKEN=$token Data="$stack_data" Containers=never \
    dotnet run --no-build --configuration Release --project Cirrus.AppHost >"$stack_data/stack.log" 2>&1 </dev/null &
  stack_pid=$!
  api=http://127.0.0.1:$Ports__Api
  # shellcheck disable=SC2034 # for the benchmarks
  edge=http://127.0.0.11:$Ports__EdgeHttp
  # shellcheck disable=SC2034
  origin=http://127.0.0.1:$Ports__Origin
  echo "bench: starting a stack"
  wait_for 120 "API at $api" curl -fsS "$api/readyz"
  wait_for 60 "origin at $origin" curl -fsS "$origin/"
  wait_for 60 "edge" sh -c "curl -fsS http://127.0.0.11:$Ports__EdgeStatus/status | grep -q '\"ready\":true'"
}

stop_stack() {
  if [ -n "$stack_pid" ]; then
    kill "$stack_pid" 2>/dev/null
    wait "$stack_pid"
  fi
  rm -rf "$stack_data"
}

call_api() { # method path body
  curl -fsS -X "$1" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' "$api/api/v1$2" -d "$3"
}
