#!/usr/bin/env bash
# Writes target/presets.txt, which the page fetches beside its program: data/models.json as the build script packs it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mkdir -p target
# The program that prints them runs here, not in the browser: without what a build of the page sets.
env -u RUSTUP_TOOLCHAIN -u CARGO_TARGET_DIR -u RUSTFLAGS \
  cargo run --quiet --no-default-features --bin presets >target/presets.txt
