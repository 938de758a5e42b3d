#!/usr/bin/env bash
# Installs what building and testing the page need and this machine lacks, and says in a line each thing it does.
#
#   scripts/setup.sh          everything that `make test` needs
#   scripts/setup.sh page     without the browser and its driver: what `make build` and `make serve` need
#
# It can be run again at no cost: what is there and serves is left alone. Programs go where cargo and npm put them
# (CARGO_HOME, node_modules/). It deliberately never calls sudo: where packages of the system are missing and it may not
# install them, it names the one command to run as root and stops. Nor does it touch the shell's files, the default
# toolchain, or browsers that are already there.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$ROOT"

purpose=${1:-test}
case $purpose in
  page | test) ;;
  *)
    echo "usage: scripts/setup.sh [page]" >&2
    exit 2
    ;;
esac

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

say() { printf 'set-up: %s\n' "$*"; }

stop() {
  printf 'set-up: %s\n' "$@" >&2
  exit 1
}

limited() { # Ends a command after so many seconds: a closed network may swallow packets instead of refusing them.
  local seconds=$1
  shift
  if has timeout; then timeout "$seconds" "$@"; else "$@"; fi
}

quietly() { # Shows what a command printed only if it fails.
  local status=0
  "$@" >"$scratch/log" 2>&1 </dev/null || status=$?
  [ $status -eq 0 ] || tail -n 40 "$scratch/log" >&2
  return $status
}

# --- What is missing -------------------------------------------------------------------------------------------------

# Finds out, and lets rustup do what it can: `packages` are left for root, `rust` for afterwards.
plan() {
  packages=() rust=''
  first_of cc gcc clang >/dev/null || packages+=(build-essential)
  if ! has node || ! has npm; then packages+=(nodejs npm); fi
  if [ "$purpose" = test ] && ! find_browser; then packages+=(chromium chromium-driver); fi
  plan_rust
}

# A toolchain of rustup is completed by rustup. Where its server cannot be reached, Debian's toolchain builds the page; it
# stands in for rustup's altogether if there is none.
plan_rust() {
  if ! cargo_serves && ! rustup_installs; then
    if ! has curl; then
      packages+=(curl ca-certificates)
      return
    fi
  elif [ "$(sysroot)" != /usr ]; then
    cargo fmt --version >/dev/null 2>&1 || rustup_adds component rustfmt
    cargo clippy --version >/dev/null 2>&1 || rustup_adds component clippy
    if has_std_sources "$(sysroot)"; then return; fi
    if ! debian_serves && rustup_adds component rust-src; then return; fi
  fi
  plan_debian
}

plan_debian() {
  has apt-get || stop "the sources of Rust's standard library are missing: please install them (rustup calls them rust-src)"
  rust=debian
  if [ ! -x /usr/bin/cargo ] || ! new_enough /usr/bin/rustc; then packages+=(cargo-web rustc-web); fi
  case $(sysroot) in '' | /usr) [ -x /usr/bin/rustfmt ] || packages+=(rustfmt-web) ;; esac
  [ -x /usr/bin/clippy-driver ] || packages+=(rust-web-clippy)
  has_std_sources /usr || packages+=(rust-web-src)
  find_wasm_linker >/dev/null || packages+=(lld-22)
}

debian_serves() { new_enough /usr/bin/rustc && has_std_sources /usr && find_wasm_linker >/dev/null; }

new_enough() { # new_enough RUSTC: whether this compiler is there, and new enough for the crate.
  local wanted found
  wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
  found=$("$1" --version 2>/dev/null | cut -d ' ' -f 2) || return 1
  [ "$(printf '%s\n' "$wanted" "$found" | sort -V | head -n 1)" = "$wanted" ]
}

cargo_serves() {
  if has cargo && new_enough rustc; then return; fi
  case $(sysroot) in
    '' | /usr) return 1 ;;
    *) stop "$(rustc --version) is too old for the crate. To renew it: rustup update stable" ;;
  esac
}

fetch_installer() { limited 30 curl --proto '=https' --tlsv1.2 -sSf -o "$scratch/rustup.sh" "$1" 2>/dev/null; }

