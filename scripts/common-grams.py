#!/usr/bin/env python3
"""Prints build/common-grams.txt: the runs of four bytes that source text has most of, and how many of a million places have them.

    cargo fetch && python3 scripts/common-grams.py > build/common-grams.txt

Counts them in the crates that this project depends on, as cargo has fetched them from the registry, in as much text of each
kind of file. Upper case counts as lower case, as in the first filter (src/detect/prefilter/gram.rs): bit 5 is set in each byte.
Standard library only.
"""
import collections
import glob
import os

KINDS = ["rs", "md", "toml", "json", "yml", "sh", "py", "c", "html", "js"]
LARGEST = 3_000_000
TAKEN = 8000


def main():
    crates = os.path.join(os.environ.get("CARGO_HOME", os.path.expanduser("~/.cargo")), "registry", "src", "*", "*")
    counts, places = collections.Counter(), 0
    for kind in KINDS:
        text = b""
        for path in sorted(glob.glob("%s/**/*.%s" % (crates, kind), recursive=True)):
            text += open(path, "rb").read(20_000)
            if len(text) > LARGEST:
                break
        folded = bytes(byte | 0x20 for byte in text)
        counts.update(folded[at:at + 4] for at in range(len(folded) - 3))
        places += len(folded)
    for gram, count in sorted(counts.most_common(TAKEN), key=lambda item: (-item[1], item[0])):
        print("%s %d" % (gram.hex(), 1_000_000 * count // places))


if __name__ == "__main__":
    main()
