#!/usr/bin/env bash
# Puts the parts of the program that are fetched later beside the first one: a hook of Trunk, after everything else.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
if grep -q __wasm_split_placeholder__ "$TRUNK_STAGING_DIR"/*.js; then
  echo "The program was not split: build it with scripts/build.sh or scripts/serve.sh." >&2
  exit 1
fi
cp "${CARGO_TARGET_DIR:-target}/wasm-bindgen/$TRUNK_PROFILE"/later/*.wasm "$TRUNK_STAGING_DIR/"
