# Sourced by benchmarks: load by wrk, and rows of a Markdown table under bench/results/.
# shellcheck shell=bash

# Prints "requests/s | p50 | p99 | failed" of one wrk run; arguments are wrk's.
measure() {
  wrk --latency "$@" | awk '
    $1 == "50%" { p50 = $2 }
    $1 == "99%" { p99 = $2 }
    /Requests\/sec/ { rate = $2 }
    /Non-2xx/ { failed += $NF }
    /Socket errors/ { gsub(",", ""); failed += $4 + $6 + $8 + $10 }
    END { if (rate == "") exit 1; printf "%.0f | %s | %s | %d", rate, p50, p99, failed }'
}

# Appends a row; a new file gets the head first.
add_row() { # file, head of the table, row
  if [ ! -e "$1" ]; then
    printf '%s\n' "$2" >"$1"
    awk -F '|' 'NR == 1 { for (i = 2; i < NF; i++) printf "|---"; print "|" }' <<<"$2" >>"$1"
  fi
  printf '%s\n' "$3" | tee -a "$1"
}

# As it is before a row makes a table differ from it.
commit=$(git describe --always --dirty --exclude '*' 2>/dev/null) || commit=unknown

# Where and when, the first three columns of every table.
provenance() {
  printf '%s | %s | %s x %s' "$(date -u +%F)" "$commit" "$(nproc)" "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
}
