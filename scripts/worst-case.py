#!/usr/bin/env python3
"""How long each rule takes over 1 MiB of text that is made to keep it busy.

    python3 scripts/worst-case.py [--bin target/release/tightlip] [--limit 50] [RULE...]

For each rule five texts are made of its own keywords and examples: its keyword over and over, without a line's end; how its
first example begins, the same way; its keyword before a row of letters and digits as long as the text; and its examples with
their values cut off, and its near misses, over and over, on lines of their own and on one line. tightlip looks at them with this
rule only: at all of them in one run, and at each alone where that took longer than one may. What counts is the processor time
above that of the same run over as many lines without a keyword; the least of three runs where the first is over the limit. Where
something is found, the time is that of reporting thousands of findings as well, and is told apart. Ends with 1 if a rule is over
the limit in a text in which it finds nothing. Standard library only.
"""
import argparse
import os
import statistics
import re
import resource
import subprocess
import sys
import tempfile

SIZE = 1 << 20
DRAWN = "Zk9wQ2vLr7XtYb3N5cHf8jMsT4gR6dP1"


def shown(binary, rule):
    """The keywords of a rule, and what it drew of its examples and near misses; none of what is only known for harmless."""
    text = subprocess.run([binary, "rules", "show", "--draw", rule], capture_output=True).stdout.decode("utf-8", "replace")
    keywords = re.search(r"^  keywords +(.*)$", text, re.M)
    lists = re.findall(r"^  (examples|near misses)\n(.*?)(?=^  \S|\Z)", text, re.M | re.S)
    lines = {name: [line.strip() for line in block.splitlines() if line.strip()] for name, block in lists}
    return (keywords.group(1).split(", ") if keywords else []), lines.get("examples", []), lines.get("near misses", [])


def texts(keywords, examples, near_misses):
    fill = lambda piece: (piece * (SIZE // len(piece) + 1))[:SIZE]
    word = max(keywords, key=len, default="") or examples[0][:8]
    cut = [re.sub(r"[0-9A-Za-z_/+-]{16,}", lambda run: run[0][:-2] + "!", example) for example in examples] + near_misses
    return {
        "keyword": fill(word),
        "prefix": fill((examples[0] if examples else word)[:12]),
        "run": word + fill(DRAWN),
        "lines": fill("\n".join(cut) + "\n"),
        "line": fill(" ".join(cut) + " "),
    }


def scan(binary, rule, path, out):
    run = subprocess.run([binary, "scan", "--rule", rule, "--jobs", "1", "--format", "jsonl", path],
                         stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE)
    if run.returncode not in (0, 1):
        sys.exit("%s: %s" % (rule, run.stderr.decode("utf-8", "replace")))
    return run


def seconds(binary, rule, path):
    """The processor time of a look at `path`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    scan(binary, rule, path, subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def findings(binary, rule, path):
    """How many of them there are in `path`, such as in cut values of a shape of any length."""
    return scan(binary, rule, path, subprocess.PIPE).stdout.count(b"\n") - 1


def measured(binary, rule, made, folder, plain, limit):
    """Of each text, its name, how many milliseconds it took `rule` at most, and where that is too long, how many findings it has."""
    for name, text in made.items():
        with open(os.path.join(folder, name + ".conf"), "w", encoding="utf-8") as f:
            f.write(text)
    took = lambda path, texts: 1000 * seconds(binary, rule, path) - texts * plain
    together = took(folder, len(made))
    if together <= limit:
        return [("all", together, 0)]
    texts = []
    for name in made:
        path = os.path.join(folder, name + ".conf")
        least = took(path, 1)
        for _ in range(2 if least > limit else 0):
            least = min(least, took(path, 1))
        texts.append((name, least, findings(binary, rule, path) if least > limit else 0))
    return texts


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--bin", default="target/release/tightlip")
    args.add_argument("--limit", type=float, default=50, metavar="MILLISECONDS")
    args.add_argument("rules", nargs="*")
    args = args.parse_args()
    binary = os.path.abspath(args.bin)
    listed = subprocess.run([binary, "rules", "list"], capture_output=True, check=True).stdout.decode().splitlines()
    rules = args.rules or [line.split()[1] for line in listed]
    worst, looked = [], 0
    with tempfile.TemporaryDirectory(prefix="worst-case-") as folder:
        path = os.path.join(folder, "plain.conf")
        with open(path, "w", encoding="utf-8") as f:
            f.write(("." * 79 + "\n") * (SIZE // 80))
        plain = 1000 * min(seconds(binary, rules[0], path) for _ in range(5))
        os.remove(path)
        for rule in rules:
            keywords, examples, near_misses = shown(binary, rule)
            if keywords or examples:
                looked += 1
                took = measured(binary, rule, texts(keywords, examples, near_misses), folder, plain, args.limit)
                worst += [(milliseconds, rule, name, found) for name, milliseconds, found in took]
    worst.sort(reverse=True)
    over = [item for item in worst if item[0] > args.limit and not item[3]]
    reported = [item for item in worst if item[3]]
    print("%d rules of %d; %d texts over %g ms in which nothing is found, %d in which something is"
          % (looked, len(rules), len(over), args.limit, len(reported)))
    for title, items in ("nothing found", over or [item for item in worst if not item[3]][:10]), ("findings", reported):
        if items:
            print("%s: median %.1f ms" % (title, statistics.median(item[0] for item in items)))
        for took, rule, name, found in items:
            print("%8.1f ms  %s (%s)%s" % (took, rule, name, ", %d findings" % found if found else ""))
    sys.exit(bool(over))


if __name__ == "__main__":
    main()
