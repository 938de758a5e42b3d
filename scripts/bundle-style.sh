#!/usr/bin/env bash
# Joins the stylesheets of style/ into target/page.css: the tokens first, the base rules next, then one file per
# component by name, those of style/estimate/, of what the second program puts beside the first one's parts, and those of style/views/,
# of the two other views, of which all.css narrows what all pages share. It does not minify; Trunk does that in release builds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

files=()
for name in tokens base; do
  [ ! -f "style/$name.css" ] || files+=("style/$name.css")
done
for file in style/*.css; do
  case $file in
    style/tokens.css | style/base.css | 'style/*.css') ;;
    *) files+=("$file") ;;
  esac
done

for file in style/estimate/*.css style/views/*.css; do
  files+=("$file")
done

mkdir -p target
if [ ${#files[@]} -eq 0 ]; then
  : >target/page.css
else
  cat "${files[@]}" >target/page.css
fi
