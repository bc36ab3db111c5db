#!/usr/bin/env bash
# What the CI jobs run: scans what a pull request or push adds. Everything comes from the environment:
#   TIGHTLIP  the program                    RANGE   BASE..TIP, or empty for $BASE..$TIP
#   BASE, TIP ids of commits                 FORMAT  the form of the report
#   OUTPUT    a file for the report; without it, standard output
#   SARIF     a file for a second report     Exit codes are those of `tightlip scan`.
set -u

range=${RANGE:-}
if [ -z "$range" ]; then
    tip=${TIP:-HEAD}
    # A new branch has no commit before it (the id is all zeros), and after a force push the one that was there is gone.
    if [ -n "${BASE//0/}" ] && git cat-file -e "$BASE^{commit}" 2>/dev/null; then
        range=$BASE..$tip
    elif main=$(git symbolic-ref --quiet --short refs/remotes/origin/HEAD) && base=$(git merge-base "$main" "$tip") &&
        [ "$base" != "$(git rev-parse "$tip^{commit}")" ]; then
        range=$base..$tip
    else
        range=
    fi
fi

# Without a base all of the history is new.
if [ -n "$range" ]; then what=(--range "$range"); else what=(--history); fi
if [ -n "${SARIF:-}" ]; then
    "$TIGHTLIP" scan "${what[@]}" --format sarif --output "$SARIF"
    status=$?
    [ "$status" -le 1 ] || exit "$status"
fi
exec "$TIGHTLIP" scan "${what[@]}" --format "${FORMAT:-human}" ${OUTPUT:+--output "$OUTPUT"}
