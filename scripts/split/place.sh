#!/usr/bin/env bash
# Puts program, styles and scripts into one folder that is named after their content, and writes that name into the
# document: a hook of Trunk, after everything else. The scripts become one, so that the start waits for one answer less;
# a bundler does it. Inside the folder every other file keeps the name by which it is known, so that none has to be changed;
# the folder as a whole may be cached for ever.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

stage=$TRUNK_STAGING_DIR
made=${CARGO_TARGET_DIR:-target}/wasm-bindgen/$TRUNK_PROFILE
folder=$stage/files
mkdir "$folder"
for it in "$stage"/*; do
  case ${it##*/} in
    index.html | files) ;;
    *) mv "$it" "$folder/" ;;
  esac
done
cp "$made"/beside/* "$folder/"
# wasm-bindgen names the loader once for each part that is split off.
esbuild "$folder/boot.js" --bundle --minify --format=esm --log-level=warning --log-override:duplicate-object-key=silent --allow-overwrite --outfile="$folder/boot.js"
# Trunk minifies the styles that the document names, and no others.
for it in "$folder"/*.css; do
  [ "${it##*/}" = page.css ] || esbuild "$it" --minify --log-level=warning --allow-overwrite --outfile="$it"
done
rm "$folder/page.js" "$folder/__wasm_split.js"

hash=$(cd "$folder" && cat -- * | sha256sum | cut -c 1-16)
mkdir "$stage/program"
mv "$folder" "$stage/program/$hash"
# Trunk itself has written where the styles are.
sed -i.before -e "s|\./program/|./program/$hash/|g" -e "s|\./page\.css|./program/$hash/page.css|g" "$stage/index.html"
rm "$stage/index.html.before"
