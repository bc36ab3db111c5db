#!/usr/bin/env bash
# Runs the pre-commit framework, prek, husky, lefthook and a hook in Python for real, each in a throwaway repository: a commit that adds a made-up
# secret is refused, and a clean one passes. The first two build tightlip themselves, from a local clone of this repository.
#
# Use: scripts/frameworks.sh [pre-commit|prek|husky|lefthook|python]...   (all by default)
#
# TIGHTLIP=PROGRAM takes a program that is built already for the last three.
# Needs git, cargo, python3 and npm; the tools come from their registries, into a temporary folder.
set -euo pipefail

source=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# The builds share what they have in common, and need not be as small as what is shipped.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$source/target} CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.com GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.com
# A home of its own, where the tools keep what they build: doctor runs hooks with the bare environment of a graphical client,
# which has a HOME, and nothing that would lead elsewhere.
export CARGO_HOME=${CARGO_HOME:-$HOME/.cargo} RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup}
unset PRE_COMMIT_HOME PREK_HOME XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME
export HOME=$scratch/home
mkdir "$HOME"

say() { printf '\n== %s\n' "$1"; }
fail() { printf 'frameworks.sh: %s\n' "$1" >&2; [ ! -f "$scratch/said" ] || cat "$scratch/said" >&2; exit 1; }

# Says $1 after `git commit` or another command ended with $2.
expect() {
    local what=$1 wanted=$2 status=0
    shift 2
    "$@" >"$scratch/said" 2>&1 || status=$?
    [ "$status" -eq "$wanted" ] || fail "$what: ended with $status instead of $wanted"
    printf '  %s\n' "$what"
}

said() { grep -q "$1" "$scratch/said" || fail "it did not say: $1"; }
token() { printf 'STRIPE_KEY = "%s_%s_%s"\n' sk live 9fQ2mXv7Lk4TbW8rZc3Ny6Hd; }

fresh() {
    repo=$scratch/$1-repo
    git -c init.defaultBranch=main init -q "$repo"
    cd "$repo"
    echo hello >README
    git add README
    git commit -q -m first
}

# What each tool has to show: $1 names it.
shows() {
    echo more >>README && git add README
    expect "$1: a clean commit passes" 0 git commit -m clean
    token >settings.py && git add settings.py
    expect "$1: a secret is refused" 1 git commit -m secret
    said 'stripe-secret-key'
    # What is staged counts, not what lies beside it.
    echo 'STRIPE_KEY = os.environ["STRIPE_KEY"]' >settings.py
    expect "$1: it stays refused when the work tree is mended, and the index is not" 1 git commit -m staged
    git add settings.py
    token >notes.txt
    expect "$1: what is not staged does not stop it" 0 git commit -m mended
    rm notes.txt
}

# A local clone with all that is committed here, as a framework would get it from its host.
framework() {
    local name=$1 program=$2
    say "$name"
    git clone -q --no-local "$source" "$scratch/$name-source"
    fresh "$name"
    cat >.pre-commit-config.yaml <<END
repos:
  - repo: $scratch/$name-source
    rev: $(git -C "$source" rev-parse HEAD)
    hooks:
      - id: tightlip
END
    git add .pre-commit-config.yaml && git commit -q -m config
    "$program" install >/dev/null
    "$program" install-hooks >"$scratch/said" 2>&1 || fail "$name cannot build tightlip"
    shows "$name"
    local tightlip
    tightlip=$(find "$HOME" -path "*$name*/bin/tightlip" -print -quit)
    expect "$name: doctor sees it fire, with a bare environment" 0 "$tightlip" doctor
    said 'the hook fires'
    token >leaked.py && git add leaked.py && git commit -q --no-verify -m leaked
    expect "$name: run --all-files reads what is not staged" 1 "$program" run --all-files
    said 'leaked.py'
    git rm -q leaked.py && git commit -q --no-verify -m gone
    expect "$name: run --all-files passes a clean tree" 0 "$program" run --all-files
}

of_python() {
    [ -x "$scratch/venv/bin/$1" ] ||
        { python3 -m venv "$scratch/venv" && "$scratch/venv/bin/pip" install --quiet pre-commit prek; }
    framework "$1" "$scratch/venv/bin/$1"
}

try_pre-commit() { of_python pre-commit; }
try_prek() { of_python prek; }

# A tightlip on PATH, for the tools that do not bring one.
build() {
    [ -x "$scratch/bin/tightlip" ] && return
    [ -n "${TIGHTLIP:-}" ] || (cd "$source" && cargo build --release --locked --quiet)
    mkdir -p "$scratch/bin"
    cp "${TIGHTLIP:-$CARGO_TARGET_DIR/release/tightlip}" "$scratch/bin/tightlip"
    export PATH=$scratch/bin:$PATH
}

of_npm() {
    printf '{"name": "demo", "private": true}\n' >package.json
    printf 'node_modules\n' >.gitignore
    npm install --silent --no-audit --no-fund --save-dev "$@" || fail "npm cannot install $*"
}

# A hook of somebody's own in Python, which the tests do without.
try_python() {
    say python
    build
    fresh python
    printf '#!/usr/bin/env python3\nimport pathlib\npathlib.Path("%s").touch()\n' "$scratch/python-ran" >.git/hooks/pre-commit
    chmod +x .git/hooks/pre-commit
    cp -p .git/hooks/pre-commit "$scratch/python-before"
    tightlip install >"$scratch/said"
    shows python
    [ -e "$scratch/python-ran" ] || fail 'the hook in Python no longer runs'
    expect 'python: doctor sees it fire' 0 tightlip doctor
    tightlip uninstall >/dev/null
    cmp .git/hooks/pre-commit "$scratch/python-before"
}

try_husky() {
    say husky
    build
    fresh husky
    of_npm husky@9
    npx husky init >/dev/null
    echo 'true' >.husky/pre-commit
    tightlip install >"$scratch/said"
    # The line that `install` says, added as it says it.
    said '>> .husky/pre-commit'
    eval "$(sed -n 's/^ *\(echo .*>> .husky\/pre-commit\)$/\1/p' "$scratch/said")"
    tightlip uninstall >/dev/null
    git add . && git commit -q --no-verify -m husky
    shows husky
    # What husky writes anew at every `npm install` takes nothing away.
    npx husky
    token >again.py && git add again.py
    expect 'husky: a secret is refused after husky has run again' 1 git commit -m again
}

try_lefthook() {
    say lefthook
    build
    fresh lefthook
    of_npm lefthook
    printf 'pre-commit:\n  commands:\n    earlier:\n      run: touch earlier-ran\n' >lefthook.yml
    npx lefthook install >/dev/null
    tightlip install >"$scratch/said"
    said 'run: tightlip hook pre-commit'
    printf '    tightlip:\n      run: tightlip hook pre-commit\n' >>lefthook.yml
    tightlip uninstall >/dev/null
    npx lefthook install >/dev/null
    printf 'node_modules\nearlier-ran\n' >.gitignore
    git add . && git commit -q --no-verify -m lefthook
    shows lefthook
    [ -e earlier-ran ] || fail 'lefthook no longer runs what it ran'
}

[ $# -gt 0 ] || set -- pre-commit prek husky lefthook python
for tool in "$@"; do
    "try_$tool"
done
printf '\nEach was run for real: %s\n' "$*"
