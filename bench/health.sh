#!/bin/bash
# What probing takes: Cirrus.Workers on one core watches many nodes, each probed every second, alone by HTTP and then by HTTPS as well. The nodes are one
# nginx, on the other core, that answers at an address of its own for each; its log tells when the probes came. The interval is a second, give or take 10 %.
# usage: bench/health.sh   (NODES=1000, SECONDS_EACH=30)
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/lib/stack.sh
. bench/lib/table.sh
nodes=${NODES:-1000} seconds=${SECONDS_EACH:-30}
results=bench/results/health.md
head='| date | commit | machine | nodes | by | probes/s | core % | resident MiB | between probes p50 ms | p99 ms | most ms | turns of health |'
PATH="$PATH:/usr/sbin:/sbin" # where Debian keeps nginx
pids=()

stop_all() {
  kill "${pids[@]}" 2>/dev/null || true
  wait
  rm -rf "$stack_data"
}

start_redis() { # port
  redis_port=$1
  REDIS_PASSWORD=$password CIRRUS_REDIS_LISTEN=127.0.0.1 CIRRUS_REDIS_PORT=$1 CIRRUS_REDIS_DATA="$stack_data" taskset -c 1 \
    deploy/redis/bin/redis --save '' --appendonly yes --appendfsync always >"$stack_data/stack.log" 2>&1 &
  pids+=($!)
  stack_pid=$! # for wait_for
  wait_for 20 Redis redis ping
}

# By hand, as docs/redis.md says.
write_nodes() {
  local i
  for ((i = 0; i < nodes; i++)); do
    printf 'SET cdn:node:node-%d %s\nZADD cdn:nodes 0 node-%d\n' "$i" \
      "'"'{"id":"node-'"$i"'","addresses":["'"$(address "$i")"'"],"weight":100,"region":"","state":"active","updatedAt":"2026-01-01T00:00:00+00:00","createdAt":"2026-01-01T00:00:00+00:00","revision":1}'"'" "$i"
  done | redis >/dev/null
}

address() { echo "127.1.$(($1 / 250)).$(($1 % 250 + 1))"; }

# Says that it has applied whatever there is, and holds those who wait for more.
start_responder() { # HTTP port, HTTPS port, status port
  local status='{"node":"bench","version":"bench","applied":"253402300799999-0","redis":"up","ready":true,"domains":1,"workers":1}'
  mkdir "$stack_data/nodes"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=bench -addext subjectAltName=DNS:www.bench.test \
    -keyout "$stack_data/nodes/key.pem" -out "$stack_data/nodes/certificate.pem" 2>/dev/null
  cat >"$stack_data/nodes/nginx.conf" <<CONF
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid nginx.pid;
error_log stderr warn;
load_module /usr/lib/nginx/modules/ndk_http_module.so;
load_module /usr/lib/nginx/modules/ngx_http_lua_module.so;
events {
  worker_connections 10000;
}
http {
  lua_package_path "/usr/share/lua/5.1/?.lua;/usr/share/lua/5.1/?/init.lua;;";
  log_format probe '\$msec \$server_addr \$server_port';
  access_log probes.log probe buffer=64k flush=1s;
  keepalive_requests 1000000;
  server {
    listen 0.0.0.0:$1 backlog=4096;
    listen 0.0.0.0:$2 ssl backlog=4096;
    ssl_certificate certificate.pem;
    ssl_certificate_key key.pem;
    return 200 '$status';
  }
  server {
    listen 0.0.0.0:$3 backlog=4096;
    access_log off;
    location / {
      content_by_lua_block {
        if ngx.var.arg_after then ngx.sleep(10) end
        ngx.print('$status')
      }
    }
  }
}
CONF
  taskset -c 1 nginx -p "$stack_data/nodes/" -c nginx.conf -e stderr >"$stack_data/nodes.log" 2>&1 &
  pids+=($!)
}

start_workers() { # HTTP port, HTTPS port, status port, own port
  ConnectionStrings__redis="127.0.0.1:$redis_port,password=$password" DOTNET_ENVIRONMENT=Production Edge__HttpPort=$1 Edge__HttpsPort=$2 Edge__StatusPort=$3 ASPNETCORE_URLS=http://127.0.0.1:$4 Logging__LogLevel__Default=Error Zone__Name=bench.test \
    taskset -c 0 dotnet Cirrus.Workers/bin/Release/net10.0/Cirrus.Workers.dll >"$stack_data/workers.log" 2>&1 &
  workers=$!
  pids+=("$workers")
}

redis() { REDISCLI_AUTH=$password redis-cli -p "$redis_port" "$@"; }
all_up() { [ "$(redis eval 'local n = 0 for _, id in ipairs(redis.call("ZRANGE", "cdn:nodes", 0, -1)) do
  if redis.call("HGET", "cdn:nodestatus:" .. id, "health") == "up" then n = n + 1 end end return n' 0)" = "$nodes" ]; }
ticks() { sed 's/.*) //' "/proc/$workers/stat" | awk '{ print $12 + $13 }'; }
events() { redis xlen cdn:events; }

row() { # by, port whose probes count
  local from to cpu turns gaps
  cpu=$(ticks) turns=$(events) from=$(date +%s.%N)
  sleep "$seconds"
  to=$(date +%s.%N) cpu=$(($(ticks) - cpu)) turns=$(($(events) - turns))
  sleep 2 # until the log is written
  gaps=$(awk -v from="$from" -v to="$to" -v port="$2" '$3 == port && $1 >= from && $1 < to {
      n++
      if ($2 in last) print ($1 - last[$2]) * 1000
      last[$2] = $1
    } END { printf "%d probes\n", n }' "$stack_data/nodes/probes.log" | sort -n | awk -v seconds="$seconds" '
    /probes/ { n = $1; next }
    { g[++m] = $1 }
    END { printf "%.0f %d %d %d", n / seconds, g[int(m * 0.5) + 1], g[int(m * 0.99) + 1], g[m] }')
  read -r rate p50 p99 most <<<"$gaps"
  add_row "$results" "$head" "| $(provenance) | $nodes | $1 | $rate | $(awk -v t="$cpu" -v s="$seconds" 'BEGIN { printf "%.0f", t / s }') | $(
    awk '$1 == "VmRSS:" { print int($2 / 1024) }' "/proc/$workers/status") | $p50 | $p99 | $most | $turns |"
}

stack_data=$(mktemp -d)
trap stop_all EXIT
trap 'exit 143' INT TERM
password=bench-$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
mapfile -t ports < <(free_ports 5)
start_redis "${ports[4]}"
start_responder "${ports[@]:0:3}"
write_nodes
start_workers "${ports[@]:0:4}"
wait_for 120 "$nodes nodes that are up" all_up
sleep 5 # what runs for the first time is still being compiled

row HTTP "${ports[0]}"
# One name with a certificate is enough: it is asked for at every node.
redis zadd cdn:certs "$(($(date +%s) * 1000 + 86400000))" www.bench.test >/dev/null
seen_by_https() { [ "$(tail -n 20000 "$stack_data/nodes/probes.log" | awk -v port="${ports[1]}" '$3 == port && !($2 in seen) { seen[$2]; n++ } END { print n + 0 }')" = "$nodes" ]; }
wait_for 60 "probes by HTTPS of all nodes" seen_by_https
row "HTTP and HTTPS" "${ports[1]}"
