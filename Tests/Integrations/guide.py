"""Records the first day in docs/guide: guide.py [--write] [MOBY]

Runs the commands of the guide in a terminal of 80 and of 120 columns, and compares what they print with the file; --write
writes it. With the path of a clone of moby, its part is recorded too (source only), else it stays as it is.
"""

import fcntl
import os
import pathlib
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios

root = pathlib.Path(__file__).resolve().parents[2]
page = root / "docs/guide/first-day.md"
SERVICE = {
    "go.mod": "module example.com/service\n\ngo 1.21\n",
    "cmd/service/main.go": 'package main\n\nimport (\n\t"net/http"\n\n\t"example.com/service/store"\n)\n\n'
    'func main() {\n\tstore.Open()\n\thttp.ListenAndServe(":8080", nil)\n}\n',
    "store/store.go": "package store\n\nfunc Open() {}\n",
    "README.md": "A service.\n",
}
NATIVE = "package native\n\n// int answer(void) { return 42; }\nimport \"C\"\n\nfunc Answer() int { return int(C.answer()) }\n"
STORE = 'package store\n\nimport "example.com/service/native"\n\nfunc Open() { native.Answer() }\n'


def terminal(command, columns, folder):
    """Returns what a command prints in a terminal, without colors and times."""
    main, other = pty.openpty()
    fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    # The standard library of the release that the tests use.
    path = f"{root}/dist:{root}/.venv/go/bin:{os.environ['PATH']}"
    env = {"PATH": path, "HOME": str(folder / "home"), "NO_COLOR": "1", "TERM": "xterm", "LC_ALL": "C.UTF-8",
           "GIT_CONFIG_GLOBAL": str(folder / "gitconfig"), "GIT_EDITOR": "true", "XDG_CACHE_HOME": str(folder / "cache")}
    process = subprocess.Popen(["sh", "-c", command], cwd=folder / "service", stdin=other, stdout=other, stderr=other, env=env)
    os.close(other)
    parts = []
    while True:
        try:
            part = os.read(main, 65536)
        except OSError:
            break
        if not part:
            break
        parts.append(part)
    process.wait()
    os.close(main)
    text = b"".join(parts).decode().replace("\r\n", "\n")
    # A line that shows progress is overwritten.
    text = "\n".join(re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", line).split("\r")[-1] for line in text.split("\n"))
    text = re.sub(r"\d+\.\d\d s\b", "0.0N s", text)
    text = re.sub(r"go1\.\d+(\.\d+)?", "go1.N", text)
    text = re.sub(r"(?m)^\[(\S+)( \(root-commit\))? [0-9a-f]{7,}\]", r"[\1\2 …]", text)
    return text.replace(str(folder), "…").strip("\n")


def block(command, columns, folder, shown=None):
    output = terminal(command, columns, folder)
    return f"```console\n$ {shown or command}\n{output}\n```\n"


def write(folder, files):
    for name, content in files.items():
        (folder / "service" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "service" / name).write_text(content)


def service(columns):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write(folder, SERVICE)
        (folder / "gitconfig").write_text("[user]\n\tname = you\n\temail = you@example.com\n[init]\n\tdefaultBranch = main\n")
        (folder / "home").mkdir()
        terminal("git init -q && git add -A && git commit -q -m service", columns, folder)
        text = "Install the hook. A commit that touches nothing that is built costs milliseconds.\n\n"
        text += block("staticgo hook install", columns, folder)
        write(folder, {"README.md": "A service, documented.\n"})
        text += block("git commit -a -m 'describe the service'", columns, folder)
        text += "\nA commit that would end the static build is stopped, at the line that does it.\n\n"
        write(folder, {"native/native.go": NATIVE, "store/store.go": STORE})
        terminal("git add -A", columns, folder)
        text += block("git commit -m 'answer from C'", columns, folder)
        text += "\nHow does the service get there?\n\n"
        text += block("staticgo why ./cmd/service", columns, folder)
        text += "\nIf it is meant to be so, the reason stands beside it, and every report shows it.\n\n"
        write(folder, {"store/store.go": STORE.replace('native"\n', 'native" //staticgo:allow cgo-import -- only the demo uses it\n')})
        terminal("git add -A", columns, folder)
        text += block("git commit -m 'answer from C'", columns, folder)
        text += block("staticgo check --build none", columns, folder)
        return text


def moby(path, columns):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "home").mkdir()
        (folder / "gitconfig").write_text("[safe]\n\tdirectory = *\n")
        (folder / "service").symlink_to(pathlib.Path(path).resolve())
        text = block("staticgo check ./cmd/... --all --build none", columns, folder)
        return text + block("staticgo why ./cmd/dockerd daemon/internal/quota", columns, folder)


def main():
    arguments = [a for a in sys.argv[1:] if a != "--write"]
    old = page.read_text() if page.exists() else ""
    text = "# The first day\n\nTests/Integrations/guide.py records this page; times are left out.\n"
    for columns in (80, 120):
        text += f"\n## A service, in {columns} columns\n\n" + service(columns)
    mark = "\n## moby"
    if arguments:
        for columns in (80, 120):
            text += f"{mark}, in {columns} columns\n\n" + moby(arguments[0], columns)
    elif mark in old:
        text += old[old.index(mark):]
    if "--write" in sys.argv:
        page.write_text(text)
    elif text != old:
        import difflib
        sys.exit("\n".join(difflib.unified_diff(old.split("\n"), text.split("\n"), "docs/guide/first-day.md", "now", lineterm="")))
    print("the guide says what the program prints")


main()
