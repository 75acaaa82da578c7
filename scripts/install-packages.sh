#!/bin/sh
# Installs Debian packages as root, without starting the services that come with them: Cirrus runs its own copies of redis-server,
# nginx, nsd and the others, and the machine's ports 6379, 80 and 53 are not ours to take.
# usage: scripts/install-packages.sh package...
set -eu
export DEBIAN_FRONTEND=noninteractive

policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi

apt-get update -q || echo "cirrus: apt-get update failed; trying with the package lists at hand"
# A machine that has just started may be installing updates by itself: wait for the lock instead of failing.
apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=120 "$@"

# Only services that came just now: one that was there before is the owner's.
command -v systemctl >/dev/null || exit 0
for package in redis-server nginx nsd unbound knot bind9 varnish trafficserver; do
  case " $* " in
    *" $package "*)
      service=$package
      [ "$package" != bind9 ] || service=named
      systemctl --quiet disable "$service" 2>/dev/null || continue
      echo "cirrus: the system's own $service stays off; systemctl enable --now $service turns it on"
      ;;
  esac
done
