#!/usr/bin/env python3
"""Writes src/detect/context/letters.txt, the model of letters behind src/detect/context/language.rs, and says what it tells apart.

    cargo fetch && python3 scripts/letter-model.py

Counts which letter follows which two in the README files (English) and the identifiers of the crates that this project depends
on, as cargo has fetched them from the registry. A row for each two letters, in order, holds a digit for each letter that may
follow: how much likelier it is there than in random text, in steps of a factor of two; 4 is as likely. Standard library only.
"""
import collections
import glob
import math
import os
import random
import re
import string

LETTERS = string.ascii_lowercase
OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "src", "detect", "context", "letters.txt")


def words_of(value):
    """The words of an identifier: at `aB` one word ends and another begins."""
    for part in re.findall("[A-Za-z]+", value):
        yield from (word.lower() for word in re.sub("([a-z])([A-Z])", r"\1 \2", part).split())


def level(counts, a, b, c):
    total = sum(counts[a + b].values())
    # Two letters that hardly occur say little about a third, and something about the word.
    return max(0, min(9, round(4 + math.log2(26 * (counts[a + b][c] + 0.5) / (total + 13)) - (2 if total < 50 else 0))))


def mean(model, value):
    levels = [model[word[i:i + 3]] for word in words_of(value) for i in range(len(word) - 2)]
    return sum(levels) / len(levels) if levels else 9


def main():
    crates = os.path.join(os.environ.get("CARGO_HOME", os.path.expanduser("~/.cargo")), "registry", "src", "*", "*")

    def read(pattern):
        return "\n".join(open(path, encoding="ascii", errors="ignore").read() for path in sorted(glob.glob(crates + pattern)))

    english = collections.Counter(re.findall("[A-Za-z]{3,}", read("/README.md")))
    identifiers = collections.Counter(re.findall("[A-Za-z_]{6,}", read("/src/*.rs")))
    counts = collections.defaultdict(collections.Counter)
    for value, times in (english + identifiers).items():
        if times < 2:
            continue
        for word in words_of(value):
            for i in range(len(word) - 2):
                # Once a word, and a little more where it is common: else a few words are all there is.
                counts[word[i:i + 2]][word[i + 2]] += 1 + math.log2(times)
    model = {a + b + c: level(counts, a, b, c) for a in LETTERS for b in LETTERS for c in LETTERS}
    with open(OUT, "w", encoding="ascii") as out:
        for a in LETTERS:
            for b in LETTERS:
                out.write("".join(str(model[a + b + c]) for c in LETTERS) + "\n")
    draw = random.Random(1)
    for length in (6, 8, 10, 12, 16):
        drawn = [mean(model, "".join(draw.choice(LETTERS) for _ in range(length))) for _ in range(4000)]
        known = [mean(model, word) for word in identifiers if len(word) == length]
        print("%2d letters:" % length, " ".join(
            "< %.1f: random %.1f %%, identifiers %.1f %%" % (
                limit, 100 * sum(x < limit for x in drawn) / len(drawn), 100 * sum(x < limit for x in known) / len(known))
            for limit in (3.0, 3.5, 4.0)))


if __name__ == "__main__":
    main()
