#!/usr/bin/env python3
"""What is tried of tightlip that takes minutes, gigabytes, or a look at its system calls.

    cargo build --release && python3 scripts/prove.py [--bin target/release/tightlip] [--minutes 60] [PART...]

Parts, all of them unless some are named:

    kills     SIGKILL before every system call of install, uninstall, baseline updates and pushes that writes, one run for each
    errors    each of them, and each that reads, fails in turn: no such file, no permission, no space, a fault of the disk
    disk      a full disk and a read-only one, where a file system can be mounted
    large     a line of 100 MB, 4 GB of zeros, a million candidates, 100,000 staged files, 100 MB of configuration and baseline
    silence   every system call of every command: no network, no program but those that docs/reliability.md names; and no trace of
              a planted value in anything written
    fuzz      each target of fuzz/ under libFuzzer for its share of the minutes (needs cargo-fuzz and a nightly toolchain)

Whatever happens: the exit code is 0 or 1 after a complete look and 2 otherwise, a commit with a secret is never let pass, and no
hook, baseline or file is lost. Prints what was tried and ends with 1 if anything did not hold. Needs git and strace, which it
installs with apt-get where that is there. Nothing outside a temporary folder is written.
"""
import argparse
import base64
import hashlib
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TARGETS = ["decoders", "assignments", "checks", "redact", "rules", "config", "baseline", "imports", "reports", "shim", "hook_input",
           "index", "objects"]
WRITES = ["openat", "write", "rename", "renameat", "renameat2", "linkat", "link", "symlink", "unlink", "mkdir", "chmod", "fchmod", "fsync",
          "fdatasync", "ftruncate", "close"]
READS = ["openat", "read", "pread64", "mmap", "stat", "statx", "newfstatat", "fstat", "lstat", "getdents64", "readlink", "lseek",
         "access", "getcwd"]
# What a call that names a file may end with, what one that writes may, and what one that reads may.
BY_NAME = ["EACCES", "ENOENT", "EIO"]
ERRORS = {"write": ["ENOSPC", "EIO"], "fsync": ["EIO", "ENOSPC"], "fdatasync": ["EIO", "ENOSPC"], "ftruncate": ["EIO"], "fchmod": ["EACCES"],
          "read": ["EIO"], "pread64": ["EIO"], "mmap": ["ENOMEM"], "fstat": ["EIO"], "getdents64": ["EIO"], "lseek": ["EIO"]}
ENV = {"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com",
       "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.com", "LC_ALL": "C.UTF-8"}

faults, counts = [], {}


def count(what, more=1):
    counts[what] = counts.get(what, 0) + more


def expect(holds, what):
    if not holds:
        faults.append(what)
        print("DOES NOT HOLD: %s" % what[:2000], flush=True)


def key(seed):
    """A made-up Stripe key."""
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    draw = random.Random(seed)
    return "_".join(["sk", "live", "".join(draw.choice(letters) for _ in range(24))])


