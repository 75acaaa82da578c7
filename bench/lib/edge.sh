# Sourced by benchmarks of one edge beside other caches: each server has core 0 to itself while it is asked, what asks and answers has core 1.
# `prepare` makes the work folder and ports; the start_* functions set pids, url and processes of their target.
# shellcheck shell=bash

PATH="$PATH:/usr/sbin:/sbin" # where Debian keeps the servers
SERVER_CORE=0 LOAD_CORE=1
work=
pids=()
declare -A port=() process=() pid_of=()

prepare() {
  local ports name
  # In memory: what a disk's file system does with files that were deleted a moment ago would be most of a miss.
  work=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo /tmp)")
  chmod 755 "$work" # Traffic Server doesn't run as root
  trap stop_all EXIT
  trap 'exit 143' INT TERM
  mapfile -t ports < <(free_ports 12)
  for name in redis origin cirrus cirrus_tls cirrus_status nginx nginx_tls nginx_tiers proxy varnish trafficserver; do
    port[$name]=${ports[0]}
    ports=("${ports[@]:1}")
  done
}

stop_all() {
  kill "${pids[@]}" 2>/dev/null || true
  wait
  rm -rf "$work"
}

stop_target() { # name
  kill "${pid_of[$1]}" 2>/dev/null || true
  wait "${pid_of[$1]}" 2>/dev/null || true
}

