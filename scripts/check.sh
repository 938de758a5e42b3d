#!/usr/bin/env bash
# Every check of the project, one after the other, also after one has failed; continuous integration runs no other.
#
#   scripts/check.sh         all, from the set-up to the tests of the built page in a browser
#   scripts/check.sh fast    formatting, lints and the tests that need no browser
#
# A step counts as one check, a step of tests as its tests. Whole outputs are kept in target/check/. The last line says
# how many passed and failed. It measures no time: `make bench` and `make bench-page` do.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$ROOT"

extent=${1:-all}
case $extent in
  all | fast) ;;
  *)
    echo "usage: scripts/check.sh [fast]" >&2
    exit 2
    ;;
esac

export CARGO_TERM_COLOR=never CARGO_TERM_PROGRESS_WHEN=never
logs=$ROOT/target/check
rm -rf "$logs"
mkdir -p "$logs"
n_passed=0 n_failed=0 n_ignored=0 n_steps=0

begin() { # begin NAME: starts a step.
  name=$1
  n_steps=$((n_steps + 1))
  log=$logs/$(printf '%02d-%s.log' $n_steps "${name//[ ,]/-}")
  started=$SECONDS
}

end() { # end PASSED FAILED: counts a step's checks, and shows the end of its output if any failed.
  n_passed=$((n_passed + $1))
  n_failed=$((n_failed + $2))
  if [ "$2" -eq 0 ]; then
    printf 'ok      %-28s %5d passed  %4d s\n' "$name" "$1" $((SECONDS - started))
    if [ "${show:-}" = yes ]; then sed 's/^/    /' "$log"; fi
  else
    printf 'FAILED  %-28s %5d passed, %d failed  %d s\n' "$name" "$1" "$2" $((SECONDS - started))
    grep -Ev '^ +(Compiling|Checking|Downloaded|Downloading) ' "$log" | tail -n 80 | sed 's/^/    /' || true
    printf '    (all of it: %s)\n' "${log#"$ROOT"/}"
  fi
}

finish() {
  if [ $n_ignored -gt 0 ]; then echo "ignored $n_ignored"; fi
  echo "passed $n_passed, failed $n_failed"
  [ $n_failed -eq 0 ] && exit 0
  exit 1
}

step() { # step NAME COMMAND…; `show=yes` before it shows the output also of a success.
  begin "$1"
  shift
  if "$@" >"$log" 2>&1; then end 1 0; else end 0 1; fi
}

# tests NAME TARGETS COMMAND…: counts the tests that ran. A step that ends badly without a failed test has failed (it did
# not compile, or died), and so has every file among TARGETS of which no test ran: silence is no success.
tests() {
  local targets=$2 passed=0 failed=0 status=0 results it
  begin "$1"
  shift 2
  "$@" >"$log" 2>&1 || status=$?
  # One line per test target: its file (or the crate of documentation tests), then its counts.
  results=$(awk '
    / Running / { target = $2 == "unittests" ? $3 : $2 }
    / Doc-tests / { target = "doc-tests" }
    /^test result: / { print target, $4, $6, $8 }' "$log")
  while read -r _ n_ok n_bad n_skipped; do
    passed=$((passed + ${n_ok:-0})) failed=$((failed + ${n_bad:-0})) n_ignored=$((n_ignored + ${n_skipped:-0}))
  done <<<"$results"
  for it in $targets; do
    if ! grep -q "^$it [1-9]\|^$it 0 [1-9]" <<<"$results"; then
      echo "No test of $it ran." >>"$log"
      failed=$((failed + 1))
    fi
  done
  if [ $status -ne 0 ] && [ $failed -eq 0 ]; then failed=1; fi
  end $passed $failed
}

begin "set-up"
# Not a silent step: it can take minutes on a fresh machine.
if scripts/setup.sh "$([ "$extent" = all ] && echo test || echo page)" 2>&1 | tee "$log"; then
  end 1 0
else
  end 0 1
  finish
fi

step "formatting" cargo fmt --check -- --color never
step "lints, native" cargo clippy --no-default-features --all-targets -- -D warnings
# In the page's own profile, so that the build below finds the procedural macros compiled.
step "lints, wasm" web cargo clippy --profile page --target "$WASM_TARGET" --lib --bin page -- -D warnings

files=() flags=()
for it in tests/*.rs; do
  it=${it#tests/} it=${it%.rs}
  if [ "$it" != end_to_end ]; then files+=("tests/$it.rs") flags+=(--test "$it"); fi
done
tests "tests" "${files[*]}" cargo test --no-default-features --no-fail-fast --lib --bins "${flags[@]}"
tests "documentation tests" doc-tests cargo test --no-default-features --doc
if [ "$extent" = fast ]; then finish; fi

step "page" scripts/build.sh
show=yes step "size" scripts/size.sh
step "command line" cargo build --release --no-default-features --bin estimate
find_browser || true
tests "end-to-end tests" tests/end_to_end.rs cargo test --no-default-features --test end_to_end
finish