class Repo:
    """A throwaway repository."""

    def __init__(self, binary, top):
        self.binary, self.root, self.top = binary, top, os.path.join(top, "repo")
        os.makedirs(os.path.join(top, "home"))
        self.env = dict(ENV, HOME=os.path.join(top, "home"))
        self.run(["git", "init", "-q", "-b", "main", self.top], cwd=top)
        self.write("README", "hello\n")
        self.git("add", ".")
        self.git("commit", "-q", "-m", "first")

    def run(self, command, cwd=None, input=b"", timeout=900, limit=None):
        def bound():
            if limit:
                resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        done = subprocess.run(command, cwd=cwd or self.top, env=self.env, input=input, capture_output=True, timeout=timeout,
                              preexec_fn=bound)
        return done

    def git(self, *args):
        done = self.run(["git", *args])
        assert done.returncode == 0, (args, done)
        return done.stdout.decode().strip()

    def tightlip(self, *args, **more):
        return self.run([self.binary, *args], **more)

    def write(self, path, text):
        path = os.path.join(self.top, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())

    def read(self, path):
        try:
            with open(os.path.join(self.top, path), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def strace(self, options, args, input=b""):
        return self.run(["strace", "-f", "-qq", "-o", "/dev/null", *options, self.binary, *args], input=input)


class Ground:
    """The same state again and again: a folder that is copied."""

    def __init__(self, binary, prepare):
        self.folder = tempfile.TemporaryDirectory(dir=args.folder)
        self.repo = Repo(binary, os.path.join(self.folder.name, "it"))
        prepare(self.repo)
        self.kept = os.path.join(self.folder.name, "kept")
        shutil.copytree(self.repo.root, self.kept, symlinks=True)

    def again(self):
        shutil.rmtree(self.repo.root)
        shutil.copytree(self.kept, self.repo.root, symlinks=True)
        return self.repo


EARLIER = b"#!/bin/sh\necho earlier >>../ran\nexit 0\n"


def with_hook(repo):
    repo.write(".git/hooks/pre-commit", EARLIER)
    os.chmod(os.path.join(repo.top, ".git/hooks/pre-commit"), 0o755)


def installed(repo):
    with_hook(repo)
    assert repo.tightlip("install").returncode == 0


def staged(repo):
    installed(repo)
    repo.write("leak.py", "key = '%s'\n" % key(1))
    repo.git("add", ".")


def accepted(repo):
    staged(repo)
    assert repo.tightlip("--update-baseline").returncode == 0
    repo.git("add", ".tightlip-baseline")
    repo.write("more.py", "key = '%s'\n" % key(2))
    repo.git("add", ".")


def pushed(repo):
    repo.git("init", "-q", "--bare", "-b", "main", "../remote.git")
    repo.git("remote", "add", "origin", "../remote.git")
    repo.git("push", "-q", "origin", "main")
    installed(repo)
    for number in range(5):
        repo.write("%d.txt" % number, "harmless\n")
        repo.git("add", ".")
        repo.git("commit", "-q", "--no-verify", "-m", "more")


def hook_is_kept(repo):
    """The hook that was there before is in force, by itself or behind the shim; and with the shim, nothing passes."""
    hook, kept = repo.read(".git/hooks/pre-commit"), repo.read(".git/hooks/pre-commit.before-tightlip")
    shim = hook is not None and hook.startswith(b"#!/bin/sh\n# tightlip shim")
    if not (hook == EARLIER or (shim and kept == EARLIER)):
        return False
    ran = os.path.join(repo.root, "ran")
    if os.path.exists(ran):
        os.unlink(ran)
    repo.write("key.py", "key = '%s'\n" % key(3))
    repo.git("add", "key.py")
    code = repo.run(["git", "commit", "-q", "-m", "try"]).returncode
    return os.path.exists(ran) and (code == 1 if shim else code == 0)


def baseline_is_whole(repo):
    """The old one or the new one, and nothing between."""
    text = repo.read(".tightlip-baseline")
    lines = [line for line in (text or b"").decode().splitlines() if not line.startswith("#")]
    old_or_new = len(lines) in (repo.lines, repo.lines + 1)
    return old_or_new and repo.tightlip("baseline", "show").returncode == 0


def nothing_passes(repo):
    head = repo.git("rev-parse", "HEAD")
    code = repo.run(["git", "commit", "-q", "-m", "try"]).returncode
    return code == 1 and repo.git("rev-parse", "HEAD") == head


def push_ends_right(repo):
    """Whatever was left behind: a leak is refused, and what is clean goes through."""
    clean = repo.run(["git", "push", "-q", "--dry-run", "origin", "main"]).returncode
    repo.write("key.py", "key = '%s'\n" % key(4))
    repo.git("add", ".")
    repo.git("commit", "-q", "--no-verify", "-m", "leak")
    return clean == 0 and repo.run(["git", "push", "-q", "origin", "main"]).returncode == 1


def update(repo):
    new, old = repo.git("rev-parse", "main"), repo.git("rev-parse", "origin/main")
    return ("refs/heads/main %s refs/heads/main %s\n" % (new, old)).encode()


# Name, what stands there, what is run, what holds afterwards, what a complete run ends with.
SCENES = [
    ("install", with_hook, ["install"], hook_is_kept, [0]),
    ("uninstall", installed, ["uninstall"], hook_is_kept, [0]),
    ("a first baseline", staged, ["--update-baseline"], baseline_is_whole, [0]),
    ("a baseline", accepted, ["--update-baseline"], baseline_is_whole, [0]),
    ("a push", pushed, ["hook", "pre-push", "origin", "nowhere"], push_ends_right, [0]),
    ("a commit", staged, ["hook", "pre-commit"], nothing_passes, [1]),
]


def scene(binary, prepare):
    ground = Ground(binary, prepare)
    ground.repo.lines = len([line for line in (ground.repo.read(".tightlip-baseline") or b"").decode().splitlines()
                             if not line.startswith("#")])
    return ground


def calls_of(repo, command, input, names):
    """How often each system call is made."""
    log = os.path.join(repo.root, "calls")
    repo.run(["strace", "-f", "-qq", "-o", log, "-e", "trace=" + ",".join("?" + name for name in names), repo.binary, *command], input=input)
    with open(log) as file:
        found = [match.group(1) for match in (re.match(r"\d+ +(\w+)\(", line) for line in file) if match]
    return {name: found.count(name) for name in names if name in found}


def kills(binary, until):
    for name, prepare, command, holds, _ in SCENES:
        ground = scene(binary, prepare)
        input = update(ground.repo) if "pre-push" in command else b""
        calls = calls_of(ground.again(), command, input, WRITES)
        for call, times in calls.items():
            for number in range(1, times + 1):
                if time.time() > until:
                    return print("kills: the time was over at %s" % name)
                repo = ground.again()
                done = repo.strace(["-e", "inject=%s:signal=KILL:when=%d" % (call, number)], command, input)
                # It may make one call less than the last time.
                count("kills: %s" % name, done.returncode == -signal.SIGKILL)
                expect(holds(repo), "%s, killed at %s number %d" % (name, call, number))


def errors(binary, until):
    for name, prepare, command, holds, complete in SCENES:
        ground = scene(binary, prepare)
        input = update(ground.repo) if "pre-push" in command else b""
        names = sorted(set(WRITES + READS) - {"close"})
        calls = calls_of(ground.again(), command, input, names)
        for call, times in calls.items():
            for number in range(1, times + 1):
                if time.time() > until:
                    return print("errors: the time was over at %s" % name)
                possible = ERRORS.get(call, BY_NAME)
                error = possible[number % len(possible)]
                repo = ground.again()
                done = repo.strace(["-e", "inject=%s:error=%s:when=%d" % (call, error, number)], command, input)
                count("errors: %s" % name)
                where = "%s, %s number %d failed with %s" % (name, call, number, error)
                said = done.stderr.decode(errors="replace")
                # Before main the loader and the runtime end the program in their own way.
                begun = "error while loading shared libraries" not in said and done.returncode not in (127, 134, -6)
                if begun:
                    expect(done.returncode in [2] + complete, "%s: exit %d, %s" % (where, done.returncode, said))
                    expect(done.returncode != 2 or said.strip(), "%s: no reason is said" % where)
                expect("fault in tightlip itself" not in said, "%s: %s" % (where, said))
                expect(key(1) not in said + done.stdout.decode(errors="replace"), "%s: a value is told" % where)
                expect(holds(repo), "%s: what holds afterwards" % where)


def mounted(options, folder):
    return subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True).returncode == 0


