#!/usr/bin/env python3
"""Compares what staticgo says of each stub shape with a run of the program: `run.py STATICGO [NAME]`.

A shape that fails must be degraded by cgo-stub, from the source and with --build link; one that works must have no
finding. Prints the table and exits with 1 where a row differs. Needs go, and gcc for the programs with cgo.
"""
import os, re, subprocess, sys, tempfile

PLACE = os.path.dirname(os.path.abspath(__file__))
IMPORTS = ["errors", "fmt", "io", "os", "sync"]


def shapes():
    text = open(os.path.join(PLACE, "shapes.txt")).read()
    for part in re.split(r"^## ", text, flags=re.M)[1:]:
        head, body = part.split("\n", 1)
        state, name = head.split(": ", 1)
        pieces = re.split(r"^-- (\w+) --\n", body, flags=re.M)
        yield name, state, dict(zip(pieces[1::2], pieces[2::2]))


def go_file(constraint, imports, code):
    used = [name for name in imports if re.search(r"\b%s\." % name, code)]
    lines = [constraint, "", "package lib", ""] + ['import "%s"' % name for name in used]
    if "C." in code:
        lines += ["// static int work(int x) { return x + 1; }", 'import "C"']
    return "\n".join(lines) + "\n\n" + code


def write(directory, name, text):
    path = os.path.join(directory, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def make(directory, parts):
    write(directory, "go.mod", "module example.com/m\n\ngo 1.21\n")
    error = 'var errNoCgo = errors.New("needs cgo")\n'
    nocgo = parts["nocgo"]
    if "errNoCgo" in nocgo and "var errNoCgo" not in parts.get("common", ""):
        nocgo = error + nocgo
    write(directory, "lib/lib.go", go_file("", IMPORTS, parts.get("common", "")))
    write(directory, "lib/c.go", go_file("//go:build cgo", IMPORTS, parts["cgo"]))
    write(directory, "lib/n.go", go_file("//go:build !cgo", IMPORTS, nocgo))
    main = """package main

import "example.com/m/lib"

func say(err error) {
	if err == nil {
		println("works")
	} else {
		println("fails")
	}
}

func main() {
	defer func() {
		if recover() != nil {
			println("fails")
		}
	}()
	say := say
	_ = say
	%s
}
"""
    write(directory, "main.go", main % parts["call"].strip())


def run(directory, *command, **environment):
    done = subprocess.run(
        command, cwd=directory, env={**os.environ, "GOFLAGS": "-mod=mod", **environment}, capture_output=True,
        text=True, timeout=300)
    return done.returncode, done.stdout, done.stderr


def truth(directory, cgo):
    code, out, err = run(directory, "go", "run", ".", CGO_ENABLED=cgo)
    said = [line for line in (out + err).splitlines() if line in ("works", "fails")]
    return said[0] if said else "?? " + (out + err)[-200:]


def verdict(directory, program, build):
    code, out, err = run(directory, program, "check", "--all", "--build", build, "--no-cache", "--fail-on", "warning")
    if code not in (0, 1):
        return "?? " + err[-200:]
    return "fails" if "[cgo-stub]" in out else "works"


def main():
    program = os.path.abspath(sys.argv[1])
    wanted = sys.argv[2] if len(sys.argv) > 2 else ""
    failed = counted = 0
    print("%-48s %-6s %-6s %-6s %-6s" % ("shape", "cgo", "run", "source", "link"))
    for name, state, parts in shapes():
        if wanted not in name:
            continue
        with tempfile.TemporaryDirectory() as directory:
            run(directory, "git", "init", "-q")
            make(directory, parts)
            row = [truth(directory, "1"), truth(directory, "0"), verdict(directory, program, "none"),
                   verdict(directory, program, "link")]
        is_right = row == ["works", state, state, state]
        failed += not is_right
        counted += 1
        print("%-48s %-6s %-6s %-6s %-6s %s" % (name, *row, "" if is_right else "  <-- expected " + state))
    print("%d shapes, %d wrong" % (counted, failed))
    sys.exit(1 if failed or not counted else 0)


main()
