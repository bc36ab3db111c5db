#!/usr/bin/env python3
"""Prints the letter pairs of src/detect/context/randomness.rs, and what they tell apart.

    cargo fetch && python3 scripts/letter-pairs.py

Counts the pairs of letters in the README files (English) and the identifiers of the crates that this project depends on, as
cargo has fetched them from the registry, takes the hundred most common, and prints which share of the pairs they are in that
text, in identifiers, and in random letters. Standard library only.
"""
import collections
import glob
import os
import random
import re

TAKEN = 100


def pairs_of(value):
    """The pairs within words: at `aB` one word ends and another begins."""
    for a, b in zip(value, value[1:]):
        if a.isalpha() and b.isalpha() and not (a.islower() and b.isupper()):
            yield (a + b).lower()


def share(values, common):
    hits = [pair in common for value in values for pair in pairs_of(value)]
    return 100 * sum(hits) / len(hits)


def main():
    crates = os.path.join(os.environ.get("CARGO_HOME", os.path.expanduser("~/.cargo")), "registry", "src", "*", "*")

    def read(pattern):
        return "\n".join(open(path, encoding="ascii", errors="ignore").read() for path in sorted(glob.glob(crates + pattern)))

    english = re.findall("[A-Za-z]+", read("/README.md"))
    identifiers = sorted(set(re.findall("[A-Za-z_]{8,}", read("/src/*.rs"))))
    counts = collections.Counter(pair for value in english + identifiers * 3 for pair in pairs_of(value))
    common = {pair for pair, _ in counts.most_common(TAKEN)}
    letters = "abcdefghijklmnopqrstuvwxyz"
    draw = random.Random(1)
    drawn = ["".join(draw.choice(letters) for _ in range(32)) for _ in range(10000)]
    print("".join(sorted(common)))
    print("English %.0f %%, identifiers %.0f %%, random %.0f %%" % (share(english, common), share(identifiers, common), share(drawn, common)))


if __name__ == "__main__":
    main()
