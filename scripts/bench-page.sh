#!/usr/bin/env bash
# Measures how fast the built page of dist/ answers, in a browser without a window. Build it first; set-up installs the rest.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$ROOT"
find_browser || {
  echo "There is no browser: run scripts/setup.sh." >&2
  exit 1
}
exec node scripts/bench-page.mjs dist
