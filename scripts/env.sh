# shellcheck shell=bash disable=SC2034
# The environment of every script here, to be sourced: where programs are found, and which toolchain builds for wasm. It
# only looks and computes; scripts/setup.sh is what installs.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export CARGO_HOME="${CARGO_HOME:-$HOME/.cargo}"
export PATH="$ROOT/node_modules/.bin:$CARGO_HOME/bin:$PATH"

TRUNK_VERSION=0.21.14
WASM_BINDGEN_VERSION=$(sed -n 's/^wasm_bindgen = "\(.*\)"/\1/p' "$ROOT/Trunk.toml")
# Reads what the crate wasm_split_helpers writes, which Leptos brings along (Cargo.lock).
WASM_SPLIT_VERSION=0.2.4
WASM_TARGET=wasm32-unknown-unknown
# A folder of its own, because the page can be built by another toolchain than the rest: the two do not wait for each
# other's lock, and this one can be thrown away alone.
WEB_TARGET_DIR=${CARGO_TARGET_DIR:-$ROOT/target}/web

has() { command -v "$1" >/dev/null 2>&1; }

first_of() { # Prints the first of the commands or paths that exists.
  local it
  for it in "$@"; do
    if command -v "$it" 2>/dev/null; then return; fi
  done
  return 1
}

sysroot() { rustc --print sysroot 2>/dev/null || true; }

has_std_sources() { # Whether the toolchain in this folder has the standard library's sources.
  [ -e "$1/lib/rustlib/src/rust/library/std/Cargo.toml" ]
}

# Debian's toolchain comes without a linker for wasm. That of rustup serves, and so does Debian's own package of it.
find_wasm_linker() { first_of "$(sysroot)"/lib/rustlib/*/bin/rust-lld /usr/lib/llvm-22/bin/wasm-ld; }

# Lets cargo and trunk build for wasm from here on: with the toolchain that builds everything else if it has the standard
# library's sources, or else with Debian's. The library is compiled with the page, by its profile and without what a panic
# would print: together a twelfth of what a reader downloads before the first total (web::crash tells what a panic does
# then). The variable is what lets a stable compiler do so; the flags are documented with cargo and rustc.
use_web_toolchain() {
  local linker
  if ! has_std_sources "$(sysroot)" || [ "$(sysroot)" = /usr ]; then
    if ! has_std_sources /usr; then
      echo "No toolchain here can build for wasm: run scripts/setup.sh." >&2
      return 1
    fi
    if linker=$(find_wasm_linker); then export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="$linker"; fi
    export RUSTUP_TOOLCHAIN=debian
  fi
  export RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=std,panic_abort CARGO_UNSTABLE_BUILD_STD_FEATURES=optimize_for_size
  export CARGO_TARGET_DIR=$WEB_TARGET_DIR
  # Between the compiler and wasm-bindgen the program is split in two.
  export PATH="$ROOT/scripts/split:$PATH"
  # The relocations tell the splitter who uses what. The remapping keeps the folders of whoever builds the page out of it, and
  # names of registries as well.
  local sources flags="-Zunstable-options -Cpanic=immediate-abort -Clink-arg=--emit-relocs --remap-path-prefix=$CARGO_HOME/registry/src="
  for sources in "$CARGO_HOME"/registry/src/*; do flags+=" --remap-path-prefix=$sources="; done
  export RUSTFLAGS="${RUSTFLAGS:-} $flags"
}

web() (use_web_toolchain && "$@") # The same for one command.

find_browser() { # Exports CHROMIUM and CHROMEDRIVER unless they are set; fails if one of them cannot be found.
  CHROMIUM=${CHROMIUM:-$(first_of chromium google-chrome google-chrome-stable chromium-browser \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
    /Applications/Chromium.app/Contents/MacOS/Chromium)} || return 1
  CHROMEDRIVER=${CHROMEDRIVER:-$(first_of chromedriver chromium.chromedriver)} || return 1
  export CHROMIUM CHROMEDRIVER
}
