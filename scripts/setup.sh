#!/bin/sh
# Makes sure that the machine has what the named package lists ask for, and a fitting .NET SDK.
# usage: scripts/setup.sh run [test] [bench]
set -eu
cd "$(dirname "$0")/.."
PATH="$PATH:/usr/sbin:/sbin" # where Debian keeps nginx, nsd and unbound, which are on root's path only

# Prints one column of the lists: 1 is the package, 2 its program.
wanted() {
  column=$1
  shift
  for list in "$@"; do
    sed 's/#.*//' "scripts/packages/$list.txt" | awk -v column="$column" 'NF { print $column }'
  done
}

check_dotnet() {
  # Asked in this folder, so the SDK that global.json asks for is the one looked up.
  dotnet --version >/dev/null 2>&1 && return
  version=$(sed -n 's/.*"version": "\(.*\)".*/\1/p' global.json)
  found=$(dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | paste -sd ' ' -) || found=
  echo "cirrus: the .NET SDK $version or a later ${version%.*} is needed (found: ${found:-none})." >&2
  echo "cirrus: how to install it: https://learn.microsoft.com/dotnet/core/install/linux" >&2
  exit 1
}

check_programs() {
  missing=
  for program in $(wanted 2 "$@"); do
    [ "$program" = - ] || command -v "$program" >/dev/null || missing="$missing $program"
  done
  [ -z "$missing" ] && return
  echo "cirrus: these programs are missing:$missing" >&2
  echo "cirrus: install them with this system's package manager; Debian 12 calls the packages $(wanted 1 "$@" | paste -sd ' ' -)" >&2
  exit 1
}

install_packages() {
  missing=
  for package in $(wanted 1 "$@"); do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || status=
    [ "$status" = installed ] || missing="$missing $package"
  done
  [ -z "$missing" ] && return
  missing=${missing# }

  if [ "$(id -u)" = 0 ]; then
    as_root=
  elif sudo -n true 2>/dev/null; then
    as_root="sudo -n"
  else
    echo "cirrus: these packages are missing, and only root may install them. Run this, then try again:" >&2
    echo "sudo apt-get install $missing" >&2
    exit 1
  fi
  echo "cirrus: installing $missing"
  # shellcheck disable=SC2086 # both are lists of words
  $as_root scripts/install-packages.sh $missing
}

# What checks the OpenAPI document comes from npm, in the versions of its lock file.
install_openapi_tools() {
  tools=scripts/openapi
  cmp -s "$tools/package-lock.json" "$tools/node_modules/.installed" && return
  command -v npm >/dev/null || { echo "cirrus: Node.js 20 or later with npm is needed" >&2; exit 1; }
  echo "cirrus: installing the tools of $tools"
  npm ci --prefix "$tools" --silent
  cp "$tools/package-lock.json" "$tools/node_modules/.installed"
}

check_dotnet
if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
  install_packages "$@"
else
  check_programs "$@"
fi
case " $* " in *" test "*) install_openapi_tools ;; esac
