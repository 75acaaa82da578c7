#!/bin/sh
# Fails with a message when the stack of this folder is running: neither its binaries nor its data may change under it.
set -eu
cd "$(dirname "$0")/.."
data="$PWD/.cirrus"

# The pid may have gone to another program since, so its command line is asked too.
pid=$(cat "$data/apphost.pid" 2>/dev/null) || pid=
if [ -n "$pid" ] && grep -q Cirrus.AppHost "/proc/$pid/cmdline" 2>/dev/null; then
  echo "cirrus: the stack of this folder is running, as process $pid; stop it first (Ctrl-C in its terminal, or kill $pid)" >&2
  exit 1
fi
