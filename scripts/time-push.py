#!/usr/bin/env python3
"""Times the pre-push hook on pushes of 1, 100 and 10,000 commits, with and without receipts, beside `git cat-file` over the same
objects. Made-up history, one file of some 2 KB changed in each commit. Figures are milliseconds of CPU / by the clock, medians of
interleaved runs.

usage: scripts/time-push.py TIGHTLIP [RUNS]
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time


def history(folder, commits):
    """A repository with so many commits on top of a first one, and the ids of both ends."""
    subprocess.run(["git", "init", "-q", "-b", "main", folder], check=True)
    stream = []
    for number in range(commits + 1):
        text = "".join(f"line {line} of {number}: nothing to see here\n" for line in range(50)).encode()
        path = f"folder-{number % 40}/file-{number % 7}.txt"
        stream.append(
            f"commit refs/heads/main\nmark :{number + 1}\ncommitter Ada <ada@example.com> {1700000000 + number} +0000\n"
            f"data 4\nmade\nM 100644 inline {path}\ndata {len(text)}\n".encode() + text + b"\n"
        )
    git(folder, "fast-import", "--quiet", input=b"".join(stream))
    ids = git(folder, "rev-parse", "main", f"main~{commits}").decode().split()
    return ids[0], ids[1]


def git(folder, *args, **options):
    return subprocess.run(["git", "-C", folder, *args], check=True, stdout=subprocess.PIPE, **options).stdout


def times(command, folder, text):
    """Of CPU and by the clock."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, cwd=folder, input=text, check=True, stdout=subprocess.DEVNULL)
    after, ended = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime), 1000 * (ended - began)


def main():
    tightlip = os.path.abspath(sys.argv[1])
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    print(f"{'commits':>8} {'without':>15} {'receipts':>15} {'cat-file':>15} {'nothing':>15}")
    for commits in (1, 100, 10_000):
        with tempfile.TemporaryDirectory() as folder:
            tip, base = history(folder, commits)
            line = f"refs/heads/main {tip} refs/heads/main {base}\n".encode()
            deletion = f"(delete) {'0' * len(tip)} refs/heads/main {base}\n".encode()
            objects = git(folder, "rev-list", "--objects", "--no-object-names", f"{base}..{tip}")
            hook = [tightlip, "hook", "pre-push", "origin", "nowhere"]
            receipts = os.path.join(folder, ".git/tightlip/receipts")
            taken = {"without": [], "receipts": [], "cat-file": [], "nothing": []}
            for _ in range(runs):
                if os.path.exists(receipts):
                    os.remove(receipts)
                taken["without"].append(times(hook, folder, line))
                taken["receipts"].append(times(hook, folder, line))
                taken["cat-file"].append(times(["git", "cat-file", "--batch", "--buffer"], folder, objects))
                taken["nothing"].append(times(hook, folder, deletion))
            medians = ([statistics.median(part) for part in zip(*figures)] for figures in taken.values())
            print(f"{commits:>8}", *(f"{cpu:7.1f} /{clock:6.1f}" for cpu, clock in medians))


main()
