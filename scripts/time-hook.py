#!/usr/bin/env python3
"""How much time the pre-commit hook adds to a commit: over a hook that does nothing, and beside what git itself takes.

    cargo build --release && python3 scripts/time-hook.py [--bin target/release/tightlip] [--runs 60] [--only 1/100]

For each row a throwaway repository: so many staged files of 8 KB without a secret among so many tracked files, the index as git
leaves it when it calls the hook. The shim with tightlip, an empty sh script and `git diff --cached --quiet` run in turn, as git
would run them. The last row (--only commit) is a whole `git commit` of one file with every client hook installed, beside one with
empty hooks of the same names. Prints medians in milliseconds of CPU time, what is added pair by pair, the ratio to git's own
comparison, and the peak of memory. Compare ratios, not milliseconds, between machines. Standard library only.
"""
import argparse
import glob
import os
import random
import statistics
import string
import subprocess
import tempfile

# Staged and tracked files, and the milliseconds of CPU time that may be added.
ROWS = [(1, 100, 2.0), (1, 100_000, 2.5), (100, 100, 10.0), (1000, 100, 80.0)]
SIZE = 8192
HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def git(top, *args):
    # Maintenance would go on in the background, and write while the folder is taken away.
    subprocess.run(["git", "-C", top, "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "maintenance.auto=false", *args],
                   check=True, stdout=subprocess.DEVNULL)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)


def texts(count):
    """Pieces of our own source, less the rooms whose tests have made-up secrets; as many as wanted, no two alike."""
    rooms = ["git", "source", "report", "commands", "hook", "config"]
    paths = sorted(path for room in rooms for path in glob.glob(os.path.join(HERE, "src", room, "**", "*.rs"), recursive=True))
    source = "".join(open(path, encoding="utf-8").read() for path in paths)
    for number in range(count):
        start = number * 5003 % (len(source) - SIZE)
        yield "// %d\n%s" % (number, source[start:start + SIZE])


