#!/bin/bash
# What the edge's choice of a certificate costs: TLS 1.3 handshakes with 10,000 certificates at hand, beside the same nginx with one static certificate. One
# worker on one core, the clients on another, in turns. The ratio is of handshakes in a second of the worker's CPU time, so that clients that can't keep it
# busy, or a busy machine, don't flatter it; it is the median of those of the rounds.
# usage: bench/tls.sh   (CERTIFICATES=10000, SECONDS_EACH=5, ROUNDS=5, CLIENTS=8)
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/lib/stack.sh
. bench/lib/table.sh
PATH="$PATH:/usr/sbin:/sbin" # where Debian keeps nginx
certificates=${CERTIFICATES:-10000} clients=${CLIENTS:-8}
results=bench/results/tls.md
head='| date | commit | machine | handshake | certificates | edge/s | static/s | edge per CPU second | static per CPU second | ratio | failed |'
work=$(mktemp -d)
mapfile -t ports < <(free_ports 5)
declare -A port=([edge]=${ports[0]} [static]=${ports[1]}) worker=()
redis_port=${ports[2]}
pids=()

stop() {
  kill "${pids[@]}" 2>/dev/null || true
  wait
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 143' INT TERM

until_it() { # what, command...
  local deadline=$((SECONDS + 60)) what=$1
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || { echo "bench: no $what; see" >&2; tail -5 "$work"/*.log >&2; return 1; }
    sleep 0.2
  done
}

make_certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=bench-authority \
    -keyout "$work/authority.key" -out "$work/authority.pem" 2>/dev/null
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=bench -keyout "$work/key.pem" 2>/dev/null |
    openssl x509 -req -days 2 -CA "$work/authority.pem" -CAkey "$work/authority.key" -CAcreateserial \
      -extfile <(echo subjectAltName=DNS:*.bench.test) 2>/dev/null >"$work/leaf.pem"
  cat "$work/leaf.pem" "$work/authority.pem" >"$work/fullchain.pem"
}

start_redis() {
  taskset -c 1 redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --dir "$work" >"$work/redis.log" &
  pids+=($!)
  until_it Redis redis-cli -p "$redis_port" ping
  redis-cli -p "$redis_port" eval '
    for i = 0, ARGV[1] - 1 do
      local name = ("d%05d.bench.test"):format(i)
      redis.call("SET", "cdn:dom:" .. name, cjson.encode({ name = name,
        origins = { { scheme = "http", host = "127.0.0.1", port = 9, weight = 1 } } }))
      redis.call("ZADD", "cdn:domains", 0, name)
      redis.call("HSET", "cdn:cert:" .. name, "fullchain", ARGV[2], "key", ARGV[3])
    end
    return redis.call("XADD", "cdn:events", "*", "type", "domain-put", "key", "d00000.bench.test")' \
    0 "$certificates" "$(cat "$work/fullchain.pem")" "$(cat "$work/key.pem")" >/dev/null
}

start_edge() {
  CIRRUS_NODE_ID=bench CIRRUS_EDGE_LISTEN=127.0.0.1 CIRRUS_EDGE_HTTP_PORT=${ports[3]} CIRRUS_EDGE_HTTPS_PORT=${port[edge]} \
    CIRRUS_EDGE_STATUS_PORT=${ports[4]} CIRRUS_EDGE_DATA="$work/edge" CIRRUS_EDGE_WORKERS=1 CIRRUS_EDGE_RESOLVER=127.0.0.1 \
    REDIS_HOST=127.0.0.1 REDIS_PORT=$redis_port CIRRUS_EDGE_REDIS_PASSWORD='' \
    taskset -c 0 Cirrus.Edge.Config/bin/edge >"$work/edge.log" 2>&1 &
  pids+=($!)
  until_it "edge with all certificates" sh -c \
    "curl -fsS http://127.0.0.1:${ports[4]}/status | grep -q '\"certificates\":${certificates}[,}]'"
  worker[edge]=$(worker_of $!)
}

start_static() {
  mkdir "$work/static"
  cat >"$work/static/nginx.conf" <<CONF
daemon off;
worker_processes 1;
pid nginx.pid;
error_log stderr warn;
events {
  worker_connections 8192;
  multi_accept on;
}
http {
  access_log off;
  server {
    listen 127.0.0.1:${port[static]} ssl http2 backlog=4096;
    ssl_certificate $work/fullchain.pem;
    ssl_certificate_key $work/key.pem;
$(sed '/ssl_certificate/d' Cirrus.Edge.Config/conf/tls.conf)
    return 204;
  }
}
CONF
  taskset -c 0 nginx -p "$work/static/" -c nginx.conf -e stderr >"$work/static.log" 2>&1 &
  pids+=($!)
  until_it "static nginx" sh -c "curl -fsSk https://127.0.0.1:${port[static]}/"
  worker[static]=$(worker_of $!)
}

worker_of() { # master
  local child children
  read -ra children <"/proc/$1/task/$1/children"
  for child in "${children[@]}"; do
    if tr '\0' ' ' <"/proc/$child/cmdline" | grep -q '^nginx: worker'; then echo "$child"; fi
  done
}

cpu_nanoseconds() { cut -d ' ' -f 1 "/proc/$1/schedstat"; }

# Prints "handshakes/s handshakes per CPU second failed" of one server.
shake_hands() { # edge or static, full or resumed
  local before after i running=()
  before=$(cpu_nanoseconds "${worker[$1]}")
  for ((i = 0; i < clients; i++)); do
    taskset -c 1 "$work/handshakes" "${port[$1]}" "${SECONDS_EACH:-5}" "$2" "$certificates" >"$work/client.$i" &
    running+=($!)
  done
  wait "${running[@]}"
  after=$(cpu_nanoseconds "${worker[$1]}")
  cat "$work"/client.* | awk -v s="${SECONDS_EACH:-5}" -v cpu=$((after - before)) \
    '{ done += $1; failed += $2 } END { printf "%.0f %.0f %d\n", done / s, done / cpu * 1e9, failed }'
}

# Of a column of the rounds.
median() { awk -v column="$1" '{ print $column }' "$work/rounds" | sort -g | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }

cc -O2 -o "$work/handshakes" bench/handshakes/handshakes.c -lssl -lcrypto
make_certificate
start_redis
start_edge
start_static
# Every certificate is parsed once before anything is measured.
"$work/handshakes" "${port[edge]}" 0 each "$certificates" >/dev/null

for kind in full resumed; do
  rm -f "$work/rounds"
  for ((round = 0; round < ${ROUNDS:-5}; round++)); do
    echo "$(shake_hands edge $kind) $(shake_hands static $kind)" |
      awk '{ printf "%d %d %d %d %.3f %d\n", $1, $4, $2, $5, $2 / $5, $3 + $6 }' >>"$work/rounds"
  done
  failed=$(awk '{ n += $6 } END { print n }' "$work/rounds")
  add_row "$results" "$head" \
    "| $(provenance) | $kind | $certificates | $(median 1) | $(median 2) | $(median 3) | $(median 4) | $(median 5) | $failed |"
done

stop
trap - EXIT
exec bench/issuance.sh
