"""Compares staticgo with go, git and readelf on files that are damaged at random.

Usage: differential.py STATICGO SECONDS [go|mod|index|elf]. Prints the number of files of each kind, and each difference with the
file, which is kept. Exits with 1 if there is one. .ci/fuzz runs it.
"""

import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

GO = [
    b'//go:build linux && (amd64 || !cgo)\n// +build linux\n\n// Package p is documented.\npackage p\n\nimport (\n\t"fmt"\n'
    b'\tx "os" // why\n\t. "io"\n\t_ "embed"\n)\n\n//go:embed a.go\nvar s string\n\nfunc f() { fmt.Println(x.Args, EOF) }\n',
    b'/* one */ package p; import "net"; import `unicode/utf8`\n\nvar _ = net.IPv4len\n\ntype T[K comparable] struct { a, b K }\n',
    b'package p\n\n/*\n#include <stdio.h>\n#cgo LDFLAGS: -lm\n#cgo linux,!arm CFLAGS: -DX="a b"\n*/\nimport "C"\n\nvar r = \'\\u00e9\'\n',
    b'\xef\xbb\xbfpackage p // x\nimport ("strings";"sort");\nconst c = 0x1p-2 + 1_000i\nfunc (T) M() string { return `raw\r\n` }\n',
]
GO_WORDS = [b"import ", b'"C"', b"//go:build ", b"//go:embed ", b"package ", b"/*", b"*/", b"`", b'"', b"(", b")", b";", b"\n", b"\r", b"\0",
            b"// +build ", b"cgo", b"!", b"&&", b"||", b"\xff", b"\xef\xbb\xbf", b"#cgo ", b"LDFLAGS: ", b"'", b"\\", b"p", b".", b"_", b"all:*"]
MOD = [
    b"module example.com/a\n\ngo 1.21\n\nrequire (\n\texample.com/b v1.2.3 // indirect\n)\n\nreplace example.com/b v1.2.3 => ./b\n",
    b'module "example.com/a" // Deprecated: no\ngo 1.22.1\ntoolchain go1.23.0\nexclude example.com/c v1.0.0\nretract [v1.0.0, v1.1.0] // bad\n'
    b"require example.com/b v0.0.0-20200101000000-abcdefabcdef\nreplace example.com/b => ./b\n",
]
MOD_WORDS = [b"module ", b"go 1.21\n", b"require ", b"replace ", b"=>", b"(", b")", b"//", b"\n", b" ", b'"', b"`", b"v1.2.3", b"v2.0.0+incompatible",
             b"[", b"]", b",", b"toolchain ", b"exclude ", b"retract ", b"ignore ./x\n", b"tool example.com/b\n", b"godebug x=y\n", b"\r", b"/v2", b"\xff"]


def damaged(seed, words, chance):
    data = bytearray(seed)
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        place = chance.randrange(len(data) + 1)
        kind = chance.randrange(6)
        if kind == 0:
            data[place:place] = chance.choice(words)
        elif kind == 1:
            del data[place : place + chance.choice([1, 1, 2, 5, 20])]
        elif kind == 2 and place < len(data):
            data[place] ^= 1 << chance.randrange(8)
        elif kind == 3:
            end = min(len(data), place + chance.randrange(1, 30))
            data[place:place] = data[place:end]
        elif kind == 4:
            data = data[:place] if chance.random() < 0.3 else data
        else:
            word = chance.choice(words)
            data[place : place + len(word)] = word
    return bytes(data)


class Run:
    def __init__(self, program, place):
        self.program, self.place = program, place
        self.environment = {
            **os.environ, "GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0", "GOWORK": "off",
            "GOSUMDB": "off", "HOME": str(place), "GIT_CONFIG_NOSYSTEM": "1",
        }

    def __call__(self, *command, cwd=None):
        done = subprocess.run(command, cwd=cwd or self.place, env=self.environment, capture_output=True)
        return done.returncode, done.stdout, done.stderr


def packages(text):
    decoder, position, found = json.JSONDecoder(), 0, {}
    text = text.decode("utf-8", "replace")
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        package, position = decoder.raw_decode(text, position)
        found[package["ImportPath"]] = package
    return found


def is_failed(package):
    return bool(package.get("Error"))


