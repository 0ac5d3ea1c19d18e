#!/usr/bin/env python3
"""Replays the last commits of a repository: compares the affected mains of staticgo with those of `go list`.

    replay.py STATICGO REPOSITORY [COUNT]

For each of the last COUNT commits of the first-parent history, `staticgo check --from C~1 --to C --build none` reports
the mains that the commit affects, and `staticgo affected` must list the same. The reference uses no code of staticgo: it checks out both commits, runs `go list
-deps` for every main with cgo and without, and compares the content of every file that `go list` prints, the modules of
these files, and the language version of go.mod. Prints the differences, and a summary in Markdown.
"""

import hashlib, json, os, pathlib, statistics, subprocess, sys, tempfile, time

TARGET = ("linux", "amd64")
FILES = ["GoFiles", "CgoFiles", "CFiles", "CXXFiles", "MFiles", "HFiles", "FFiles", "SFiles", "SwigFiles",
         "SwigCXXFiles", "SysoFiles", "EmbedFiles"]
FIELDS = ["ImportPath", "Dir", "Name", "Standard", "Module", "Deps", "DepOnly"] + FILES


def run(*words, cwd, env=None, check=True):
    done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True)
    if check and done.returncode:
        sys.exit(f"{' '.join(words[:4])}: {done.stderr.strip()}")
    return done.stdout


def objects(text):
    decoder, place = json.JSONDecoder(), 0
    while place < len(text):
        value, place = decoder.raw_decode(text, place)
        yield value
        while place < len(text) and text[place].isspace():
            place += 1


def modules(tree):
    """Yields the modules of a checkout: outside vendor, testdata and directories that begin with _ or a dot."""
    for directory, names, files in os.walk(tree):
        names[:] = sorted(n for n in names if n not in ("vendor", "testdata") and n[0] not in "._")
        if "go.mod" in files:
            yield pathlib.Path(directory)


def language(module):
    """Returns the settings of go.mod that apply to every main of the module."""
    found = json.loads(run("go", "mod", "edit", "-json", cwd=module))
    return [found.get("Go"), found.get("Toolchain"), found.get("Godebug"), found["Module"]["Path"]]


class Checkout:
    """The inputs of every main of a commit, as `go list` sees them in a checkout."""

    def __init__(self, tree):
        self.tree = tree
        self.hashes = {}
        self.mains = {}
        for module in modules(tree):
            for cgo in "01":
                self.add(module, cgo)

    def hash(self, path):
        if path not in self.hashes:
            data = os.readlink(path).encode() if os.path.islink(path) else pathlib.Path(path).read_bytes()
            self.hashes[path] = hashlib.sha256(data).hexdigest()
        return self.hashes[path]

    def add(self, module, cgo):
        env = dict(os.environ, CGO_ENABLED=cgo, GOOS=TARGET[0], GOARCH=TARGET[1], GOFLAGS="", GOPROXY="off")
        text = run("go", "list", "-deps", "-e", "-json=" + ",".join(FIELDS), "./...", cwd=module, env=env, check=False)
        packages = {package["ImportPath"]: package for package in objects(text)}
        language_of_module = language(module)
        for package in packages.values():
            if package.get("Name") != "main" or package.get("DepOnly") or package.get("Standard"):
                continue
            if not package.get("GoFiles") and not package.get("CgoFiles"):
                continue
            inputs = self.mains.setdefault(package["ImportPath"], {"language": language_of_module})
            for path in [package["ImportPath"]] + package.get("Deps", []):
                found = packages.get(path)
                if not found or found.get("Standard"):
                    continue
                self.add_package(found, cgo, inputs)

    def add_package(self, package, cgo, inputs):
        directory = package.get("Dir", "")
        files = {}
        if directory.startswith(str(self.tree)):
            for field in FILES:
                for name in package.get(field) or []:
                    files[field + "/" + name] = self.hash(os.path.join(directory, name))
        module = package.get("Module") or {}
        if not module.get("Main"):
            replaced = module.get("Replace") or {}
            files["module"] = [module.get("Path"), module.get("Version"), module.get("GoVersion"),
                               replaced.get("Path"), replaced.get("Version")]
        inputs[cgo + " " + package["ImportPath"]] = files


def main():
    program, repository = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 200
    commits = run("git", "rev-list", "--first-parent", "-n", str(count + 1), "HEAD", cwd=repository).split()[::-1]
    scratch = pathlib.Path(os.path.realpath(tempfile.mkdtemp(prefix="replay-")))
    tree = scratch / "tree"
    run("git", "clone", "-q", "--no-checkout", "--shared", repository, str(tree), cwd=scratch)
    before, differences, times, judged, affected_count = None, [], [], 0, 0
    for number, commit in enumerate(commits):
        run("git", "checkout", "-q", "--force", "--detach", commit, cwd=tree)
        run("git", "clean", "-q", "-ffdx", cwd=tree)
        after = Checkout(tree)
        if before:
            start = time.monotonic()
            done = subprocess.run(
                [program, "check", "--from", commits[number - 1], "--to", commit, "--build", "none", "--target",
                 "/".join(TARGET), "--format", "json", "--cache-dir", str(scratch / "cache")],
                cwd=tree, capture_output=True, text=True)
            times.append(time.monotonic() - start)
            report = json.loads(done.stdout)
            ours = {main["importPath"] for main in report["mains"] if main["affected"]}
            listed = json.loads(run(program, "affected", "--from", commits[number - 1], "--to", commit, "--target",
                                    "/".join(TARGET), "--format", "json", "--cache-dir", str(scratch / "cache"), cwd=tree))
            if {main["importPath"] for main in listed["affected"]} != ours:
                differences.append(f"{commit[:12]}: staticgo affected lists other mains than staticgo check")
            theirs = {name for name, inputs in after.mains.items() if before.mains.get(name) != inputs}
            judged += report["summary"]["mains"]
            affected_count += len(theirs)
            if report["summary"]["mains"] != len(after.mains):
                differences.append(f"{commit[:12]}: {report['summary']['mains']} mains, go list has {len(after.mains)}")
            for name in sorted(ours ^ theirs):
                because = next((m["because"] for m in report["mains"] if m["importPath"] == name), None)
                differences.append(
                    f"{commit[:12]}: {name}: " + (f"only staticgo, because of {because}" if name in ours
                                                 else "only go list: " + changes(before, after, name)))
            print(f"{number}/{count} {commit[:12]}: {len(theirs)} affected, {len(differences)} differences so far",
                  file=sys.stderr)
        before = after
    print(f"- commits: {len(commits) - 1}, from {commits[1][:12]} to {commits[-1][:12]}")
    print(f"- mains: {len(before.mains)} at the end; {judged} judgements, {affected_count} of them affected")
    print(f"- differences: {len(differences)}")
    for difference in differences:
        print(f"  - {difference}")
    print(f"- time per commit: median {statistics.median(times) * 1000:.0f} ms, "
          f"maximum {max(times) * 1000:.0f} ms; both trees loaded, nothing compiled")
    run("rm", "-rf", str(scratch), cwd="/")
    sys.exit(1 if differences else 0)


def changes(before, after, name):
    old, new = before.mains.get(name, {}), after.mains[name]
    return ", ".join(sorted(key for key in set(old) | set(new) if old.get(key) != new.get(key))[:3])


main()
