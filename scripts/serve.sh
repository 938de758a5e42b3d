#!/usr/bin/env bash
# Serves the release build of the page on http://127.0.0.1:8080, and builds it again when a file changes.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$ROOT"
use_web_toolchain
exec trunk serve --release "$@"
