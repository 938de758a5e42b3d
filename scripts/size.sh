#!/usr/bin/env bash
# Reports the size of the built page, and fails if it is over its budget.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$ROOT"
exec node scripts/size.mjs dist