def repository(top, staged, tracked):
    for number in range(tracked):
        write(os.path.join(top, "d%d" % (number // 1000), "e%d" % (number // 100 % 10), "f%d.py" % number), "%d\n" % number)
    git(top, "init", "-q")
    git(top, "add", ".")
    git(top, "commit", "-q", "-m", "files")
    for number, text in enumerate(texts(staged)):
        write(os.path.join(top, "d0", "s%d" % (number // 50), "staged%d.rs" % number), text)
    git(top, "add", ".")
    git(top, "write-tree")  # as `git commit` does before it runs the hook


def secret_files(top):
    """Ten of the user's own, which git ignores, with ten values each that a person chose or a machine drew."""
    draw = random.Random(1)
    names = [".env", ".env.local", "prod.env", ".dlt/secrets.toml", "secrets.toml", "service_account.json", "credentials.json",
             "profiles.yml", "prod.tfvars", "d0/.env"]
    for name in names:
        line = '"%s": "%s",' if name.endswith(".json") else "%s: %s" if name.endswith(".yml") else '%s = "%s"'
        line = "%s=%s" if "env" in name else line
        values = ["".join(draw.choices(string.ascii_letters + string.digits + "-_&/", k=draw.choice([12, 24, 40]))) for _ in range(10)]
        write(os.path.join(top, name), "".join(line % ("password_%d" % number, value) + "\n" for number, value in enumerate(values)))
    write(os.path.join(top, ".git", "info", "exclude"), "".join("/%s\n" % name for name in names))


def run(top, command, **streams):
    child = subprocess.Popen(command, cwd=top, env=dict(os.environ, GIT_INDEX_FILE=".git/index"), stdin=subprocess.DEVNULL, **streams)
    _, status, usage = os.wait4(child.pid, 0)
    return os.waitstatus_to_exitcode(status), 1000 * (usage.ru_utime + usage.ru_stime)


def peak_memory(top, command):
    """In MB, as GNU time says; what Python would be told includes Python itself. None without that program."""
    if not os.path.exists("/usr/bin/time"):
        return None
    told = subprocess.run(["/usr/bin/time", "-f", "%M", *command], cwd=top, env=dict(os.environ, GIT_INDEX_FILE=".git/index"),
                          stderr=subprocess.PIPE, text=True).stderr
    return int(told.split()[-1]) / 1024


def row(binary, staged, tracked, runs, known=False):
    with tempfile.TemporaryDirectory(prefix="time-hook-") as top:
        repository(top, staged, tracked)
        if known:
            secret_files(top)
        empty = os.path.join(top, ".git", "empty-hook")
        write(empty, "#!/bin/sh\nexit 0\n")
        os.chmod(empty, 0o755)
        subprocess.run([binary, "install"], cwd=top, check=True, stdout=subprocess.DEVNULL)
        hook = os.path.join(top, ".git", "hooks", "pre-commit")
        added, of_git = [], []
        for turn in range(runs + 2):
            code, cpu = run(top, [hook])
            assert code == 0, "the hook refused"
            _, base = run(top, [empty])
            _, diff = run(top, ["git", "diff", "--cached", "--quiet"])
            if turn >= 2:
                added.append(cpu - base)
                of_git.append(diff)
        added, of_git = statistics.median(added), statistics.median(of_git)
        return added, of_git, peak_memory(top, [hook])


def commit(top, number):
    write(os.path.join(top, "d0", "staged.rs"), next(texts(1)) + "// %d\n" % number)
    git(top, "add", ".")
    return run(top, ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "maintenance.auto=false", "commit", "-q",
                     "-m", "more"])


def whole_commit(binary, runs):
    """What all hooks of one commit add to it, in milliseconds, and what a commit takes without them."""
    with tempfile.TemporaryDirectory(prefix="time-hook-") as top:
        ours, empty = os.path.join(top, "ours"), os.path.join(top, "empty")
        for folder in ours, empty:
            repository(folder, 1, 100)
            commit(folder, 0)
        subprocess.run([binary, "install"], cwd=ours, check=True, stdout=subprocess.DEVNULL)
        for name in os.listdir(os.path.join(ours, ".git", "hooks")):
            if not name.endswith(".sample"):
                path = os.path.join(empty, ".git", "hooks", name)
                write(path, "#!/bin/sh\nexit 0\n")
                os.chmod(path, 0o755)
        pairs = [(commit(ours, turn), commit(empty, turn)) for turn in range(1, runs + 3)][2:]
        assert all(code == 0 for pair in pairs for code, _ in pair), "a commit was refused"
        return (statistics.median(with_ours - without for (_, with_ours), (_, without) in pairs),
                statistics.median(without for _, (_, without) in pairs))


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--bin", default="target/release/tightlip")
    args.add_argument("--runs", type=int, default=60)
    args.add_argument("--known", action="store_true", help="with ten secret files of the user's own, whose values are looked for")
    args.add_argument("--only", nargs="+", metavar="STAGED/TRACKED", help="these rows only, as 1/100 100/100 commit")
    args = args.parse_args()
    binary = os.path.abspath(args.bin)
    print("| staged | tracked | added by the hook | to reach | git diff --cached | ratio | peak memory |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for staged, tracked, limit in ROWS:
        if args.only and "%d/%d" % (staged, tracked) not in args.only:
            continue
        added, of_git, peak = row(binary, staged, tracked, args.runs, args.known)
        print("| %d | %d | %.2f ms | %.1f ms | %.2f ms | %.2f | %s |"
              % (staged, tracked, added, limit, of_git, added / of_git, "%.1f MB" % peak if peak else "?"), flush=True)
    if not args.only or "commit" in args.only:
        added, without = whole_commit(binary, args.runs)
        print("\nA whole commit with every client hook: %.2f ms more than with empty hooks (to reach: 4 ms), which takes %.1f ms."
              % (added, without))


if __name__ == "__main__":
    main()
