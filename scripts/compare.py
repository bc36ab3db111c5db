#!/usr/bin/env python3
"""What tightlip and other tools cost a commit, and how often they alarm in text without secrets of anybody's: side by side.

    cargo build --release && python3 scripts/compare.py --tools DIR FOLDER...

Takes detect-secrets from PyPI, ripsecrets from crates.io, secretlint from npm and git-secrets from Debian into DIR, unless they are
there already. Each looks with the rules that it comes with (git-secrets: those of --register-aws).

- A commit: CPU time of the tool's hook over 1 and over 100 staged files of 8 KB without a secret, medians of runs in turn.
- FOLDER: third-party text such as scripts/noise/fetch.sh brings; distinct lines flagged per 100,000, and the time it took. What
  is flagged there may be a secret made for a test: the figure says how much somebody has to look at, not how often a tool errs.

Standard library only.
"""
import argparse
import importlib.util
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
RUNS = 15


def load(name):
    spec = importlib.util.spec_from_file_location(name, os.path.join(HERE, name + ".py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def call(*command, cwd=None):
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL)


def output(command, cwd):
    """What a scan says, through a file: secretlint loses what does not fit into a pipe. Each ends with 1 where it finds something."""
    with tempfile.TemporaryFile() as out:
        subprocess.run(command, cwd=cwd, stdout=out, stderr=subprocess.DEVNULL)
        out.seek(0)
        return out.read().decode(errors="replace")


def json_lines(text):
    found = (json.loads(line) for line in text.splitlines() if line)
    return {(one["path"], one["line"]) for one in found if one.get("blocks")}


def of_detect_secrets(text):
    return {(path, one["line_number"]) for path, ones in json.loads(text)["results"].items() for one in ones}


def of_secretlint(text):
    return {(file["filePath"], one["loc"]["start"]["line"]) for file in json.loads(text) for one in file["messages"]}


def of_grep(text):
    """`path:line:...`, of ripsecrets and git-secrets."""
    return {tuple(match.groups()) for match in re.finditer(r"^([^:\n]+):(\d+)[: ]", text, re.M)}


class Tool:
    def __init__(self, name, hook, scan, read):
        self.name, self.hook, self.scan, self.read = name, hook, scan, read


def tools(binary, folder):
    """Installs what is missing."""
    at = lambda *parts: os.path.join(folder, *parts)
    os.makedirs(folder, exist_ok=True)
    if not os.path.exists(at("venv")):
        call(sys.executable, "-m", "venv", at("venv"))
        call(at("venv", "bin", "pip"), "install", "-q", "detect-secrets")
    if not os.path.exists(at("cargo")):
        call("cargo", "install", "-q", "--root", at("cargo"), "--target-dir", at("cargo-target"), "ripsecrets")
    rules = at("npm", ".secretlintrc.json")
    if not os.path.exists(rules):
        call("npm", "install", "--silent", "--prefix", at("npm"), "secretlint", "@secretlint/secretlint-rule-preset-recommend")
        with open(rules, "w") as f:
            json.dump({"rules": [{"id": "@secretlint/secretlint-rule-preset-recommend"}]}, f)
    git_secrets = at("deb", "usr", "bin", "git-secrets")
    if not os.path.exists(git_secrets):
        call("apt-get", "download", "-qq", "git-secrets", cwd=folder)
        package = next(name for name in os.listdir(folder) if name.startswith("git-secrets") and name.endswith(".deb"))
        call("dpkg-deb", "-x", at(package), at("deb"))
    secretlint = [at("npm", "node_modules", ".bin", "secretlint"), "--secretlintrc", rules, "--no-glob"]
    return [
        Tool("tightlip", lambda top, names: [os.path.join(top, ".git", "hooks", "pre-commit")],
             [binary, "scan", "--no-ignore", "--format", "jsonl", "."], json_lines),
        Tool("ripsecrets", lambda top, names: [at("cargo", "bin", "ripsecrets"), "--strict-ignore", *names],
             [at("cargo", "bin", "ripsecrets"), "."], of_grep),
        Tool("git-secrets", lambda top, names: [git_secrets, "--pre_commit_hook", "--", *names],
             [git_secrets, "--scan", "--no-index", "-r", "."], of_grep),
        Tool("detect-secrets", lambda top, names: [at("venv", "bin", "detect-secrets-hook"), *names],
             [at("venv", "bin", "detect-secrets"), "scan", "--all-files", "."], of_detect_secrets),
        Tool("secretlint", lambda top, names: [*secretlint, *names],
             [secretlint[0], "--secretlintrc", rules, "--format", "json", "**/*"], of_secretlint),
    ]


def of_commit(tools, binary, staged, git_secrets):
    """Milliseconds of CPU time of each tool's hook, and what nothing costs."""
    with tempfile.TemporaryDirectory(prefix="compare-") as top:
        times = load("time-hook")
        times.repository(top, staged, 1000)
        call(binary, "install", cwd=top)
        call(git_secrets, "--register-aws", cwd=top)
        names = subprocess.run(["git", "diff", "--cached", "--name-only"], cwd=top, capture_output=True, text=True).stdout.split()
        taken = {tool.name: [] for tool in tools}
        for turn in range(RUNS + 1):
            for tool in tools:
                code, cpu = times.run(top, tool.hook(top, names), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                # Some of them take our own source for secrets.
                assert code in (0, 1), "%s ended with %d" % (tool.name, code)
                if turn:
                    taken[tool.name].append(cpu)
        return {name: statistics.median(times) for name, times in taken.items()}


def count_lines(folder):
    lines = 0
    for top, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(top, name)
            if os.path.isfile(path) and not os.path.islink(path):
                with open(path, "rb") as f:
                    lines += f.read().count(b"\n")
    return lines


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--bin", default="target/release/tightlip")
    args.add_argument("--tools", required=True, metavar="DIR")
    args.add_argument("folders", nargs="+", metavar="FOLDER")
    args = args.parse_args()
    binary = os.path.abspath(args.bin)
    each = tools(binary, os.path.abspath(args.tools))
    git_secrets = next(tool.scan[0] for tool in each if tool.name == "git-secrets")
    commits = [of_commit(each, binary, staged, git_secrets) for staged in (1, 100)]
    lines = sum(count_lines(folder) for folder in args.folders)
    print("%d lines in %s\n" % (lines, " ".join(args.folders)))
    print("| | hook, 1 file | hook, 100 files | lines flagged in 100,000 | seconds for all |")
    print("| --- | --- | --- | --- | --- |")
    for tool in each:
        flagged, start = 0, time.monotonic()
        for folder in args.folders:
            flagged += len(tool.read(output(tool.scan, folder)))
        took = time.monotonic() - start
        print("| %s | %.0f ms | %.0f ms | %.1f | %.1f |"
              % (tool.name, *(commit[tool.name] for commit in commits), 100_000 * flagged / lines, took), flush=True)


if __name__ == "__main__":
    main()