def go_files(run, chance, keep):
    """A package a file: its lists of files and imports, and whether it has an error, as `go list -e` has them."""
    # Go remembers a directory by its path, and by the size and time of its files.
    root = run.place / f"go{chance.getrandbits(64)}"
    root.mkdir()
    (root / "go.mod").write_text("module example.com/a\n\ngo 1.21\n")
    files = {}
    for number in range(40):
        directory = root / f"p{number}"
        directory.mkdir()
        files[f"example.com/a/p{number}"] = content = damaged(chance.choice(GO), GO_WORDS, chance)
        (directory / "a.go").write_bytes(content)
        # Go believes the size and time of a file only after two seconds.
        os.utime(directory / "a.go", (1_600_000_000, 1_600_000_000))
    run("git", "init", "-q", cwd=root)
    _, theirs, _ = run("go", "list", "-e", "-json=ImportPath,Name,GoFiles,CgoFiles,IgnoredGoFiles,InvalidGoFiles,Imports,EmbedPatterns,EmbedFiles,Error",
                       "./...", cwd=root)
    _, ours, problem = run(run.program, "list", "--no-cache", "--worktree", "./...", cwd=root)
    theirs, ours = packages(theirs), packages(ours)
    count = 0
    for path, content in files.items():
        their, our = theirs.get(path), ours.get(path)
        count += 1
        if (their is None) != (our is None):
            keep("go", content, f"go list has it: {their is not None}; staticgo list: {our is not None}; {problem[:200]}")
            continue
        if their is None:
            continue
        for key in ["GoFiles", "CgoFiles", "IgnoredGoFiles", "Imports", "EmbedPatterns"]:
            if sorted(their.get(key) or []) != sorted(our.get(key) or []):
                keep("go", content, f"{key}: {their.get(key)} for go, {our.get(key)} for staticgo")
                break
        else:
            if is_failed(their) != is_failed(our):
                keep("go", content, f"go: {their.get('Error')}; staticgo: {our.get('Error')}")
    shutil.rmtree(root)
    return count


def go_mods(run, chance, keep):
    """Whether the main module's go.mod is valid, as `go list -m` has it."""
    root = run.place / "mod"
    if not root.exists():
        (root / "b").mkdir(parents=True)
        (root / "b/go.mod").write_text("module example.com/b\n")
        (root / "main.go").write_text("package main\n\nfunc main() {}\n")
        run("git", "init", "-q", cwd=root)
    for _ in range(20):
        content = damaged(chance.choice(MOD), MOD_WORDS, chance)
        (root / "go.mod").write_bytes(content)
        code, _, theirs = run("go", "mod", "edit", "-json", cwd=root)
        _, _, ours = run(run.program, "list", "--no-cache", "--worktree", ".", cwd=root)
        refused = b"go.mod:" in ours
        # go mod edit reads a file as it is; go list -m also refuses what contradicts the toolchain.
        if code == 0 and refused:
            code, _, theirs = run("go", "list", "-m", cwd=root)
            if code == 0:
                keep("mod", content, f"go accepts it; staticgo: {ours[:300]}")
        elif code != 0 and not refused and b"go.mod" not in ours:
            keep("mod", content, f"go: {theirs[:300]}; staticgo: {ours[:200]}")
    return 20


def indexes(run, chance, keep):
    """The files of an index that git reads; one that git refuses is refused."""
    root = run.place / "index"
    if not root.exists():
        root.mkdir()
        run("git", "init", "-q", cwd=root)
        (root / "go.mod").write_text("module example.com/a\n\ngo 1.21\n")
        for number in range(30):
            directory = root / f"d{number % 5}"
            directory.mkdir(exist_ok=True)
            (directory / f"f{number}.go").write_text("package main\n\nfunc main() {}\n" if number < 5 else "package main\n")
        run("git", "add", "-A", cwd=root)
    index = root / ".git/index"
    whole = getattr(indexes, "whole", None) or index.read_bytes()
    indexes.whole = whole
    for _ in range(20):
        content = bytearray(whole)
        for _ in range(chance.choice([1, 1, 2])):
            place = chance.randrange(len(content) - 20)
            content[place] ^= 1 << chance.randrange(8)
        # git checks the sum only in fsck; zeros mean that there is none.
        content[-20:] = bytes(20)
        index.write_bytes(content)
        code, theirs, _ = run("git", "ls-files", "--stage", "-z", cwd=root)
        ours_code, ours, problem = run(run.program, "list", "--mains", "--staged", "--no-cache", cwd=root)
        if code != 0 and ours_code == 0:
            keep("index", bytes(content), "git refuses it, and staticgo reads it")
        if code == 0 and ours_code == 0:
            staged = {line.split(b"\t")[1] for line in theirs.split(b"\0") if line and line.split(b"\t")[0].split()[2] == b"0"}
            mains = {line.decode("utf-8", "replace") for line in ours.split(b"\n") if line}
            # The program prints no control character and no invalid text of a name.
            for main in (main for main in mains if "\\u{" not in main and "\ufffd" not in main):
                if not any(name.startswith(main.encode() + b"/") for name in staged) and main != ".":
                    keep("index", bytes(content), f"the main {main} is not in the index of git")
    index.write_bytes(whole)
    return 20


