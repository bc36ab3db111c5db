#!/usr/bin/env python3
"""How much time the pre-commit hook adds to a commit, over a hook that does nothing.

    cargo build --release && python3 scripts/time-hook.py [--bin target/release/tightlip] [--files 100 100000] [--runs 100]

For each number of tracked files: a throwaway repository, one staged file of 8 KB without a secret, the index as git leaves it
when it calls the hook. The shim with tightlip and an empty sh script run in turn, as git would run them. Prints the medians
of CPU and wall time in milliseconds, and the median of the differences pair by pair. Standard library only.
"""
import argparse
import os
import random
import statistics
import subprocess
import tempfile
import time

WORDS = "return value for name in list if not None the of and index file path open read write self error config".split()


def git(top, *args):
    subprocess.run(["git", "-C", top, "-c", "user.name=a", "-c", "user.email=a@example.com", *args], check=True,
                   stdout=subprocess.DEVNULL)


def text(draw, size):
    lines, length = [], 0
    while length < size:
        lines.append(" ".join(draw.choice(WORDS) for _ in range(10)))
        length += len(lines[-1]) + 1
    return "\n".join(lines)[:size]


def repository(top, files):
    draw = random.Random(1)
    for number in range(files):
        folder = os.path.join(top, "d%d" % (number // 1000), "e%d" % (number // 100 % 10))
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "f%d.py" % number), "w") as f:
            f.write("%d\n" % number)
    git(top, "init", "-q")
    git(top, "add", ".")
    git(top, "commit", "-q", "-m", "files")
    with open(os.path.join(top, "d0", "staged.py"), "w") as f:
        f.write(text(draw, 8192))
    git(top, "add", ".")
    git(top, "write-tree")  # as `git commit` does before it runs the hook


def run(top, hook):
    start = time.perf_counter()
    child = subprocess.Popen([hook], cwd=top, env=dict(os.environ, GIT_INDEX_FILE=".git/index"), stdin=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    assert status == 0, "the hook refused"
    return 1000 * wall, 1000 * (usage.ru_utime + usage.ru_stime)


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--bin", default="target/release/tightlip")
    args.add_argument("--files", type=int, nargs="+", default=[100, 100000])
    args.add_argument("--runs", type=int, default=100)
    args = args.parse_args()
    binary = os.path.abspath(args.bin)
    for files in args.files:
        with tempfile.TemporaryDirectory(prefix="time-hook-") as top:
            repository(top, files)
            empty = os.path.join(top, ".git", "empty-hook")
            with open(empty, "w") as f:
                f.write("#!/bin/sh\nexit 0\n")
            os.chmod(empty, 0o755)
            subprocess.run([binary, "install"], cwd=top, check=True, stdout=subprocess.DEVNULL)
            hook = os.path.join(top, ".git", "hooks", "pre-commit")
            pairs = [(run(top, hook), run(top, empty)) for _ in range(args.runs + 5)][5:]
            wall = statistics.median(a[0] - b[0] for a, b in pairs)
            cpu = statistics.median(a[1] - b[1] for a, b in pairs)
            hook_wall, hook_cpu = (statistics.median(a[i] for a, _ in pairs) for i in (0, 1))
            empty_wall, empty_cpu = (statistics.median(b[i] for _, b in pairs) for i in (0, 1))
            print("%6d files: hook %.2f ms wall, %.2f ms CPU; empty hook %.2f, %.2f; added %.2f ms wall, %.2f ms CPU"
                  % (files, hook_wall, hook_cpu, empty_wall, empty_cpu, wall, cpu))


if __name__ == "__main__":
    main()
