#!/usr/bin/env python3
"""How long each rule takes over 1 MiB of text that is made to keep it busy.

    python3 scripts/worst-case.py [--bin target/release/tightlip] [--limit 50] [RULE...]

For each rule five texts are made of its own keywords and examples: its keyword over and over, without a line's end; how its
first example begins, the same way; its keyword before a row of letters and digits as long as the text; and its examples with
their values cut off, and its near misses, over and over, on lines of their own and on one line. tightlip looks at them with this
rule only: at all of them in one run, and at each alone where that took longer than one may. What counts is the processor time
above that of the same run over as much text without a keyword; the least of three runs where the first is over the limit. Ends
with 1 if a rule is over the limit. Standard library only.
"""
import argparse
import os
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


def seconds(binary, rule, path):
    """The processor time of a look at `path`; none where something is found."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run([binary, "scan", "--rule", rule, "--jobs", "1", "--format", "jsonl", path],
                         stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode not in (0, 1):
        sys.exit("%s: %s" % (rule, run.stderr.decode("utf-8", "replace")))
    if run.returncode == 1:
        return None  # A cut value of a shape of any length: reporting that is another matter.
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measured(binary, rule, made, folder, plain, limit):
    """By text, how many milliseconds it took `rule` at most."""
    for name, text in made.items():
        with open(os.path.join(folder, name + ".conf"), "w", encoding="utf-8") as f:
            f.write(text)
    together = seconds(binary, rule, folder)
    if together is not None and 1000 * together - len(made) * plain <= limit:
        return {"all": 1000 * together - len(made) * plain}
    took = {}
    for name in made:
        path = os.path.join(folder, name + ".conf")
        took[name] = 1000 * (seconds(binary, rule, path) or 0) - plain
        for _ in range(2 if took[name] > limit else 0):
            took[name] = min(took[name], 1000 * (seconds(binary, rule, path) or 0) - plain)
    return took


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
            f.write("\n" * SIZE)
        plain = 1000 * min(seconds(binary, rules[0], path) for _ in range(5))
        os.remove(path)
        for rule in rules:
            keywords, examples, near_misses = shown(binary, rule)
            if keywords or examples:
                looked += 1
                took = measured(binary, rule, texts(keywords, examples, near_misses), folder, plain, args.limit)
                worst += [(milliseconds, rule, name) for name, milliseconds in took.items()]
    worst.sort(reverse=True)
    over = [item for item in worst if item[0] > args.limit]
    print("%d rules of %d; %d texts over %g ms" % (looked, len(rules), len(over), args.limit))
    for took, rule, name in over or worst[:10]:
        print("%8.1f ms  %s (%s)" % (took, rule, name))
    sys.exit(bool(over))


if __name__ == "__main__":
    main()