def is_mapped(text):
    """Whether the loader finds the dynamic section in memory where readelf finds it in the file."""
    segments = re.findall(rb"^  (LOAD|DYNAMIC) +0x(\w+) 0x(\w+) 0x\w+ 0x(\w+)", text, re.M)
    segments = [(kind, *(int(number, 16) for number in numbers)) for kind, *numbers in segments]
    dynamic = next((segment for segment in segments if segment[0] == b"DYNAMIC"), None)
    if dynamic is None:
        return True
    section = re.search(rb"^Dynamic section at offset 0x(\w+)", text, re.M)
    for kind, offset, address, size in segments:
        if kind == b"LOAD" and address <= dynamic[2] < address + size:
            return section is not None and offset + dynamic[2] - address == int(section[1], 16)
    return False


def binaries(run, chance, keep):
    """The interpreter and the libraries of an ELF file, where readelf reads it without a complaint."""
    root = run.place / "elf"
    root.mkdir(exist_ok=True)
    seeds = getattr(binaries, "seeds", None) or [pathlib.Path(path).read_bytes() for path in ("/bin/true", "/bin/ls")]
    binaries.seeds = seeds
    for _ in range(20):
        content = bytearray(chance.choice(seeds))
        for _ in range(chance.choice([1, 2, 4])):
            place = chance.randrange(0x400) if chance.random() < 0.7 else chance.randrange(len(content))
            content[place] ^= 1 << chance.randrange(8)
        file = root / "x"
        file.write_bytes(content)
        code, theirs, complaint = run("readelf", "-lWd", str(file))
        ours_code, ours, _ = run(run.program, "inspect", "--format", "json", str(file))
        if code != 0 or complaint or b"Error" in theirs or b"Warning" in theirs or not is_mapped(theirs):
            continue
        files = json.loads(ours or b"{}").get("files") or []
        if not files:
            continue
        needed = re.findall(rb"\(NEEDED\).*\[(.*)\]", theirs)
        interpreter = re.search(rb"\[Requesting program interpreter: (.*)\]", theirs)
        our = files[0]
        if [n.decode("utf-8", "replace") for n in needed] != (our.get("needed") or []):
            keep("elf", bytes(content), f"needed: {needed} for readelf, {our.get('needed')} for staticgo")
        elif interpreter and interpreter[1].decode("utf-8", "replace") != our.get("interpreter"):
            keep("elf", bytes(content), f"interpreter: {interpreter[1]} for readelf, {our.get('interpreter')} for staticgo")
    return 20


KINDS = {"go": go_files, "mod": go_mods, "index": indexes, "elf": binaries}


def main():
    program, seconds = str(pathlib.Path(sys.argv[1]).resolve()), float(sys.argv[2])
    kinds = sys.argv[3:] or list(KINDS)
    findings = pathlib.Path(os.environ.get("STATICGO_FINDINGS", ".build-fuzz/differences"))
    seed = int(os.environ.get("STATICGO_SEED", time.time()))
    print(f"seed {seed}")
    differences = 0
    for kind in kinds:
        chance, count = random.Random(f"{seed} {kind}"), 0

        def keep(kind, content, message):
            nonlocal differences
            differences += 1
            findings.mkdir(parents=True, exist_ok=True)
            file = findings / f"{kind}-{differences}"
            file.write_bytes(content)
            print(f"{file}: {message}")

        with tempfile.TemporaryDirectory() as place:
            run = Run(program, pathlib.Path(place))
            end = time.time() + seconds / len(kinds)
            while time.time() < end:
                count += KINDS[kind](run, chance, keep)
        print(f"{kind}: {count} files")
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