rustup_installs() { # Installs Rust the official way, once: a second call would only wait for the same server again.
  [ -z "${rustup_failed:-}" ] && has curl || return 1
  say "installing Rust with rustup, into $CARGO_HOME/bin (the PATH of your shell is left as it is)"
  if { fetch_installer https://sh.rustup.rs || fetch_installer https://static.rust-lang.org/rustup/rustup-init.sh; } &&
    limited 900 sh "$scratch/rustup.sh" -y --no-modify-path --profile minimal --component clippy --component rustfmt \
      --component rust-src >"$scratch/log" 2>&1; then
    hash -r
    cargo_serves && return
  fi
  say "rustup cannot be had from here: Debian's packages of Rust take its place"
  rustup_failed=yes
  return 1
}

rustup_adds() { # rustup_adds component|target NAME
  [ -z "${rustup_failed:-}" ] || return 1
  has rustup || stop "the toolchain in $(sysroot) lacks $2, and there is no rustup to add it"
  say "adding $2 with rustup"
  limited 180 rustup "$1" add "$2" >"$scratch/log" 2>&1 </dev/null && return
  if [ "$2" != rust-src ]; then stop "this failed: rustup $1 add $2"; fi
  say "rustup's server cannot be reached from here: Debian's packages of Rust build for wasm instead"
  rustup_failed=yes
  return 1
}

# --- What only root can do -------------------------------------------------------------------------------------------

install_packages() {
  local names command
  names=${packages[*]-}
  if grep -qs '^ID=ubuntu' /etc/os-release; then
    names=${names/chromium chromium-driver/chromium-browser chromium-chromedriver}
  fi
  if ! has apt-get; then
    stop "please install what these packages of Debian hold, and run this again: $names" \
      "(browser and driver may also be named by the variables CHROMIUM and CHROMEDRIVER)"
  fi
  command="apt-get update && apt-get install -y --no-install-recommends $names"
  if [ "$(id -u)" -ne 0 ]; then
    say "packages of the system are missing. As root, run this one command, then run this again:" >&2
    printf "\n  sh -c '%s'\n\n" "$command" >&2
    exit 1
  fi
  say "installing packages of the system: $names"
  quietly env DEBIAN_FRONTEND=noninteractive sh -c "$command" || stop "this failed: $command"
  hash -r
}

# --- Programs and packages of the user -------------------------------------------------------------------------------

install_crate() { # install_crate CRATE VERSION PROGRAM [OPTION…]
  local crate=$1@$2
  case " $("$3" --version 2>/dev/null || true) " in *" $2 "*) return ;; esac
  # Some programs tell no version; cargo knows what it has installed.
  if has "$3" && cargo install --list 2>/dev/null | grep -q "^$1 v$2:"; then return; fi
  say "compiling $1 $2 (some minutes)"
  shift 3
  # It runs for a second per build: compiling it without optimization takes half the time, and costs a build nothing.
  set -- env -u CARGO_TARGET_DIR CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off \
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 cargo install "$crate" "$@"
  # The versions that the crate was released with come first; a registry need not have every one of them for ever.
  (cd "$scratch" && { "$@" --locked >/dev/null 2>&1 </dev/null || quietly "$@"; }) || stop "this failed: cargo install $crate"
}

install_node_modules() {
  # npm writes the second file when it has installed all of the first.
  if [ node_modules/.package-lock.json -nt package-lock.json ]; then return; fi
  say "installing node_modules"
  quietly npm ci || stop "this failed: npm ci"
  touch node_modules/.package-lock.json
}

fetch_crates() {
  quietly web cargo fetch || stop "this failed: cargo fetch"
  # What the standard library is built of is fetched for a target that is named, and for the host's else.
  quietly web cargo fetch --target "$WASM_TARGET" || stop "this failed: cargo fetch --target $WASM_TARGET"
}

# Once more after packages were installed: then curl can fetch rustup, for one.
for round in 1 2 3; do
  plan
  if [ ${#packages[@]} -eq 0 ]; then break; fi
  [ "$round" -lt 3 ] || stop "these are still missing after their installation: ${packages[*]-}"
  install_packages
done
if [ "$rust" = debian ] && [ "$(sysroot)" != /usr ]; then quietly rustup toolchain link debian /usr; fi
# Without its default features, which are all for downloading: it finds its tools installed.
install_crate trunk "$TRUNK_VERSION" trunk --no-default-features
install_crate wasm-bindgen-cli "$WASM_BINDGEN_VERSION" wasm-bindgen
install_crate wasm_split_cli_support "$WASM_SPLIT_VERSION" wasm-split-cli --features build-binary
install_node_modules
fetch_crates
say "complete"
