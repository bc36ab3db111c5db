#!/bin/sh
# Counts the instructions of a clean pre-commit hook with callgrind and holds them against the number kept in
# scripts/hook-instructions.txt: on a noisy machine time says little, and this number hardly changes.
#
#     cargo build --release && scripts/count-hook.sh [--update] [target/release/tightlip]
#
# Exits 1 if there are more than 5 % more than before; --update keeps the new number. Installs valgrind if it is missing and
# apt-get is there.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
kept=$here/hook-instructions.txt
update=
[ "${1:-}" != --update ] || { update=yes; shift; }
binary=${1:-$here/../target/release/tightlip}
binary=$(CDPATH='' cd -- "$(dirname -- "$binary")" && pwd)/$(basename -- "$binary")
[ -x "$binary" ] || { echo "count-hook.sh: there is no $binary; run: cargo build --release" >&2; exit 2; }

command -v valgrind >/dev/null || {
    command -v apt-get >/dev/null || { echo "count-hook.sh: valgrind is missing; install it with your package manager" >&2; exit 2; }
    [ "$(id -u)" = 0 ] && sudo= || sudo=sudo
    $sudo apt-get install -y -q valgrind >&2 || { $sudo apt-get update -q >&2 && $sudo apt-get install -y -q valgrind >&2; }
}

top=$(mktemp -d)
trap 'rm -rf -- "$top"' EXIT
cd -- "$top"
# Nobody's configuration, and the same names and text each time.
HOME=$top XDG_CONFIG_HOME=$top GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null GIT_INDEX_FILE=.git/index
export HOME XDG_CONFIG_HOME GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM GIT_INDEX_FILE
git init -q .
number=0
while [ $number -lt 100 ]; do
    echo $number >"file$number"
    number=$((number + 1))
done
git add . && git -c user.name=a -c user.email=a@example.com commit -q -m files

# 8 KB of made-up source, some lines with words that make candidates; once, and a hundred times.
awk 'BEGIN {
    for (i = 0; i < 200; i++)
        if (i % 12) printf "        self.items[%d].append(Item(name, size=len(name) + %d))\n", i, i
        else printf "    def load%d(self, path, token=None):  # see https://example.com/docs\n", i
}' | head -c 8192 >staged.py
count() {
    git add . && git write-tree >/dev/null
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$binary" hook pre-commit 2>&1 | sed -n 's/.*Collected : //p'
}
one=$(count)
mkdir many
number=0
while [ $number -lt 99 ]; do
    { cat staged.py; echo $number; } >many/staged$number.py
    number=$((number + 1))
done
hundred=$(count)

now=$(printf 'staged files 1: %s\nstaged files 100: %s\n' "$one" "$hundred")
printf '%s\n' "$now"
if [ -n "$update" ]; then
    printf '%s\n' "$now" >"$kept"
    exit 0
fi
printf '%s\n' "$now" | awk -F': ' '
    NR == FNR { before[$1] = $2; next }
    !($1 in before) { print "count-hook.sh: no number is kept for " $1 > "/dev/stderr"; bad = 1; next }
    $2 > 1.05 * before[$1] {
        printf "count-hook.sh: %s: %.1f %% more instructions than the %d kept\n", $1, 100 * ($2 / before[$1] - 1), before[$1] > "/dev/stderr"
        bad = 1
    }
    END { exit bad }' "$kept" -
