# Sourced by benchmarks of answers: a zone of many domains, and three servers of it: Cirrus.Dns itself, NSD and Knot, on one core. Sets port[direct],
# port[limited] (the same with the rate limiter on, at a limit that is never reached), port[nsd], port[knot]. Needs stack.sh and control.sh.
# shellcheck shell=bash

zone=bench.test
declare -A port server_pid

# Domains and nodes by the API, and nodes that are up without anybody who probes them.
fill_zone() { # domains
  local i redis_port=${ConnectionStrings__redis%%,*}
  redis_port=${redis_port##*:}
  for i in 1 2 3 4 5 6 7 8; do
    curl -fsS -o /dev/null -X PUT -H "Authorization: Bearer $token" -H 'Content-Type: application/json' "$api/api/v1/nodes/edge-$i" \
      -d '{"addresses":["192.0.2.'"$i"'","2001:db8::'"$i"'"],"weight":100,"region":"bench"}'
    REDISCLI_AUTH=$token redis-cli -p "$redis_port" hset "cdn:nodestatus:edge-$i" health up since 1700000000000 served 1 >/dev/null
  done
  seq "$1" | awk '{ printf "{\"name\":\"www.d%d.test\",\"origins\":[{\"scheme\":\"http\",\"host\":\"origin.example.com\",\"port\":80}]}\n", $1 }' >"$stack_data/lines"
  curl -fsS -o "$stack_data/answer" -X POST -H "Authorization: Bearer $token" -H 'Content-Type: application/x-ndjson' \
    --upload-file "$stack_data/lines" "$api/api/v1/domains/import"
}

start_dns() { # which, rate limit
  local ports
  mapfile -t ports < <(free_ports 3)
  port[$1]=${ports[0]}
  env Zone__Name="$zone" Dns__Listen="127.0.0.1:${ports[1]}" Dns__Secondaries__0__Name=ns1 Dns__Secondaries__0__Address=127.0.0.1 \
    Dns__Secondaries__0__Port=1 Dns__Direct__Listen="127.0.0.1:${ports[0]}" Dns__Direct__RateLimit="$2" ASPNETCORE_URLS="http://127.0.0.1:${ports[2]}" \
    Logging__LogLevel__Default=Warning taskset -c 0 dotnet Cirrus.Dns/bin/Release/net10.0/Cirrus.Dns.dll >"$stack_data/$1.log" 2>&1 &
  pids+=($!) server_pid[$1]=$!
  wait_for 60 "$1 server" answers "${ports[0]}"
  primary=${ports[1]}
}

# The processor time of a server and its children so far.
cpu_ms() { # server
  local all=${server_pid[$1]} pid
  for pid in $all; do all+=" $(pgrep -d ' ' -P "$pid")"; done
  for pid in ${all#* }; do all+=" $(pgrep -d ' ' -P "$pid")"; done
  for pid in $all; do sed 's/.*) //' "/proc/$pid/stat"; done | awk '{ ticks += $12 + $13 } END { print ticks * 10 }'
}

answers() { dig +short +tries=1 +time=1 -p "$1" @127.0.0.1 "$zone" SOA | grep -q '^ns1'; }

# The zone as a file, and queries: of addresses that are there, and of those with a third of what is not.
write_queries() {
  dig +noall +answer +onesoa -p "$primary" @127.0.0.1 "$zone" AXFR >"$stack_data/zone"
  awk '($4 == "A" || $4 == "AAAA") && $1 !~ /^ns1/ { print $1, $4 }' "$stack_data/zone" | shuf --random-source=<(yes) >"$stack_data/hits.queries"
  awk '{ print } NR % 4 == 0 { print $1, "TXT" } NR % 4 == 2 { print "no" NR "." $1, "A" }' "$stack_data/hits.queries" >"$stack_data/mixed.queries"
}

start_nsd() {
  mapfile -t ports < <(free_ports 1)
  port[nsd]=${ports[0]}
  cat >"$stack_data/nsd.conf" <<CONF
server:
  ip-address: 127.0.0.1
  port: ${port[nsd]}
  server-count: 1
  username: ""
  zonesdir: "$stack_data"
  database: ""
  zonelistfile: "$stack_data/zone.list"
  xfrdfile: "$stack_data/xfrd.state"
  xfrdir: "$stack_data"
  pidfile: "$stack_data/nsd.pid"
  minimal-responses: yes
  refuse-any: yes
  rrl-ratelimit: 0
  rrl-whitelist-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: "$zone"
  zonefile: "zone"
CONF
  PATH=$PATH:/usr/sbin taskset -c 0 nsd -d -c "$stack_data/nsd.conf" >"$stack_data/nsd.log" 2>&1 &
  pids+=($!) server_pid[nsd]=$!
  wait_for 30 NSD answers "${port[nsd]}"
}

start_knot() {
  mapfile -t ports < <(free_ports 1)
  port[knot]=${ports[0]}
  cat >"$stack_data/knot.conf" <<CONF
server:
  listen: 127.0.0.1@${port[knot]}
  rundir: "$stack_data/knot"
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
database:
  storage: "$stack_data/knot"
log:
  - target: stderr
    any: warning
zone:
  - domain: $zone
    file: "$stack_data/zone"
    zonefile-sync: -1
CONF
  mkdir -p "$stack_data/knot"
  PATH=$PATH:/usr/sbin taskset -c 0 knotd -c "$stack_data/knot.conf" >"$stack_data/knot.log" 2>&1 &
  pids+=($!) server_pid[knot]=$!
  wait_for 30 Knot answers "${port[knot]}"
}

start_name_servers() {
  start_dns direct 0
  write_queries
  start_dns limited 1000000
  start_nsd
  start_knot
}
