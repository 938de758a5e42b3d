#!/usr/bin/env bash
# Builds the page for release into dist/. It installs nothing: scripts/setup.sh does.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$ROOT"
use_web_toolchain
exec trunk build --release "$@"
