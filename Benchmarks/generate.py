#!/usr/bin/env python3
"""Makes a git repository of N mains, M packages and K files per package; the same numbers give the same repository.

    generate.py DIRECTORY MAINS PACKAGES FILES [VENDORED]

Package i imports up to five earlier packages, each main imports twenty packages, and every tenth package imports one of
the VENDORED ones. Every fiftieth package has a file that imports "C" beside a file for builds without cgo.
"""
import os
import random
import subprocess
import sys

STANDARD = ["bytes", "errors", "fmt", "io", "net/http", "os", "sort", "strings", "sync", "time"]
MODULE = "example.com/generated"


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def source(package, imports, name):
    lines = ["// Package %s was made by a program.\n" % package, "package %s\n" % package]
    if imports:
        lines += ["import (\n"] + ['\t_ "%s"\n' % path for path in sorted(set(imports))] + [")\n"]
    lines.append("\n// %s does nothing, at some length.\nfunc %s() int {\n" % (name, name))
    lines += ["\tx%d := %d\n\t_ = x%d\n" % (line, line, line) for line in range(20)]
    lines.append("\treturn 0\n}\n")
    return "".join(lines)


def generate(root, mains, packages, files, vendored):
    chance = random.Random(mains * 1_000_003 + packages * 1_009 + files)
    own = lambda number: "%s/p/g%d/p%d" % (MODULE, number % 100, number)
    foreign = lambda number: "example.net/dep%d/lib" % number
    require = "".join("\texample.net/dep%d v1.0.0\n" % number for number in range(vendored))
    write(root + "/go.mod", "module %s\n\ngo 1.22\n" % MODULE + ("\nrequire (\n%s)\n" % require if vendored else ""))
    listed = []
    for number in range(vendored):
        listed.append("# example.net/dep%d v1.0.0\n## explicit\nexample.net/dep%d/lib\n" % (number, number))
        for file in range(files):
            write("%s/vendor/%s/f%d.go" % (root, foreign(number), file), source("lib", STANDARD[:2], "F%d" % file))
    if vendored:
        write(root + "/vendor/modules.txt", "".join(listed))
    for number in range(packages):
        directory = "%s/p/g%d/p%d" % (root, number % 100, number)
        for file in range(files):
            imports = chance.sample(STANDARD, 2)
            if number:
                imports += [own(chance.randrange(number)) for _ in range(1)]
            if vendored and number % 10 == 0:
                imports.append(foreign(chance.randrange(vendored)))
            write("%s/f%d.go" % (directory, file), source("p%d" % number, imports, "F%d" % file))
        if number % 50 == 49:
            write(directory + "/cgo.go", "package p%d\n\nimport \"C\"\n\nfunc native() {}\n" % number)
            write(directory + "/nocgo.go", "//go:build !cgo\n\npackage p%d\n\nfunc native() {}\n" % number)
    for number in range(mains):
        imports = [own(chance.randrange(packages)) for _ in range(20)] + ["fmt"]
        text = source("main", imports, "unused") + "\nfunc main() {}\n"
        write("%s/cmd/c%d/main.go" % (root, number), text)
    environment = dict(
        os.environ, GIT_AUTHOR_DATE="2026-01-01T00:00:00Z", GIT_COMMITTER_DATE="2026-01-01T00:00:00Z",
        GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1")
    git = ["git", "-c", "user.name=generator", "-c", "user.email=generator@example.com", "-c", "gc.auto=0"]
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "generated"], ["repack", "-q", "-a", "-d"]):
        subprocess.run(git + command, cwd=root, check=True, env=environment)


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[2:]]
    generate(sys.argv[1], numbers[0], numbers[1], numbers[2], numbers[3] if len(numbers) > 3 else 0)
