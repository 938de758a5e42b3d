#!/usr/bin/env bash
# Joins the stylesheets of style/ into target/page.css, of the first view (the tokens first, the base rules next, then one file per component by
# name), and those of each of its folders into one of the folder's name: estimate is what the second program puts beside the first one's parts;
# workbench, bring and views are of what a reader opens. A file all.css narrows what several others share. It does not minify: Trunk
# does that to the first in release builds, scripts/split/place.sh to the others.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

first=(style/tokens.css style/base.css)
for file in style/*.css; do
  case $file in
    style/tokens.css | style/base.css) ;;
    *) first+=("$file") ;;
  esac
done

mkdir -p target
cat "${first[@]}" >target/page.css
for folder in style/*/; do
  cat "$folder"*.css >"target/$(basename "$folder").css"
done
