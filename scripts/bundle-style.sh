#!/usr/bin/env bash
# Joins the stylesheets of style/ into three: target/page.css, of the first view: the tokens first, the base rules next, then one file
# per component by name; target/later.css, of what the second program puts beside the first one's parts and of all below them
# (style/estimate/); target/views.css, of the two other views (style/views/), of which all.css narrows what all pages share. It
# does not minify: Trunk does that to the first in release builds, scripts/split/place.sh to the others.
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
cat style/estimate/*.css >target/later.css
cat style/views/*.css >target/views.css
