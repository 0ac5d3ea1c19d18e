#!/usr/bin/env python3
"""Compares `staticgo affected` with a slow reference over the history of a repository that vendors all it needs.

The reference asks `go list -deps -json` in two checkouts for each main, and compares the contents of every file that the
build reads: Go, C, assembly and embedded files in both cgo modes, and go.mod, go.sum and vendor/modules.txt as a whole. These three
may change without an effect on a main, so only there may the reference name more mains.

    Tests/Integrations/affected.py PROGRAM REPOSITORY COMMITS
"""
import hashlib, json, os, subprocess, sys, tempfile

program, repository, count = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), int(sys.argv[3])
KINDS = ["GoFiles", "CgoFiles", "CFiles", "CXXFiles", "MFiles", "HFiles", "FFiles", "SFiles", "SwigFiles", "SwigCXXFiles",
         "SysoFiles", "EmbedFiles"]
MODULE_FILES = ["go.mod", "go.sum", "vendor/modules.txt"]


def git(*arguments, at=repository):
    return subprocess.run(["git", "-C", at, *arguments], check=True, capture_output=True, text=True).stdout


def digest(path):
    try:
        with open(path, "rb") as file:
            return hashlib.sha1(file.read()).hexdigest()
    except OSError:
        return ""


def documents(text):
    decoder, position = json.JSONDecoder(), 0
    while position < len(text):
        document, position = decoder.raw_decode(text, position)
        yield document
        while position < len(text) and text[position].isspace():
            position += 1


def inputs(tree):
    """The contents that the build of each main reads, by its directory; None where go cannot tell."""
    found = {}
    for cgo in "01":
        environment = dict(os.environ, CGO_ENABLED=cgo, GOOS="linux", GOARCH="amd64", GOFLAGS="-mod=vendor", GOWORK="off",
                           GOTOOLCHAIN="local")
        run = subprocess.run(["go", "list", "-e", "-deps", "-json", "./..."], cwd=tree, env=environment, capture_output=True,
                             text=True)
        if not run.stdout:
            return None
        packages = {p["ImportPath"]: p for p in documents(run.stdout)}
        contents = {}
        for path, package in packages.items():
            if package.get("Standard"):
                continue
            directory = package.get("Dir", "")
            files = [os.path.join(directory, name) for kind in KINDS for name in package.get(kind) or []]
            contents[path] = {os.path.relpath(file, tree): digest(file) for file in files}
        for path, package in packages.items():
            if package.get("Name") != "main" or package.get("Standard") or package.get("DepOnly"):
                continue
            closure = dict(contents[path])
            for dependency in package.get("Deps") or []:
                closure.update(contents.get(dependency, {}))
            found.setdefault(os.path.relpath(package["Dir"], tree), {}).update(
                {f"{cgo} {name}": value for name, value in closure.items()})
    return found


work = tempfile.mkdtemp(prefix="affected-")
clone = os.path.join(work, "clone")
subprocess.run(["git", "clone", "-q", "--shared", repository, clone], check=True)
commits = git("log", "--first-parent", "--format=%H", f"-{count + 1}").split()
known, wrong, compared, wider = {}, 0, 0, 0


def tree(commit):
    if commit not in known:
        git("checkout", "-q", "-f", commit, at=clone)
        git("clean", "-qfdx", at=clone)
        known[commit] = (inputs(clone), {name: digest(os.path.join(clone, name)) for name in MODULE_FILES})
    return known[commit]


for after, before in zip(commits, commits[1:]):
    (new, modules), (old, old_modules) = tree(after), tree(before)
    known = {before: known[before]}
    if new is None or old is None:
        continue
    expected = {main for main, files in new.items() if old.get(main) != files}
    run = subprocess.run([program, "affected", "--from", before, "--to", after, "--target", "linux/amd64"], cwd=clone,
                         capture_output=True, text=True)
    if run.returncode != 0:
        print(f"{after[:12]}: exit {run.returncode}: {run.stderr.strip()[:200]}")
        wrong += 1
        continue
    ours = {line.removeprefix("./") for line in run.stdout.split()}
    compared += 1
    missed, extra = expected - ours, ours - expected
    # A line of go.mod may change how a main is built although no file of it differs.
    if extra and modules != old_modules:
        wider += 1
        extra = set()
    if missed or extra:
        wrong += 1
        print(f"{after[:12]}: missed {sorted(missed)}, too many {sorted(extra)}")
print(f"{compared} commits compared, {wrong} differ; {wider} name more mains because of a module file")
sys.exit(1 if wrong else 0)