until_it() { # what, command...
  local deadline=$((SECONDS + 90)) what=$1
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || { echo "bench: no $what; see" >&2; tail -n 5 "$work"/*.log >&2; return 1; }
    sleep 0.2
  done
}

started() { # name, pid
  pids+=("$2")
  pid_of[$1]=$2
}

# nginx's one worker among the children of its master.
worker_of() { # master
  local child children
  read -ra children <"/proc/$1/task/$1/children"
  for child in "${children[@]}"; do
    if tr '\0' ' ' <"/proc/$child/cmdline" | grep -q '^nginx: worker'; then echo "$child"; fi
  done
}

start_redis() {
  taskset -c $LOAD_CORE redis-server --port "${port[redis]}" --bind 127.0.0.1 --save '' --dir "$work" >"$work/redis.log" &
  started redis $!
  until_it Redis redis-cli -p "${port[redis]}" ping
}

# Domains d000000.bench.test and so on, each with the origin here. wrk names the server in handshakes as the URL does, so there is a certificate for that.
write_domains() { # count
  redis-cli -p "${port[redis]}" eval '
    redis.call("FLUSHALL")
    for i = 0, ARGV[1] - 1 do
      local name = ("d%06d.bench.test"):format(i)
      redis.call("SET", "cdn:dom:" .. name, cjson.encode({ name = name,
        rules = { { path = "/assets/", ttl = 3600 }, i == 0 and { path = "/passed/", ttl = 0 } or nil },
        origins = { { scheme = "http", host = "127.0.0.1", port = tonumber(ARGV[2]), weight = 1 } } }))
      redis.call("ZADD", "cdn:domains", 0, name)
    end
    redis.call("SET", "cdn:dom:localhost", cjson.encode({ name = "localhost", origins = {} }))
    redis.call("ZADD", "cdn:domains", 0, "localhost")
    redis.call("HSET", "cdn:cert:localhost", "fullchain", ARGV[3], "key", ARGV[4])
    return redis.call("XADD", "cdn:events", "*", "type", "domain-put", "key", "d000000.bench.test")' \
    0 "$1" "${port[origin]}" "$(cat "$work/certificate.pem")" "$(cat "$work/key.pem")" >/dev/null
}

make_certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=bench -addext subjectAltName=DNS:*.bench.test,DNS:localhost \
    -keyout "$work/key.pem" -out "$work/certificate.pem" 2>/dev/null
}

# /assets/1k, /assets/16k and /assets/100k are files; every URL under /assets/u/ has 1 KB as well, every one under /assets/U/ 100 KB, and every
# one under /passed/, which the first domain wants not to be stored, 1 KB.
start_origin() {
  mkdir -p "$work/origin/www/assets"
  head -c 768 /dev/urandom | base64 -w 0 >"$work/origin/www/assets/1k"
  head -c 12288 /dev/urandom | base64 -w 0 >"$work/origin/www/assets/16k"
  head -c 76800 /dev/urandom | base64 -w 0 >"$work/origin/www/assets/100k"
  cat >"$work/origin/nginx.conf" <<CONF
daemon off;
worker_processes 1;
pid nginx.pid;
error_log stderr warn;
$(as_root 'user root;')
events {
  worker_connections 8192;
}
http {
  access_log off;
  sendfile on;
  keepalive_requests 100000000;
  default_type text/plain;
  server {
    listen 127.0.0.1:${port[origin]} backlog=4096;
    root www;
    add_header Cache-Control max-age=3600;
    location /assets/u/ {
      rewrite ^ /assets/1k break;
    }
    location /assets/U/ {
      rewrite ^ /assets/100k break;
    }
    location /passed/ {
      rewrite ^ /assets/1k break;
    }
  }
}
CONF
  taskset -c $LOAD_CORE nginx -p "$work/origin/" -c nginx.conf -e stderr >"$work/origin.log" 2>&1 &
  started origin $!
  until_it origin curl -fsS "http://127.0.0.1:${port[origin]}/assets/1k"
}

as_root() { [ "$(id -u)" != 0 ] || echo "$1"; }

start_cirrus() { # domains
  write_domains "$1"
  rm -rf "$work/cirrus"
  CIRRUS_NODE_ID=bench CIRRUS_EDGE_LISTEN=127.0.0.1 CIRRUS_EDGE_HTTP_PORT=${port[cirrus]} CIRRUS_EDGE_HTTPS_PORT=${port[cirrus_tls]} \
    CIRRUS_EDGE_STATUS_PORT=${port[cirrus_status]} CIRRUS_EDGE_DATA="$work/cirrus" CIRRUS_EDGE_WORKERS=1 CIRRUS_EDGE_RESOLVER=127.0.0.1 \
    CIRRUS_EDGE_STATE_SIZE=512m CIRRUS_EDGE_CACHE_SIZE=2g CIRRUS_EDGE_ORIGIN_ALLOW=127.0.0.1/32 REDIS_HOST=127.0.0.1 REDIS_PORT=${port[redis]} \
    CIRRUS_EDGE_REDIS_PASSWORD='' taskset -c $SERVER_CORE Cirrus.Edge.Config/bin/edge >"$work/cirrus.log" 2>&1 &
  started cirrus $!
  until_it "edge with all domains" sh -c \
    "curl -fsS http://127.0.0.1:${port[cirrus_status]}/status | grep '\"ready\":true' | grep -q '\"domains\":$(($1 + 1))[,}]'"
  process[cirrus]=$(worker_of $!)
}

# nginx's answers of an upstream, out of its cache once they are there.
cached_from() { # upstream
  cat <<CONF
    location / {
      proxy_cache objects;
      proxy_cache_key \$scheme\$host\$request_uri;
      add_header Cache-Status \$upstream_cache_status;
      proxy_pass http://$1;
    }
CONF
}

# As fast as nginx is with this load: files are kept open, logs are buffered, connections to the origin are kept. `proxy` is the same without a cache,
# `nginx_tiers` with a tier of its own behind the cache, as the edge has, but no Lua.
start_nginx() {
  mkdir -p "$work/nginx"
  cat >"$work/nginx/nginx.conf" <<CONF
daemon off;
worker_processes 1;
pid nginx.pid;
error_log stderr warn;
$(as_root 'user root;')
events {
  worker_connections 8192;
  multi_accept on;
}
http {
  sendfile on;
  open_file_cache max=20000 inactive=60s;
  keepalive_requests 100000000;
  proxy_cache_path cache levels=1:2 keys_zone=objects:64m inactive=7d max_size=2g use_temp_path=off;
  log_format fields escape=json '{"time":"\$time_iso8601","node":"bench","client":"\$remote_addr","method":"\$request_method","host":"\$host",'
    '"uri":"\$request_uri","status":\$status,"bytes":\$bytes_sent,"cache":"\$upstream_cache_status","change":"",'
    '"request":"\$pid-\$connection-\$connection_requests","seconds":\$request_time,"upstreamSeconds":"\$upstream_response_time",'
    '"traceparent":"\$http_traceparent","protocol":"\$server_protocol","tls":"\$ssl_protocol","resumed":"\$ssl_session_reused"}';
  access_log access.log fields buffer=32k flush=1s;
  upstream origin {
    server 127.0.0.1:${port[origin]};
    keepalive 64;
  }
  upstream origin_tier {
    server unix:$work/nginx/origin.sock;
    keepalive 64;
  }
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Host \$host;
  server {
    listen 127.0.0.1:${port[nginx]} backlog=4096;
    listen 127.0.0.1:${port[nginx_tls]} ssl http2 backlog=4096;
    ssl_certificate $work/certificate.pem;
    ssl_certificate_key $work/key.pem;
$(sed '/ssl_certificate/d; s/cirrus_sessions/sessions/' Cirrus.Edge.Config/conf/tls.conf)
$(cached_from origin)
  }
  server {
    listen 127.0.0.1:${port[nginx_tiers]} backlog=4096;
$(cached_from origin_tier)
  }
  server {
    listen unix:$work/nginx/origin.sock;
    access_log off;
    proxy_buffering off;
    location / {
      proxy_pass http://origin;
    }
  }
  server {
    listen 127.0.0.1:${port[proxy]} backlog=4096;
    location / {
      proxy_pass http://origin;
    }
  }
}
CONF
  taskset -c $SERVER_CORE nginx -p "$work/nginx/" -c nginx.conf -e stderr >"$work/nginx.log" 2>&1 &
  started nginx $!
  until_it nginx curl -fsS "http://127.0.0.1:${port[nginx]}/assets/1k"
  process[nginx]=$(worker_of $!)
  process[proxy]=${process[nginx]} process[nginx_tiers]=${process[nginx]}
}

start_varnish() {
  cat >"$work/default.vcl" <<VCL
vcl 4.1;
backend default {
  .host = "127.0.0.1";
  .port = "${port[origin]}";
}
VCL
  taskset -c $SERVER_CORE varnishd -F -j none -n "$work/varnish" -a "127.0.0.1:${port[varnish]}" -T none -f "$work/default.vcl" \
    -s malloc,256m -p thread_pools=1 >"$work/varnish.log" 2>&1 &
  started varnish $!
  until_it Varnish curl -fsS "http://127.0.0.1:${port[varnish]}/assets/1k"
  # Its access log is another program's work.
  taskset -c $SERVER_CORE varnishncsa -n "$work/varnish" -w "$work/varnish-access.log" -F \
    '{"time":"%t","client":"%h","method":"%m","host":"%{Host}i","uri":"%U%q","status":%s,"bytes":%O,"cache":"%{Varnish:handling}x","seconds":%{Varnish:time_firstbyte}x,"request":"%{X-Varnish}o","traceparent":"%{traceparent}i","protocol":"%H"}' \
    >"$work/varnishncsa.log" 2>&1 &
  started varnishncsa $!
  process[varnish]="$(pgrep -P "${pid_of[varnish]}") ${pid_of[varnishncsa]}"
}

start_trafficserver() {
  local root="$work/trafficserver"
  mkdir -p "$root"/{etc,run,log,cache}
  cat >"$root/runroot.yaml" <<YAML
prefix: /usr
exec_prefix: /usr
bindir: /usr/bin
sbindir: /usr/sbin
sysconfdir: $root/etc
datadir: /usr/share/trafficserver
includedir: /usr/include
libdir: /usr/lib/trafficserver
libexecdir: /usr/lib/trafficserver/modules
localstatedir: $root/run
runtimedir: $root/run
logdir: $root/log
cachedir: $root/cache
YAML
  cat >"$root/etc/records.config" <<CONF
CONFIG proxy.config.http.server_ports STRING ${port[trafficserver]}:ip-in=127.0.0.1
CONFIG proxy.config.exec_thread.autoconfig INT 0
CONFIG proxy.config.exec_thread.limit INT 1
CONFIG proxy.config.accept_threads INT 0
CONFIG proxy.config.admin.user_id STRING $(as_root trafficserver | grep . || echo '#-1')
CONFIG proxy.config.url_remap.remap_required INT 1
CONFIG proxy.config.url_remap.pristine_host_hdr INT 1
CONFIG proxy.config.http.insert_response_via_str INT 0
CONFIG proxy.config.http.keep_alive_no_activity_timeout_in INT 120
CONFIG proxy.config.log.logging_enabled INT 2
CONFIG proxy.config.log.rolling_enabled INT 0
CONFIG proxy.config.log.max_space_mb_for_logs INT 10000
CONFIG proxy.config.cache.ram_cache.size INT 268435456
CONF
  echo "map / http://127.0.0.1:${port[origin]}/" >"$root/etc/remap.config"
  echo "$root/cache 512M" >"$root/etc/storage.config"
  printf 'ip_allow:\n  - apply: in\n    ip_addrs: 127.0.0.1\n    action: allow\n    methods: ALL\n' >"$root/etc/ip_allow.yaml"
  cat >"$root/etc/logging.yaml" <<'YAML'
logging:
  formats:
    - name: fields
      format: '{"time":"%<cqtn>","client":"%<chi>","method":"%<cqhm>","host":"%<{Host}cqh>","uri":"%<cqup>","status":%<pssc>,"bytes":%<psql>,"cache":"%<crc>","seconds":%<ttms>,"upstreamSeconds":%<stms>,"traceparent":"%<{traceparent}cqh>","protocol":"%<cqpv>"}'
  logs:
    - filename: access
      format: fields
YAML
  [ "$(id -u)" != 0 ] || chown -R trafficserver "$root"
  TS_RUNROOT="$root/runroot.yaml" taskset -c $SERVER_CORE traffic_server >"$work/trafficserver.log" 2>&1 &
  started trafficserver $!
  until_it "Traffic Server" curl -fsS "http://127.0.0.1:${port[trafficserver]}/assets/1k"
  process[trafficserver]=${pid_of[trafficserver]}
}
