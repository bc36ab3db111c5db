#!/usr/bin/env bash
# Takes secrets out of a history as docs/after-a-leak.md says, with the real git-filter-repo, and looks whether they are gone.
#
#     scripts/rewrite.sh
#
# TIGHTLIP=PROGRAM takes a program that is built already. Wants git, cargo, openssl and python3 with venv.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
[ -n "${TIGHTLIP:-}" ] || { cargo build --release --locked --quiet && TIGHTLIP=${CARGO_TARGET_DIR:-target}/release/tightlip; }
TIGHTLIP=$(realpath "$TIGHTLIP")
fail() { printf 'rewrite.sh: %s\n' "$1" >&2; exit 1; }

python3 -m venv "$scratch/venv"
"$scratch/venv/bin/pip" install --quiet git-filter-repo

export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.com GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.com
git -c init.defaultBranch=main init -q "$scratch/repo"
cd "$scratch/repo"
# One value with a form of its own, one with signs that mean something in expressions, and one over several lines.
token=sk_live_$(openssl rand -hex 12)
password="T8v#q*[w4+$(openssl rand -hex 4)"
printf 'KEY = "%s"\n' "$token" >settings.py
printf 'password = "%s"\n' "$password" >database.py
# What the line would mean otherwise.
prefixed="regex:$(openssl rand -hex 10)Qz" arrow="Wm4==>$(openssl rand -hex 24)" accented="Pä7$(openssl rand -hex 8)Ω"
printf 'password = "%s"\n' "$prefixed" "$arrow" "$accented" >others.py
openssl genrsa -out key.pem 2048 2>"$scratch/openssl" || fail "$(cat "$scratch/openssl")"
secrets=("$token" "$password" "$prefixed" "$arrow" "$accented" "$(sed -n 9p key.pem)")
git add .
git commit -qm 'with secrets'
git rm -q settings.py
git commit -qm 'without one of them'

status=0
"$TIGHTLIP" scan --history --format replacements --output ../replacements.txt || status=$?
[ "$status" -eq 1 ] || fail "the scan ended with $status, not with 1"
git log -p >"$scratch/before"
for secret in "${secrets[@]}"; do
    grep -qF -- "$secret" "$scratch/before" || fail 'the history holds no secret to begin with'
done
"$scratch/venv/bin/git-filter-repo" --force --quiet --replace-text ../replacements.txt
git log -p >"$scratch/after"
for secret in "${secrets[@]}"; do
    ! grep -qF -- "$secret" "$scratch/after" || fail 'a secret stands in the rewritten history'
done
[ "$(git rev-list --count HEAD)" -eq 2 ] || fail 'the rewritten history has lost a commit'
"$TIGHTLIP" scan --history
