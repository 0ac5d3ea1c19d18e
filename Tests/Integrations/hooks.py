#!/usr/bin/env python3
"""Runs the real hook managers on one repository: hooks.py PROGRAM

Each manager is set up as in hooks/. It stops the same commit with the same findings as `staticgo check --staged`,
passes a good commit, and also runs if only go.mod, only C files or only deletions are staged.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).parent.parent.parent
tools = pathlib.Path(sys.executable).parent

FILES = {
    "go.mod": "module example.com/app\n\ngo 1.21\n",
    "cmd/app/main.go": "package main\n\nfunc main() {}\n",
    "cmd/tool/main.go": "package main\n\nfunc main() {}\n",
    "cmd/old/main.go": 'package main\n\nimport _ "example.com/app/native"\n\nfunc main() {}\n',
    "native/native.go": 'package native\n\nimport "C"\n',
    "sum/sum.h": "int sum(int, int);\n",
    "unused.go": "package unused\n",
}
BAD = 'package main\n\nimport _ "example.com/app/native"\n\nfunc main() {}\n'


class Repository:
    def __init__(self, path, program):
        self.path = path
        binaries = path.parent / "bin"
        binaries.mkdir()
        (binaries / "staticgo").symlink_to(program)
        go = pathlib.Path(shutil.which("go")).parent
        self.environment = {
            "PATH": f"{binaries}:{go}:{tools}:/usr/bin:/bin", "HOME": str(path.parent), "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "x", "GIT_AUTHOR_EMAIL": "x@y", "GIT_COMMITTER_NAME": "x", "GIT_COMMITTER_EMAIL": "x@y",
            "NO_COLOR": "1", "PRE_COMMIT_COLOR": "never", "STATICGO_TARGET": "", "TERM": "dumb", "LANG": "C.UTF-8",
        }
        path.mkdir()
        self.run("git", "init", "-q", "-b", "main", expect=0)
        for name, content in FILES.items():
            self.write(name, content)
        self.commit("base")

    def write(self, name, content):
        (self.path / name).parent.mkdir(parents=True, exist_ok=True)
        (self.path / name).write_text(content)

    def run(self, *command, expect=None):
        done = subprocess.run(
            command, cwd=self.path, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if expect is not None:
            assert done.returncode == expect, f"{command}: {done.returncode}\n{done.stdout}"
        return done

    def commit(self, message):
        self.run("git", "add", "-A", expect=0)
        self.run("git", "commit", "-q", "--no-verify", "-m", message, expect=0)

    def reset(self):
        self.run("git", "reset", "-q", "--hard", expect=0)


def findings(text):
    """Returns the findings of staticgo, without the output of the managers and without times."""
    kept = [line.strip() for line in text.splitlines()]
    start = next((i for i, line in enumerate(kept) if line.startswith("error[")), None)
    assert start is not None, text
    end = next(i for i, line in enumerate(kept) if re.match(r"\d+ (new )?errors?\b", line))
    return kept[start:end]


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        hooks = folder / "hooks-repository"
        hooks.mkdir()
        shutil.copy(root / ".pre-commit-hooks.yaml", hooks)
        repository = Repository(folder / "repository", program)
        for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"], ["tag", "v0.1.0"]):
            done = subprocess.run(["git", *command], cwd=hooks, env=repository.environment)
            assert done.returncode == 0

        # The configuration of hooks/pre-commit-config.yaml, with the local repository as its source.
        config = (root / "hooks/pre-commit-config.yaml").read_text()
        repository.write(".pre-commit-config.yaml", config.replace("https://github.com/staticgo/staticgo", str(hooks)))
        shutil.copy(root / "hooks/lefthook.yml", repository.path)
        shutil.copytree(root / "hooks/husky", repository.path / ".husky")
        (repository.path / ".husky/pre-commit").chmod(0o755)
        repository.commit("managers")
        check_staged(repository)
        check_filters(repository)
        check_ranges(repository)
    print("pre-commit, prek, lefthook, husky's file and git's own hook report the same findings")


def check_staged(repository):
    repository.write("cmd/app/main.go", BAD)
    repository.run("git", "add", "cmd/app/main.go", expect=0)
    # Unstaged changes are not judged: pre-commit stashes them, the others leave them in the work tree.
    repository.write("cmd/tool/main.go", BAD)
    expected = findings(repository.run("staticgo", "check", "--staged", expect=1).stdout)
    assert any("cmd/app" in line for line in expected) and not any("cmd/tool" in line for line in expected)

    said = {}
    for name, command in {
        "pre-commit": ["pre-commit", "run"], "prek": ["prek", "run"],
        "lefthook": ["lefthook", "run", "pre-commit", "--no-auto-install"],
    }.items():
        done = repository.run(*command)
        assert done.returncode != 0, (name, done.stdout)
        said[name] = findings(done.stdout)
    repository.run("staticgo", "hook", "install", expect=0)
    said["git commit"] = findings(repository.run("git", "commit", "-m", "bad", expect=1).stdout)
    repository.run("staticgo", "hook", "uninstall", expect=0)
    repository.run("git", "config", "core.hooksPath", ".husky", expect=0)
    said["husky's file"] = findings(repository.run("git", "commit", "-m", "bad", expect=1).stdout)
    repository.run("git", "config", "--unset", "core.hooksPath", expect=0)
    for name, lines in said.items():
        assert lines == expected, f"{name}:\n" + "\n".join(lines) + "\n\nexpected:\n" + "\n".join(expected)
    assert (repository.path / "cmd/tool/main.go").read_text() == BAD, "the work tree has changed"
    repository.reset()


def check_filters(repository):
    """Tests commits that file filters would hide."""
    def staged(description, change, status):
        change()
        repository.run("git", "add", "-A", expect=0)
        for command in (["pre-commit", "run"], ["prek", "run"]):
            done = repository.run(*command)
            assert "Skipped" not in done.stdout and "no files to check" not in done.stdout, (description, done.stdout)
            assert (done.returncode != 0) == status, (description, done.stdout)
        repository.reset()

    staged("go.mod alone", lambda: repository.write("go.mod", FILES["go.mod"] + "\nrequire example.com/gone v1.0.0\n"), False)
    staged("C alone", lambda: repository.write("sum/sum.h", "long sum(long, long);\n"), False)
    staged("deletion alone", lambda: (repository.path / "unused.go").unlink(), False)

    def lost():
        (repository.path / "native/native.go").unlink()

    staged("deletion of what a main imports", lost, True)
    repository.write("docs.txt", "words\n")
    repository.run("git", "add", "-A", expect=0)
    done = repository.run("pre-commit", "run", "-v", expect=0)
    assert "no build uses the changed files" in done.stdout, done.stdout
    repository.commit("docs")


def check_ranges(repository):
    repository.write("cmd/app/main.go", BAD)
    repository.commit("bad")
    repository.write("docs.txt", "more words\n")
    repository.commit("docs")
    expected = findings(repository.run("staticgo", "check", "--from", "HEAD~2", "--to", "HEAD").stdout)
    for manager in ("pre-commit", "prek"):
        done = repository.run(manager, "run", "--from-ref", "HEAD~2", "--to-ref", "HEAD")
        assert done.returncode != 0 and findings(done.stdout) == expected, done.stdout
        done = repository.run(manager, "run", "--from-ref", "HEAD~1", "--to-ref", "HEAD", "-v", expect=0)
        assert "the change affects no main" in done.stdout, done.stdout
        # Every main is judged, and known findings count.
        done = repository.run(manager, "run", "--all-files")
        assert done.returncode != 0 and "3 mains judged" in done.stdout and "cmd/old" in done.stdout, done.stdout


os.umask(0o022)
main()