def disk(binary, until):
    for name, prepare, command, holds, complete in SCENES:
        for how in ["full", "read-only"]:
            with tempfile.TemporaryDirectory(dir=args.folder) as folder:
                if not mounted("size=16m", folder):
                    return print("disk: nothing can be mounted here; left out")
                try:
                    repo = Repo(binary, os.path.join(folder, "it"))
                    prepare(repo)
                    repo.lines = len([line for line in (repo.read(".tightlip-baseline") or b"").decode().splitlines()
                                      if not line.startswith("#")])
                    input = update(repo) if "pre-push" in command else b""
                    fill = os.path.join(folder, "fill")
                    if how == "full":
                        with open(fill, "wb", buffering=0) as file:
                            try:
                                while True:
                                    file.write(b"x" * 4096)
                            except OSError:
                                pass
                    else:
                        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
                    done = repo.tightlip(*command, input=input)
                    count("disk: a %s disk" % how)
                    said = done.stderr.decode(errors="replace")
                    expect(done.returncode in [2] + complete, "%s on a %s disk: exit %d, %s" % (name, how, done.returncode, said))
                    expect(done.returncode != 2 or said.strip(), "%s on a %s disk: no reason" % (name, how))
                    if how == "read-only":
                        subprocess.run(["mount", "-o", "remount,rw", folder], check=True)
                    else:
                        os.unlink(fill)
                    expect(holds(repo), "%s on a %s disk: what holds afterwards" % (name, how))
                finally:
                    subprocess.run(["umount", folder], check=True)


