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
head='| date | commit | machine | names | mix | Cirrus queries/s | limiter on | NSD | Knot | of NSD | of Knot | failed |'
[ "$(nproc)" -ge 2 ] || { echo "bench: two cores are needed, one for the server" >&2; exit 1; }

median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

# Prints the queries/s, and adds what failed to $failed_file.
ask() { # port, queries
  taskset -c 1 dnsperf -p "$1" -d "$2" -l "$seconds" -q 200 -c 8 -e -W 2>/dev/null | awk -v failed="$failed_file" '
    /Queries sent/ { sent = $3 }
    /Queries completed/ { completed = $3 }
    /Response codes/ { for (i = 3; i < NF; i++) if ($i == "SERVFAIL" || $i == "REFUSED" || $i == "FORMERR") bad += $(i + 1) }
    /Queries per second/ { rate = $4 }
    END { if (rate == "") exit 1; print sent - completed + bad >>failed; printf "%.0f\n", rate }'
}

measure_mix() { # mix
  local round server row=()
  failed_file=$stack_data/failed
  : >"$failed_file"
  for server in direct limited nsd knot; do : >"$stack_data/$server.rates"; done
  # In turns, so that what else the machine does meanwhile is shared by all.
  for ((round = 0; round < rounds; round++)); do
    for server in direct nsd limited knot; do ask "${port[$server]}" "$stack_data/$1.queries" >>"$stack_data/$server.rates"; done
  done
  for server in direct limited nsd knot; do row+=("$(median <"$stack_data/$server.rates")"); done
  add_row "$results" "$head" "| $(provenance) | $names | $1 | ${row[0]} | ${row[1]} | ${row[2]} | ${row[3]} | $(awk -v d="${row[0]}" \
    -v n="${row[2]}" -v k="${row[3]}" 'BEGIN { printf "%.2f | %.2f", d / n, d / k }') | $(awk '{ all += $1 } END { print all + 0 }' "$failed_file") |"
}

start_control
fill_zone "$domains"
start_name_servers
names=$(cut -d' ' -f1 "$stack_data/zone" | sort -u | wc -l)
for mix in hits mixed; do measure_mix "$mix"; done
