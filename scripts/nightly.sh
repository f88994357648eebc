#!/usr/bin/env bash
# What is too long for `npm test`: ten thousand seeds of each profile of the simulation, and the tests on each newer Node.
#   scripts/nightly.sh [seeds]    default 10000
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seeds=${1:-10000}
failed=0
for profile in gentle wild; do
  npm run --silent sim -- --seeds "1..$seeds" --profile "$profile" || failed=1
done
bash scripts/test.sh newer-nodes || failed=1
exit "$failed"
