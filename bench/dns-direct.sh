#!/bin/bash
# How many queries a second Cirrus.Dns answers by itself, beside NSD and Knot with the same zone: each server on one core, dnsperf on another, in turns.
# usage: bench/dns-direct.sh   (DOMAINS=10000, ROUNDS=5, SECONDS_EACH=5)
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/lib/stack.sh
. bench/lib/control.sh
. bench/lib/table.sh
. bench/lib/name_servers.sh
domains=${DOMAINS:-10000} rounds=${ROUNDS:-5} seconds=${SECONDS_EACH:-5}
results=bench/results/dns-direct.md
head='| date | commit | machine | names | mix | Cirrus queries/s | with limiter | NSD | Knot | of NSD | of Knot | Cirrus CPU us | with limiter | NSD | Knot | failed |'
[ "$(nproc)" -ge 2 ] || { echo "bench: two cores are needed, one for the server" >&2; exit 1; }

# Prints the median of a column.
median() { sort -n -k "$1,$1" | awk -v column="$1" '{ all[NR] = $column } END { print all[int((NR + 1) / 2)] }'; }

# Prints the queries/s and the server's microseconds of processor time for each, and adds what failed to $stack_data/failed.
ask() { # server, queries
  local before after
  before=$(cpu_ms "$1")
  taskset -c 1 dnsperf -p "${port[$1]}" -d "$2" -l "$seconds" -q 200 -c 8 -e -W >"$stack_data/dnsperf" 2>/dev/null
  after=$(cpu_ms "$1")
  awk -v failed="$stack_data/failed" -v ms="$((after - before))" '
    /Queries sent/ { sent = $3 }
    /Queries completed/ { completed = $3 }
    /Response codes/ { for (i = 3; i < NF; i++) if ($i == "SERVFAIL" || $i == "REFUSED" || $i == "FORMERR") bad += $(i + 1) }
    /Queries per second/ { rate = $4 }
    END { if (rate == "") exit 1; print sent - completed + bad >>failed; printf "%.0f %.2f\n", rate, 1000 * ms / completed }' "$stack_data/dnsperf"
}

measure_mix() { # mix
  local round server rates=() cpu=()
  rm -f "$stack_data"/*.rates
  : >"$stack_data/failed"
  # In turns, so that what else the machine does meanwhile is shared by all.
  for ((round = 0; round < rounds; round++)); do
    for server in direct nsd limited knot; do ask "$server" "$stack_data/$1.queries" >>"$stack_data/$server.rates"; done
  done
  for server in direct limited nsd knot; do
    rates+=("$(median 1 <"$stack_data/$server.rates")")
    cpu+=("$(median 2 <"$stack_data/$server.rates")")
  done
  add_row "$results" "$head" "| $(provenance) | $names | $1 | $(printf '%s | ' "${rates[@]}")$(awk -v d="${rates[0]}" -v n="${rates[2]}" -v k="${rates[3]}" \
    'BEGIN { printf "%.2f | %.2f", d / n, d / k }') | $(printf '%s | ' "${cpu[@]}")$(awk '{ all += $1 } END { print all + 0 }' "$stack_data/failed") |"
}

start_control
fill_zone "$domains"
start_name_servers
names=$(cut -d' ' -f1 "$stack_data/zone" | sort -u | wc -l)
for mix in hits mixed; do measure_mix "$mix"; done
