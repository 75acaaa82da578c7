#!/bin/bash
# Nodes alone, without Redis and the control plane, under load: no request may fail, one that is killed meanwhile must serve from its snapshot, and all must
# catch up. It measures nothing; it is the test of make test, for longer.
# usage: bench/outage.sh   (MINUTES=1; 60 for an hour)
set -euo pipefail
cd "$(dirname "$0")/.."
export CIRRUS_OUTAGE_SECONDS=$((${MINUTES:-1} * 60)) MSBUILDDISABLENODEREUSE=1
dotnet build Cirrus.Tests -v quiet -nologo -property:Configuration=Release
exec dotnet test Cirrus.Tests --no-build --configuration Release --nologo --filter "FullyQualifiedName~ControlPlaneTests.Without_the_whole_control_plane"
