#!/bin/bash
# What one edge does beside the caches one would use instead: hits, hits over TLS, misses, memory for domains, and what more domains cost. One worker on
# one core, wrk on the other, in turns; a row has the medians of the rounds, ratios are medians of those of single rounds. Then purges (purges.sh).
# usage: bench/edge.sh   (DOMAINS=10000, SECONDS_EACH=3, ROUNDS=5, CONNECTIONS=32, MANY="100 1000 10000 100000"; QUICK=1 for a glance)
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/lib/stack.sh
. bench/lib/table.sh
. bench/lib/edge.sh
. bench/lib/measure.sh
if [ -n "${QUICK:-}" ]; then
  : "${DOMAINS:=1000}" "${SECONDS_EACH:=1}" "${ROUNDS:=2}" "${MANY:=100 1000}"
fi
domains=${DOMAINS:-10000} each=${SECONDS_EACH:-3} rounds=${ROUNDS:-5} connections=${CONNECTIONS:-32}
host=d000000.bench.test
results=bench/results/edge.md
head='| date | commit | machine | what | server | domains | requests/s | per CPU second | p50 ms | p99 ms | of nginx | per CPU second, of nginx | p99 of nginx | failed |'
many=bench/results/edge-domains.md
many_head='| date | commit | machine | domains | asked for | requests/s | per CPU second | p50 ms | p99 ms | per CPU second, of that with the fewest domains | of nginx, asked for the same | failed |'
memory=bench/results/edge-memory.md
memory_head='| date | commit | machine | domains | MiB of a worker before | MiB of a worker after | of them shared | own, per 10,000 domains | shared, per 10,000 domains |'

url_of() { # server
  case $1 in
    cirrus_tls | nginx_tls) echo "https://localhost:${port[$1]}" ;;
    *) echo "http://127.0.0.1:${port[$1]}" ;;
  esac
}

name_of() { # server
  case $1 in
    nginx_tiers) echo "nginx, two tiers" ;;
    *) echo "${1%_tls}" ;;
  esac
}

# Rounds of all servers in turn, after one that warms up, then a row for each; the first server is what the others are compared with.
compare() { # what, servers, path or "unique" (1 KB), "unique100k" or "unique_passed"
  local what=$1 servers=$2 first=${2%% *} server round file ask
  rm -f "$work"/rounds.*
  for ((round = 0; round <= rounds; round++)); do
    for server in $servers; do
      file=/dev/null
      [ "$round" = 0 ] || file=$work/rounds.$server
      ask=("$(url_of "$server")$3")
      [[ $3 != unique* ]] || ask=(--script bench/edge/urls.lua "$(url_of "$server")" -- "$3" "$server$round")
      run "$server" "$each" --connections "$connections" --header "Host: $host" "${ask[@]}" >>"$file"
    done
  done
  for server in $servers; do
    file=$work/rounds.$server
    add_row "$results" "$head" "| $(provenance) | $what | $(name_of "$server") | $domains | $(column "$file" 1 | median) | $(column "$file" 2 | median) \
| $(column "$file" 3 | median) | $(column "$file" 4 | median) | $(ratio "$file" "$work/rounds.$first" 1) \
| $(ratio "$file" "$work/rounds.$first" 2) | $(ratio "$file" "$work/rounds.$first" 4) | $(column "$file" 5 | awk '{ n += $1 } END { print n }') |"
  done
}

is_hit() { # path
  curl -fsS -o /dev/null -D - -H "Host: $host" "http://127.0.0.1:${port[cirrus]}$1" | grep -qi '^cache-status:.*; hit'
}

# What a worker's memory grows by when it has been asked for each of so many domains, once.
measure_memory() { # domains
  local before_own before_all own all worker=${process[cirrus]}
  before_own=$(resident RssAnon "$worker") before_all=$(resident RssShmem "$worker")
  spread cirrus "$1" "$(($1 / 4000 + 1))" >/dev/null
  own=$(resident RssAnon "$worker") all=$(resident RssShmem "$worker")
  add_row "$memory" "$memory_head" "| $(provenance) | $1 | $(awk -v n="$1" -v a="$before_own" -v b="$before_all" -v c="$own" -v d="$all" \
    'BEGIN { printf "%.1f | %.1f | %.1f | %.1f | %.1f", (a + b) / 1024, (c + d) / 1024, d / 1024, (c - a) / 1024 * 1e4 / n, d / 1024 * 1e4 / n }') |"
}

spread() { # server, domains, seconds
  run "$1" "$3" --connections "$connections" --script bench/edge/urls.lua "http://127.0.0.1:${port[$1]}/assets/1k" -- spread "$2"
}

# Requests to one of so many domains, to a hundred of them and to all: of each one object, so it is by the third that there are more objects, too. That is
# why nginx is asked for the same; to it domains are only a part of the key.
measure_growth() { # domains
  local asked file round server
  rm -f "$work"/rounds.*
  measure_memory "$1"
  for server in nginx cirrus; do spread "$server" "$1" "$(($1 / 4000 + 8))" >/dev/null; done # hits from here on
  for ((round = 0; round < rounds; round++)); do
    for asked in 1 100 all; do
      for server in nginx cirrus; do
        spread "$server" "${asked/all/$1}" "$each" >>"$work/rounds.$server.$asked"
      done
    done
  done
  for asked in 1 100 all; do
    file=$work/rounds.cirrus.$asked
    [ -e "$work/first.$asked" ] || cp "$file" "$work/first.$asked"
    add_row "$many" "$many_head" "| $(provenance) | $1 | $asked | $(column "$file" 1 | median) | $(column "$file" 2 | median) | $(column "$file" 3 | median) \
| $(column "$file" 4 | median) | $(ratio "$file" "$work/first.$asked" 2) | $(ratio "$file" "$work/rounds.nginx.$asked" 2) \
| $(column "$file" 5 | awk '{ n += $1 } END { print n }') |"
  done
}

prepare
make_certificate
start_redis
start_origin

echo "bench: beside other caches"
start_cirrus "$domains"
start_nginx
start_varnish
start_trafficserver
process[cirrus_tls]=${process[cirrus]} process[nginx_tls]=${process[nginx]}
for size in 1k 16k 100k; do
  until_it "cached answer from the edge" is_hit "/assets/$size"
  compare "hit, $size" "nginx cirrus varnish trafficserver" "/assets/$size"
  is_hit "/assets/$size" || { echo "bench: the object left the cache during the run; the edge's row is not of hits" >&2; exit 1; }
done
compare "hit over TLS, 1k" "nginx_tls cirrus_tls" /assets/1k
compare "miss, stored" "nginx nginx_tiers cirrus varnish trafficserver" unique
compare "miss, stored, 100k" "nginx nginx_tiers cirrus varnish trafficserver" unique100k
compare "miss, not beside a cache" "proxy cirrus" unique
compare "passed through" "proxy cirrus" unique_passed
for server in cirrus varnishncsa varnish trafficserver; do stop_target "$server"; done

for count in ${MANY:-100 1000 10000 100000}; do
  echo "bench: $count domains"
  start_cirrus "$count"
  measure_growth "$count"
  stop_target cirrus
done

stop_all
trap - EXIT
exec bench/purges.sh
