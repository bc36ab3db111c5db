#!/usr/bin/env python3
"""Draws docs/block.svg: what a blocked commit looks like, from a real one.

    cargo build && python3 scripts/picture.py [--bin target/debug/tightlip] [--out docs/block.svg]

In a throwaway repository with the hooks installed, a file with a made-up token is committed. The token is put together here
and nowhere else, and what is drawn is what tightlip prints: masked. The picture keeps to the colours of the reader's theme.
Standard library only.
"""
import argparse
import html
import os
import pty
import re
import subprocess
import tempfile
import zlib

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
WIDTH, HEIGHT, MARGIN = 8.43, 19, 16
STYLE = """
  rect { fill: #ffffff; stroke: #d0d7de }
  text { fill: #1f2328; font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre }
  .bold { font-weight: 700 }
  .alarm { font-weight: 700; fill: #b3001e }
  @media (prefers-color-scheme: dark) {
    rect { fill: #0d1117; stroke: #30363d }
    text { fill: #e6edf3 }
    .alarm { fill: #ff7b72 }
  }
"""
CLASSES = {"": "", "1": "bold", "31;1": "alarm", "1;31": "alarm"}


def npm_token():
    """A prefix, 30 characters, and their CRC-32 in six digits of base 62."""
    body = "".join(BASE62[(7 * n * n + 11 * n + 5) % 62] for n in range(30))
    checksum, digits = zlib.crc32(body.encode()), ""
    for _ in range(6):
        checksum, digit = divmod(checksum, 62)
        digits = BASE62[digit] + digits
    return "npm_" + body + digits


def blocked_commit(program):
    with tempfile.TemporaryDirectory() as top:
        env = {"PATH": os.path.dirname(program) + os.pathsep + os.environ["PATH"], "HOME": top, "LC_ALL": "C.UTF-8",
               "GIT_CONFIG_NOSYSTEM": "1", "TERM": "xterm-256color"}

        def run(*command):
            return subprocess.run(command, cwd=top, env=env, capture_output=True, text=True)

        for key, value in [("user.name", "Ada"), ("user.email", "ada@example.com")]:
            run("git", "config", "--global", key, value)
        run("git", "init", "-q")
        run(program, "install")
        os.mkdir(os.path.join(top, "src"))
        with open(os.path.join(top, "src", "release.py"), "w") as file:
            file.write('import os\n\nPACKAGE = "@acme/shop"\nNPM_TOKEN = "%s"\n' % npm_token())
        run("git", "add", "src")
        reader, terminal = pty.openpty()
        commit = subprocess.Popen(["git", "commit", "-m", "Publish releases"], cwd=top, env=env, stderr=terminal)
        os.close(terminal)
        printed = read_terminal(reader)
        assert commit.wait() == 1, printed
        assert npm_token() not in printed, "a value was printed"
        return printed.splitlines()


def read_terminal(reader):
    read = b""
    try:
        while block := os.read(reader, 65536):
            read += block
    except OSError:  # How Linux says that nobody holds the other end any more.
        pass
    return read.decode()


def spans(line):
    """The text of a line and the class of each part."""
    parts = re.split(r"\x1b\[([0-9;]*)m", line)
    code = ""
    for number, part in enumerate(parts):
        if number % 2:
            code = "" if part == "0" else part
        elif part:
            yield part, CLASSES[code]


def picture(lines):
    columns = max(sum(len(text) for text, _ in spans(line)) for line in lines)
    width, height = columns * WIDTH + 2 * MARGIN, len(lines) * HEIGHT + 2 * MARGIN
    drawn = []
    for number, line in enumerate(lines):
        column = 0
        for text, style in spans(line):
            at = 'x="%.1f" y="%d"' % (MARGIN + column * WIDTH, MARGIN + number * HEIGHT + 14)
            length = 'textLength="%.1f"' % (len(text) * WIDTH)
            drawn.append('<text %s %s%s>%s</text>' % (at, length, style and ' class="%s"' % style, html.escape(text)))
            column += len(text)
    label = html.escape(" ".join(re.sub(r"\x1b\[[0-9;]*m", "", line).strip() for line in lines if "^" not in line))
    return ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" role="img" aria-label="%s">\n'
            '<style>%s</style>\n<rect x="0.5" y="0.5" width="%.0f" height="%.0f" rx="6"/>\n%s\n</svg>\n'
            % (width, height, width, height, label, STYLE, width - 1, height - 1, "\n".join(drawn)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default="target/debug/tightlip")
    parser.add_argument("--out", default="docs/block.svg")
    args = parser.parse_args()
    lines = ['\x1b[1m$ git commit -m "Publish releases"\x1b[0m', *blocked_commit(os.path.abspath(args.bin))]
    with open(args.out, "w") as file:
        file.write(picture(lines))


if __name__ == "__main__":
    main()
