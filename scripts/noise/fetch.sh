#!/usr/bin/env bash
# Unpacks the packages of packages.txt, as their registries have them today, into FOLDER/REGISTRY/PACKAGE, and writes their
# versions to FOLDER/versions.txt. What is there already is left alone. Wants cargo, pip, npm and a Debian 12.
#
#     scripts/noise/fetch.sh FOLDER
set -eu
list=$(cd "$(dirname "$0")" && pwd)/packages.txt
folder=${1:?usage: scripts/noise/fetch.sh FOLDER}
mkdir -p "$folder"
cd "$folder"

fetch_rust() {
    mkdir "$2/manifest" "$2/manifest/src"
    printf '[package]\nname = "noise"\nversion = "0.0.0"\n[dependencies]\n"%s" = "*"\n' "$1" >"$2/manifest/Cargo.toml"
    : >"$2/manifest/src/lib.rs"
    (cd "$2/manifest" && cargo vendor --quiet --versioned-dirs >/dev/null)
    mv "$2/manifest/vendor/$1"-[0-9]* "$2/"
    rm -rf "$2/manifest"
}

fetch_python() {
    (cd "$2" && pip download --quiet --no-deps --only-binary :all: "$1" && python3 -m zipfile -e ./*.whl . && rename_archive ./*.whl)
}

fetch_node() {
    (cd "$2" && npm pack --silent "$1" >/dev/null && tar -xzf ./*.tgz && rename_archive ./*.tgz)
}

fetch_debian() {
    (cd "$2" && apt-get download -qq "$1" && dpkg-deb -x ./*.deb . && rename_archive ./*.deb &&
        find . -name '*.gz' -type f -exec gunzip -f {} +)
}

# An archive would be read a second time; its name says the version.
rename_archive() {
    : >"$1.fetched"
    rm "$1"
}

while read -r registry package; do
    case $registry in '' | '#'*) continue ;; esac
    into=$registry/$package
    if [ -e "$into" ]; then continue; fi
    rm -rf "$into.part"
    mkdir -p "$into.part"
    "fetch_$registry" "$package" "$into.part" </dev/null
    mv "$into.part" "$into"
done <"$list"

for into in */*/; do
    printf '%s %s\n' "${into%/}" "$(cd "$into" && echo ./*.fetched ./*-[0-9]* | tr ' ' '\n' | grep -v '\*' | head -n 1)"
done >versions.txt
