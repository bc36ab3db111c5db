#!/usr/bin/env python3
"""How much time the pre-commit hook adds to a commit: over a hook that does nothing, and beside what git itself takes.

    cargo build --release && python3 scripts/time-hook.py [--bin target/release/tightlip] [--runs 60] [--only 1/100]

For each row a throwaway repository: so many staged files of 8 KB without a secret among so many tracked files, the index as git
leaves it when it calls the hook. The shim with tightlip, an empty sh script and `git diff --cached --quiet` run in turn, as git
would run them. Prints medians in milliseconds of CPU time, what is added pair by pair, the ratio to git's own comparison, and the
peak of memory. Compare ratios, not milliseconds, between machines. Standard library only.
"""
import argparse
import os
import random
import statistics
import subprocess
import tempfile

# Staged and tracked files, and the milliseconds of CPU time that may be added.
ROWS = [(1, 100, 2.0), (1, 100_000, 2.5), (100, 100, 10.0), (1000, 100, 80.0)]
WORDS = ("return value for name in list if not None the of and index file path open read write self error config "
         "def class import from print(len(items)) # note: {'id': 1} \"text\" x += 1 token password auth").split(" ")


def git(top, *args):
    subprocess.run(["git", "-C", top, "-c", "user.name=a", "-c", "user.email=a@example.com", *args], check=True,
                   stdout=subprocess.DEVNULL)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)


def text(draw, size):
    lines, length = [], 0
    while length < size:
        lines.append(" ".join(draw.choice(WORDS) for _ in range(10)))
        length += len(lines[-1]) + 1
    return "\n".join(lines)[:size]


def repository(top, staged, tracked):
    draw = random.Random(1)
    for number in range(tracked):
        write(os.path.join(top, "d%d" % (number // 1000), "e%d" % (number // 100 % 10), "f%d.py" % number), "%d\n" % number)
    git(top, "init", "-q")
    git(top, "add", ".")
    git(top, "commit", "-q", "-m", "files")
    for number in range(staged):
        write(os.path.join(top, "d0", "s%d" % (number // 50), "staged%d.py" % number), text(draw, 8192))
    git(top, "add", ".")
    git(top, "write-tree")  # as `git commit` does before it runs the hook


def run(top, command):
    child = subprocess.Popen(command, cwd=top, env=dict(os.environ, GIT_INDEX_FILE=".git/index"), stdin=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    return os.waitstatus_to_exitcode(status), 1000 * (usage.ru_utime + usage.ru_stime), usage.ru_maxrss / 1024


def row(binary, staged, tracked, runs):
    with tempfile.TemporaryDirectory(prefix="time-hook-") as top:
        repository(top, staged, tracked)
        empty = os.path.join(top, ".git", "empty-hook")
        write(empty, "#!/bin/sh\nexit 0\n")
        os.chmod(empty, 0o755)
        subprocess.run([binary, "install"], cwd=top, check=True, stdout=subprocess.DEVNULL)
        hook = os.path.join(top, ".git", "hooks", "pre-commit")
        added, of_git, peak = [], [], 0
        for turn in range(runs + 2):
            code, cpu, memory = run(top, [hook])
            assert code == 0, "the hook refused"
            _, base, _ = run(top, [empty])
            _, diff, _ = run(top, ["git", "diff", "--cached", "--quiet"])
            if turn >= 2:
                added.append(cpu - base)
                of_git.append(diff)
                peak = max(peak, memory)
        added, of_git = statistics.median(added), statistics.median(of_git)
        return added, of_git, peak


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--bin", default="target/release/tightlip")
    args.add_argument("--runs", type=int, default=60)
    args.add_argument("--only", nargs="+", metavar="STAGED/TRACKED", help="these rows only, as 1/100 100/100")
    args = args.parse_args()
    binary = os.path.abspath(args.bin)
    print("| staged | tracked | added by the hook | to reach | git diff --cached | ratio | peak memory |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for staged, tracked, limit in ROWS:
        if args.only and "%d/%d" % (staged, tracked) not in args.only:
            continue
        added, of_git, peak = row(binary, staged, tracked, args.runs)
        print("| %d | %d | %.2f ms | %.1f ms | %.2f ms | %.2f | %.1f MB |"
              % (staged, tracked, added, limit, of_git, added / of_git, peak), flush=True)


if __name__ == "__main__":
    main()