def large(binary, until):
    line = "key = '%s'\n" % key(1)
    zeros = lambda size: b"\0" * size

    def stream(repo, path, pieces):
        with open(os.path.join(repo.top, path), "wb") as file:
            for piece in pieces:
                file.write(piece)

    def look(name, repo, command, codes, memory, seconds):
        log = os.path.join(repo.root, "time")
        begun = time.time()
        child = subprocess.Popen([binary, *command], cwd=repo.top, env=repo.env, stdout=open(log, "wb"), stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(child.pid, 0)
        code, took, peak = os.waitstatus_to_exitcode(status), time.time() - begun, usage.ru_maxrss // 1024
        with open(log, "rb") as file:
            said = file.read()
        count("large: cases")
        print("  %-44s exit %d  %6.1f s  %5d MB" % (name, code, took, peak), flush=True)
        expect(code in codes, "%s: exit %d, %s" % (name, code, said[-500:]))
        expect(peak < memory, "%s: %d MB" % (name, peak))
        # Ten times what a quiet machine takes.
        expect(took < seconds, "%s: %.1f s" % (name, took))
        expect(key(1).encode() not in said, "%s: a value is told" % name)
        return said

    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        repo = Repo(binary, os.path.join(folder, "it"))
        installed(repo)
        half = b"x = 1; " * (50 * 1024 * 1024 // 7)
        stream(repo, "line.js", [half, line.strip().encode() + b"; ", half])
        look("a line of 100 MB", repo, ["scan", "line.js"], [1], 400, 300)
        repo.git("add", "line.js")
        look("the same, staged", repo, ["hook", "pre-commit"], [1], 1500, 300)
        repo.git("reset", "-q", "--hard")
        stream(repo, "zeros", [zeros(1 << 26)] * 64 + [line.encode()])
        look("4 GB of zeros on disk, a key behind them", repo, ["scan", "zeros"], [1], 400, 600)
        repo.git("-c", "core.bigFileThreshold=16g", "-c", "core.compression=1", "hash-object", "-w", "zeros")
        repo.git("-c", "core.bigFileThreshold=16g", "add", "zeros")
        os.unlink(os.path.join(repo.top, "zeros"))
        look("the same as a loose blob, staged", repo, ["hook", "pre-commit"], [1, 2], 1500, 600)
        look("the same, a whole scan", repo, ["scan", "--staged"], [0, 1, 2], 1500, 600)
        repo.git("reset", "-q", "--hard")
        repo.write("big.bin", os.urandom(1 << 20) * 80)
        repo.git("add", "big.bin")
        repo.git("commit", "-q", "--no-verify", "-m", "big")
        repo.git("repack", "-q", "-a", "-d")
        look("a packed blob of 80 MB: history", repo, ["scan", "--history"], [0], 900, 300)
        look("the same, --strict", repo, ["scan", "--history", "--strict"], [2], 900, 300)
        repo.write("candidates.py", "password = token: secret_key := ghp_ sk_live_ AKIA\n" * 170_000)
        look("a million candidates", repo, ["scan", "candidates.py"], [0, 1], 1500, 600)
        repo.write("keys.py", "".join("k%d = '%s'\n" % (n, key(n + 10)) for n in range(20_000)))
        look("20,000 keys", repo, ["scan", "keys.py", "--format", "json"], [1], 1500, 600)
        with open(os.path.join(repo.top, "bomb.gz"), "wb") as file:
            import gzip
            with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=9) as inner:
                for _ in range(32):
                    inner.write(zeros(1 << 26))
        look("a gzip bomb of 2 GB", repo, ["scan", "bomb.gz"], [0], 600, 300)
        repo.write(".tightlip.toml", "# %s\n" % ("x" * 98) * 1_000_000)
        look("100 MB of comments as configuration", repo, ["scan", "README"], [0, 2], 2500, 300)
        repo.write(".tightlip.toml", "[paths]\nallow = [%s]\n" % ", ".join("'a%d/**'" % n for n in range(100_000)))
        look("100,000 globs", repo, ["scan", "README"], [0, 2], 4000, 600)
        os.unlink(os.path.join(repo.top, ".tightlip.toml"))
        lines = ("1 salt %016x stripe-secret-key some/folder/with/a/longer/name/file%d.py why\n" % (n, n) for n in range(1_300_000))
        repo.write(".tightlip-baseline", "".join(lines))
        repo.write("leak.py", line)
        look("100 MB of baseline", repo, ["scan", "leak.py"], [1], 2500, 300)
        os.unlink(os.path.join(repo.top, ".tightlip-baseline"))
        for number in range(100_000):
            path = os.path.join(repo.top, "many/%d/%d.py" % (number // 1000, number))
            if number % 1000 == 0:
                os.makedirs(os.path.dirname(path))
            with open(path, "w") as file:
                file.write("x = %d\n" % number)
        repo.git("add", "many", "leak.py")
        look("100,000 staged files, one with a key", repo, ["hook", "pre-commit"], [1], 600, 300)


# Commands, what may be run by each beside itself, and its input.
QUIET = [
    (["hook", "pre-commit"], []), (["hook", "commit-msg", ".git/COMMIT_EDITMSG"], []), (["hook", "pre-merge-commit"], []),
    (["hook", "pre-push", "origin", "nowhere"], []), (["hook", "prepare-commit-msg", ".git/COMMIT_EDITMSG"], []),
    (["scan", "--staged"], []), (["scan", "."], []), (["scan", "--tree"], []), (["scan", "--history"], []),
    (["scan", "--staged", "--verbose"], []), (["scan", ".", "--no-ignore"], []),
    (["scan", "--stdin"], []), (["redact"], []), (["rules", "list"], []), (["rules", "show", "stripe-secret-key"], []),
    (["why", "leak.py:1"], []), (["baseline", "show"], []), (["baseline", "prune"], []), (["--update-baseline"], []),
    (["--version"], []), (["completions", "bash"], []), (["man"], []), (["install", "--dry-run"], []),
    (["scan", "--tree", "HEAD"], ["git"]), (["scan", "--range", "HEAD~1..HEAD"], ["git"]), (["doctor"], ["git", "*"]),
] + [(["scan", "--staged", "--format", form], []) for form in ["json", "jsonl", "sarif", "github", "gitlab", "junit", "html"]]


def spellings(value):
    """What would give it away: itself, its parts, other spellings, digests."""
    raw = value.encode()
    parts = [value[at:at + 10] for at in range(8, len(value) - 10)]
    coded = [base64.b64encode(raw).decode().rstrip("="), raw.hex(), raw.hex().upper()]
    digests = [hashlib.new(name, raw).hexdigest() for name in ["md5", "sha1", "sha256", "sha512"]]
    digests += [base64.b64encode(bytes.fromhex(digest)).decode().rstrip("=") for digest in digests]
    return [value] + parts + coded + digests


def silence(binary, until):
    alone = ["unshare", "-n"] if subprocess.run(["unshare", "-n", "true"], capture_output=True).returncode == 0 else []
    if not alone:
        print("silence: no network of its own can be had here; only the calls are looked at")
    ground = Ground(binary, lambda repo: (pushed(repo), staged_leaks(repo)))
    for command, may_run in QUIET:
        repo = ground.again()
        log = os.path.join(repo.root, "calls")
        input = update(repo) if "pre-push" in command else ("key = '%s'\n" % key(1)).encode()
        done = repo.run([*alone, "strace", "-f", "-qq", "-s", "300", "-o", log, binary, *command], input=input)
        count("silence: commands")
        name = " ".join(command)
        expect(done.returncode in (0, 1, 2), "%s: exit %d %s" % (name, done.returncode, done.stderr[-300:]))
        own = done.stdout + done.stderr
        with open(log, errors="replace") as file:
            for call in file:
                count("silence: system calls")
                network = re.search(r" (socket|connect|bind|sendto|sendmsg|sendmmsg|listen|accept4?)\(", call)
                expect(not network or "*" in may_run, "%s: %s" % (name, call))
                run = re.search(r' execve(?:at)?\("([^"]*)"', call)
                allowed = run and (run.group(1) == binary or os.path.basename(run.group(1)) in may_run or "*" in may_run)
                expect(not run or allowed or call.rstrip().endswith("ENOENT (No such file or directory)"), "%s runs %s" % (name, call))
        written = [(name, own)]
        for folder in [".git/tightlip", "."]:
            for entry in os.listdir(os.path.join(repo.top, folder)) if os.path.isdir(os.path.join(repo.top, folder)) else []:
                path = os.path.join(folder, entry)
                if os.path.isfile(os.path.join(repo.top, path)) and (folder != "." or entry.startswith(".tightlip")):
                    written.append((path, repo.read(path)))
        for what, text in written:
            text = text.decode(errors="replace")
            for value in (key(1), key(2)):
                told = [trace for trace in spellings(value) if trace in text]
                count("silence: spellings searched", len(spellings(value)))
                expect(not told, "%s: %s tells %s" % (name, what, told[:2]))


def staged_leaks(repo):
    repo.write("leak.py", "key = '%s'\n" % key(1))
    repo.write("accepted.py", "key = '%s'  # tightlip:allow stripe-secret-key -- %s is known\n" % (key(2), key(2)))
    repo.write(".git/COMMIT_EDITMSG", "use %s\n" % key(1))
    repo.git("add", "leak.py", "accepted.py")


def fuzz(binary, until):
    found = subprocess.run(["cargo", "+nightly", "fuzz", "--version"], capture_output=True, cwd=HERE)
    if found.returncode:
        return print("fuzz: cargo-fuzz and a nightly toolchain are not here; left out: cargo install cargo-fuzz")
    work = os.path.join(args.folder or tempfile.gettempdir(), "tightlip-fuzz")
    seeds = dict(os.environ, TIGHTLIP_SEEDS=os.path.join(work, "corpus"))
    subprocess.run(["cargo", "test", "--locked", "-q", "--test", "it", "fuzz::writes_seeds", "--", "--ignored"], cwd=HERE, env=seeds,
                   check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cargo", "+nightly", "fuzz", "build"], cwd=HERE, check=True)
    share = max(10, int((until - time.time()) / len(TARGETS)))
    for target in TARGETS:
        crashes = os.path.join(work, "crashes", target) + "/"
        os.makedirs(crashes, exist_ok=True)
        done = subprocess.run(["cargo", "+nightly", "fuzz", "run", target, os.path.join(work, "corpus", target), "--",
                               "-max_total_time=%d" % share, "-max_len=8192", "-timeout=60", "-rss_limit_mb=3000", "-print_final_stats=1",
                               "-artifact_prefix=" + crashes], cwd=HERE, capture_output=True)
        said = done.stderr.decode(errors="replace")
        inputs = re.search(r"stat::number_of_executed_units: (\d+)", said)
        count("fuzz: inputs", int(inputs.group(1)) if inputs else 0)
        print("  %-12s %4d s  %9s inputs" % (target, share, inputs.group(1) if inputs else "?"), flush=True)
        expect(done.returncode == 0, "fuzz %s: see %s\n%s" % (target, crashes, said[-1500:]))


PARTS = {"kills": kills, "errors": errors, "disk": disk, "large": large, "silence": silence, "fuzz": fuzz}


def main():
    need_strace = [part for part in args.parts if part in ("kills", "errors", "silence")]
    if need_strace and not shutil.which("strace"):
        subprocess.run(["apt-get", "install", "-y", "-q", "strace"], check=True, stdout=subprocess.DEVNULL)
    binary = os.path.abspath(args.bin)
    if not os.access(binary, os.X_OK):
        sys.exit("prove.py: there is no %s; run: cargo build --release" % binary)
    begun = time.time()
    for number, part in enumerate(args.parts):
        # What one part leaves of its share is for those behind it.
        left = begun + 60 * args.minutes - time.time()
        print("== %s" % part, flush=True)
        PARTS[part](binary, time.time() + left / (len(args.parts) - number))
    print("\nTried:")
    for what in sorted(counts):
        print("  %-36s %d" % (what, counts[what]))
    print("%d did not hold." % len(faults) if faults else "All of it held.")
    sys.exit(bool(faults))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default=os.path.join(HERE, "target/release/tightlip"))
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--folder", help="where temporary folders are made")
    parser.add_argument("parts", nargs="*", metavar="PART", choices=[*PARTS, []])
    args = parser.parse_args()
    args.parts = args.parts or list(PARTS)
    main()
