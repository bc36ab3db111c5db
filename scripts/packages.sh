#!/usr/bin/env bash
# Builds every package from this source, installs each from its file into an empty place, and runs what it installed.
#
#     scripts/packages.sh [cargo] [wheel] [npm] [deb] [action]      all of them without a name
#
# Wants cargo, python3 with venv, npm, dpkg and git; installs maturin and cargo-deb into target/packages if they are missing.
set -euo pipefail
cd "$(dirname "$0")/.."
source=$PWD
# Where Cargo.toml and pyproject.toml look for what is packed.
out=$source/target/packages
tools=$out/tools
export CARGO_TARGET_DIR=$source/target
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)

say() { printf '\n== %s\n' "$1"; }
fail() { printf 'packages.sh: %s\n' "$1" >&2; exit 1; }

# Whether the program blocks a made-up token in a fresh repository, with a bare environment, and says its version.
works() {
    local program=$1 repo=$scratch/works status=0
    rm -rf "$repo"
    "$program" --version | grep -q "^tightlip $version" || fail "$program is not version $version"
    git -c init.defaultBranch=main init -q "$repo"
    printf 'token = "ghp_%s"\n' "$(python3 -c "
import zlib
body, n, word = 'q7Xw2Lr9Vb4Ns8Kd1Tz5Hy3Mc6Pf0J', zlib.crc32(b'q7Xw2Lr9Vb4Ns8Kd1Tz5Hy3Mc6Pf0J'), ''
digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
for _ in range(6):
    n, digit = divmod(n, 62)
    word = digits[digit] + word
print(body + word)")" >"$repo/settings.py"
    (cd "$repo" && git add . && env -i HOME="$scratch" PATH=/usr/bin:/bin "$program" scan >/dev/null) || status=$?
    [ "$status" -eq 1 ] || fail "$program ended with $status where it should have found a token"
}

has_extras() {
    local file
    for file in "$@"; do
        [ -s "$file" ] || fail "$file is missing from the package"
    done
}

build_program() {
    say 'The program, its completions and its manual page'
    cargo build --release --locked --quiet
    local program=$source/target/release/tightlip share=$out/share
    rm -rf "$share"
    mkdir -p "$share/man/man1" "$share/bash-completion/completions" "$share/zsh/site-functions" "$share/fish/vendor_completions.d"
    "$program" man >"$share/man/man1/tightlip.1"
    "$program" completions bash >"$share/bash-completion/completions/tightlip"
    "$program" completions zsh >"$share/zsh/site-functions/_tightlip"
    "$program" completions fish >"$share/fish/vendor_completions.d/tightlip.fish"
}

package_cargo() {
    say 'cargo install --path .'
    cargo install --locked --quiet --path . --root "$scratch/cargo"
    works "$scratch/cargo/bin/tightlip"
}

package_wheel() {
    say 'The wheel'
    [ -x "$tools/venv/bin/maturin" ] ||
        { python3 -m venv "$tools/venv" && "$tools/venv/bin/pip" install --quiet 'maturin>=1.9,<2'; }
    rm -rf "$out/wheel-data" "$out/wheels"
    mkdir -p "$out/wheel-data/data"
    cp -R "$out/share" "$out/wheel-data/data/"
    "$tools/venv/bin/maturin" build --release --locked --quiet --out "$out/wheels"
    python3 -m venv "$scratch/venv"
    "$scratch/venv/bin/pip" install --quiet --no-index "$out"/wheels/*.whl
    works "$scratch/venv/bin/tightlip"
    has_extras "$scratch"/venv/share/{man/man1/tightlip.1,bash-completion/completions/tightlip,zsh/site-functions/_tightlip,fish/vendor_completions.d/tightlip.fish}
    ls "$out"/wheels/*.whl
}

package_npm() {
    say 'The npm package'
    local build=$out/npm
    rm -rf "$build"
    mkdir -p "$build/bin"
    cp packaging/npm/package.json README.md LICENSE-MIT LICENSE-APACHE "$build/"
    cp target/release/tightlip "$build/bin/"
    cp -R "$out/share" "$build/"
    grep -q "\"version\": \"$version\"" "$build/package.json" || fail "packaging/npm/package.json is not version $version"
    (cd "$build" && npm pack --silent --pack-destination "$out" >/dev/null)
    npm install --silent --no-audit --no-fund --offline --global --prefix "$scratch/npm" "$out/tightlip-$version.tgz"
    works "$scratch/npm/bin/tightlip"
    has_extras "$scratch"/npm/lib/node_modules/tightlip/share/{man/man1/tightlip.1,bash-completion/completions/tightlip}
    ls "$out/tightlip-$version.tgz"
}

package_deb() {
    say 'The Debian package'
    [ -x "$tools/bin/cargo-deb" ] ||
        CARGO_TARGET_DIR=$tools/build cargo install --locked --quiet --root "$tools" cargo-deb
    "$tools/bin/cargo-deb" --no-build --no-strip --quiet --output "$out/"
    local deb admin=$scratch/deb/var/lib/dpkg
    deb=$(ls "$out"/tightlip_*.deb)
    # A root of its own, so that this machine stays as it is.
    mkdir -p "$admin/info" "$admin/updates"
    : >"$admin/status"
    dpkg --root="$scratch/deb" --force-not-root --force-depends --install "$deb" >/dev/null
    works "$scratch/deb/usr/bin/tightlip"
    has_extras "$scratch"/deb/usr/share/{man/man1/tightlip.1.gz,bash-completion/completions/tightlip,zsh/vendor-completions/_tightlip,fish/vendor_completions.d/tightlip.fish}
    dpkg --root="$scratch/deb" --force-not-root --remove tightlip >/dev/null
    [ ! -e "$scratch/deb/usr/bin/tightlip" ] || fail 'the Debian package leaves its program behind'
    ls "$deb"
}

# The script that the GitHub Action and the GitLab job run, on a pull request that adds a secret and on one that does not.
package_action() {
    say 'What the CI jobs run'
    works "$source/target/release/tightlip"
    local repo=$scratch/works base clean leaky status
    commit() { git -C "$repo" -c user.name=a -c user.email=a@example.com commit -q --allow-empty -m "$1" && git -C "$repo" rev-parse HEAD; }
    git -C "$repo" rm -q --cached settings.py
    base=$(commit base) && clean=$(commit clean) && git -C "$repo" add settings.py && leaky=$(commit leaky)
    while read -r from to expected; do
        status=0
        (cd "$repo" && TIGHTLIP=$source/target/release/tightlip BASE=$from TIP=$to FORMAT=github \
            SARIF=$scratch/report.sarif bash "$source/packaging/scan-range.sh" >"$scratch/annotations") || status=$?
        [ "$status" -eq "$expected" ] || fail "the CI script ended with $status instead of $expected for $from..$to"
        [ -s "$scratch/report.sarif" ] || fail 'the CI script wrote no SARIF'
        [ "$expected" -eq 0 ] || grep -q '^::error ' "$scratch/annotations" || fail 'the CI script wrote no annotation'
    done <<END
$base $clean 0
$base $leaky 1
0000000000000000000000000000000000000000 $leaky 1
END
}

[ $# -gt 0 ] || set -- cargo wheel npm deb action
build_program
for package in "$@"; do
    "package_$package"
done
printf '\nEach package was built, installed from its file and run: %s\n' "$*"
