# Sourced by benchmarks of one edge beside other caches, after edge.sh, which starts what is measured here.
# shellcheck shell=bash

# All threads of the target's processes, in nanoseconds.
cpu_of() { # target
  local id
  for id in ${process[$1]}; do cat "/proc/$id/task/"*/schedstat; done | awk '{ n += $1 } END { printf "%.0f", n }'
}

resident() { # RssAnon or RssShmem, process; KiB
  awk -v name="$1:" '$1 == name { print $2 }' "/proc/$2/status"
}

# Prints "requests/s  requests per CPU second  p50 ms  p99 ms  failed" of one run.
run() { # target, seconds, wrk's arguments...
  local before after target=$1 seconds=$2
  shift 2
  before=$(cpu_of "$target")
  taskset -c "$LOAD_CORE" wrk --latency --threads 1 --duration "${seconds}s" "$@" >"$work/wrk"
  after=$(cpu_of "$target")
  awk -v cpu=$((after - before)) '
    function ms(text) { return text ~ /us$/ ? text / 1000 : text ~ /ms$/ ? text + 0 : text * 1000 }
    $1 == "50%" { p50 = ms($2) }
    $1 == "99%" { p99 = ms($2) }
    /requests in/ { count = $1 }
    /Requests\/sec/ { rate = $2 }
    /Non-2xx/ { failed += $NF }
    /Socket errors/ { gsub(",", ""); failed += $4 + $6 + $8 + $10 }
    END { if (rate == "") exit 1; printf "%.0f %.0f %.2f %.2f %d\n", rate, count / cpu * 1e9, p50, p99, failed }' "$work/wrk"
}

# Of numbers, one a line.
median() { sort -g | awk '{ a[NR] = $1 } END { print NR % 2 ? a[(NR + 1) / 2] : (a[NR / 2] + a[NR / 2 + 1]) / 2 }'; }

column() { awk -v column="$2" '{ print $column }' "$1"; } # file, column

# Line by line, a column of one file divided by that of another.
ratio() { # file, file, column
  paste -d ' ' "$1" "$2" | awk -v a="$3" -v b="$(($3 + $(awk 'NR == 1 { print NF }' "$1")))" '{ printf "%.3f\n", $a / $b }' | median
}
