"""Makes the disk, the clock and the machine fail under staticgo, at every step.

    Tests/Faults/faults.py PROGRAM [--dynamic PROGRAM] [--kills N] [--every N] [--only PART,…]

PROGRAM is the release. A program that is not statically linked, such as that of `swift build`, can be given with --dynamic: short
reads and writes are tried with it. --every N tries every Nth step, for a quick run.

The rule, after SQLite's tests: the answer under a fault is the answer without it, or exit code 3 and a message. The repository is
never changed, nothing stays in the temporary directory, and the next run gives the right answer from whatever cache remains.

strace makes the system calls fail, so that this needs neither root nor another libc.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

FILES = {
    "go.mod": "module example.com/app\n\ngo 1.21\n",
    "cmd/blocked/main.go": 'package main\n\nimport _ "example.com/app/native"\n\nfunc main() {}\n',
    "cmd/server/main.go": 'package main\n\nimport "net/http"\n\nfunc main() { http.Get("x") }\n',
    "native/native.go": 'package native\n\nimport "C"\n',
    "Dockerfile": "FROM golang:1.22 AS build\nCOPY . .\nRUN go build -o /app ./cmd/server\nFROM scratch\nCOPY --from=build /app /app\n",
    ".staticgo.toml": 'targets = ["linux/amd64"]\n',
    ".gitignore": "*.out\n",
}
EDITS = {"native/native.go": "\nvar _ = 1\n", "cmd/server/main.go": "\nvar x = 1\n"}

# System calls by what they do, and the errors that a disk answers them with.
CALLS = {
    "open": ("openat,openat2", ["EIO", "EACCES", "EMFILE", "ENFILE", "EINTR", "ELOOP"]),
    "read": ("read,pread64,readv", ["EIO", "EINTR", "EISDIR"]),
    "map": ("mmap", ["ENOMEM"]),
    "list": ("getdents64", ["EIO"]),
    "stat": ("newfstatat,statx,fstat,faccessat2,access,readlink,readlinkat", ["EIO", "EACCES"]),
    "write": ("write,pwrite64,writev", ["ENOSPC", "EIO", "EDQUOT", "EFBIG"]),
    "change": ("rename,renameat,renameat2,mkdir,mkdirat,unlink,unlinkat,rmdir,link,linkat,symlinkat,ftruncate,fsync,flock,fcntl,chmod,fchmod,utimensat",
               ["ENOSPC", "EROFS", "EIO", "EACCES"]),
}

SHORT = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>
/* Reads and writes at most a few bytes at a time, as a pipe, a network file system or a signal may. */
static size_t part(size_t n) { const char *s = getenv("SHORT"); size_t most = s ? (size_t)atoi(s) : 7; return n > most ? most : n; }
ssize_t read(int fd, void *b, size_t n) { ssize_t (*f)(int, void *, size_t) = dlsym(RTLD_NEXT, "read"); return f(fd, b, part(n)); }
ssize_t pread(int fd, void *b, size_t n, off_t o) { ssize_t (*f)(int, void *, size_t, off_t) = dlsym(RTLD_NEXT, "pread"); return f(fd, b, part(n), o); }
ssize_t pread64(int fd, void *b, size_t n, off_t o) { return pread(fd, b, n, o); }
ssize_t write(int fd, const void *b, size_t n) { ssize_t (*f)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write"); return f(fd, b, part(n)); }
ssize_t pwrite(int fd, const void *b, size_t n, off_t o) { ssize_t (*f)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, "pwrite"); return f(fd, b, part(n), o); }
ssize_t pwrite64(int fd, const void *b, size_t n, off_t o) { return pwrite(fd, b, n, o); }
"""


def digest(directory):
    """A digest of all names, kinds, modes and contents below a directory; git's index is compared by content alone."""
    result = hashlib.sha256()
    for path in sorted(directory.rglob("*")):
        status = path.lstat()
        result.update(f"{path.relative_to(directory)} {status.st_mode} ".encode())
        if path.is_symlink():
            result.update(os.readlink(path).encode())
        elif path.is_file():
            result.update(path.read_bytes())
    return result.hexdigest()


class Faults:
    def __init__(self, program, dynamic):
        self.program = program
        self.dynamic = dynamic
        self.base = pathlib.Path(tempfile.mkdtemp(prefix="staticgo-faults-"))
        self.repository = self.base / "repository"
        self.repository.mkdir()
        for name, text in FILES.items():
            path = self.repository / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.environment = dict(os.environ, HOME=str(self.base / "home"), GOCACHE=str(self.base / "gocache"), GOFLAGS="",
                                GOTOOLCHAIN="local", GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1", LC_ALL="C")
        self.environment.pop("GITHUB_ACTIONS", None)
        (self.base / "home").mkdir()
        self.git("init", "-q")
        self.git("add", "-A")
        self.git("commit", "-qm", "base")
        for name, text in EDITS.items():
            with open(self.repository / name, "a") as file:
                file.write(text)
        self.git("add", "-A")
        self.failures = []
        self.runs = 0
        self.same = 0
        self.refused = 0

    def git(self, *arguments):
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments], cwd=self.repository,
                       env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def state(self):
        return digest(self.repository)

    def run(self, arguments, prefix=(), cache=None, program=None, environment=(), cwd=None, limit=None, timeout=120):
        """Runs one check. Returns its exit code, its answer, its messages and what it left in its temporary directory."""
        temporary = pathlib.Path(tempfile.mkdtemp(prefix="tmp-", dir=self.base))
        cache = cache or self.base / "cache"
        command = [*prefix, program or self.program, "check", *arguments, "--cache-dir", str(cache)]

        def prepare():
            if limit is not None:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        try:
            done = subprocess.run(command, cwd=cwd or self.repository, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout,
                                  preexec_fn=prepare, env=dict(self.environment, TMPDIR=str(temporary), **dict(environment)))
        except subprocess.TimeoutExpired:
            return None, None, f"no end after {timeout} s", []
        left = sorted(str(path.relative_to(temporary)) for path in temporary.rglob("*"))
        shutil.rmtree(temporary, ignore_errors=True)
        return done.returncode, answer(done.stdout), done.stderr.decode(errors="replace"), left

    def judge(self, what, expected, before, result):
        """Compares a run under a fault with the one without it."""
        self.runs += 1
        code, got, messages, left = result
        said = re.sub(r"^strace: .*\n", "", messages, flags=re.M).strip()
        if (code, got) == expected:
            self.same += 1
        elif code == 3 and said:
            self.refused += 1
        else:
            self.failures.append(f"{what}: exit {code}, expected {expected[0]} with the same answer, or 3: {said[-400:] or difference(expected[1], got)}")
        if left:
            self.failures.append(f"{what}: left in the temporary directory: {left[:4]}")
        if self.state() != before:
            self.failures.append(f"{what}: the repository was changed")

    def steps(self, arguments, calls, paths, cache):
        """The number of system calls that one thread makes on these paths at most, in one run without a fault."""
        log = self.base / "trace"
        prefix = ["strace", "-f", "-qq", "-e", f"trace={calls}", "-o", str(log), *(word for path in paths for word in ("-P", str(path)))]
        self.run(arguments, prefix, cache=cache)
        counts = {}
        for line in log.read_text(errors="replace").splitlines():
            thread = line.split(" ", 1)[0]
            counts[thread] = counts.get(thread, 0) + 1
        return max(counts.values(), default=0)


def answer(output):
    """The part of a JSON report that does not change from run to run, or the text where it is no report."""
    try:
        report = json.loads(output)
    except ValueError:
        return output.decode(errors="replace")
    for key in ("run", "builds", "duration", "durations", "cache", "timing", "stats"):
        report.pop(key, None)
    return json.dumps(strip(report), sort_keys=True)


def difference(expected, got):
    """Where two answers differ first, with what is around."""
    place = next((i for i, (a, b) in enumerate(zip(expected or "", got or "")) if a != b), min(len(expected or ""), len(got or "")))
    return f"expected …{(expected or '')[max(0, place - 60):place + 80]}…, got …{(got or '')[max(0, place - 60):place + 80]}…"


def strip(value):
    if isinstance(value, dict):
        return {k: strip(v) for k, v in value.items() if k not in ("remembered", "excerpt", "lineHash", "seconds", "duration", "milliseconds", "elapsed")}
    if isinstance(value, list):
        return [strip(v) for v in value]
    return value


def below(directory):
    """A directory and all that is below it, since strace's -P does not descend."""
    return [directory, *directory.rglob("*")]


def injected(faults, every):
    arguments = ["--build", "none", "--format", "json"]
    before = faults.state()
    expected = faults.run(arguments, cache=faults.base / "fresh")[:2]
    places = {
        "cold cache": (None, lambda cache: [cache, cache / "facts", cache / "tmp"]),
        "repository": ("warm", lambda cache: [p for p in below(faults.repository) if ".git" not in p.parts]),
        "git directory": ("warm", lambda cache: below(faults.repository / ".git")),
        "warm cache": ("warm", lambda cache: below(cache)),
        "anything": ("warm", lambda cache: []),
        "anything, cold": (None, lambda cache: []),
    }
    for place, (kind, paths) in places.items():
        for step, (calls, errors) in CALLS.items():
            cache = faults.base / "injected"
            shutil.rmtree(cache, ignore_errors=True)
            if kind == "warm":
                faults.run(arguments, cache=cache)
            steps = min(faults.steps(arguments, calls, paths(cache), cache), 60)
            for error in errors:
                for number in range(1 + random.randrange(every), steps + 1, every):
                    if kind is None:
                        shutil.rmtree(cache, ignore_errors=True)
                    prefix = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}", "-e", f"inject={calls}:error={error}:when={number}",
                              *(word for path in paths(cache) for word in ("-P", str(path)))]
                    faults.judge(f"{place}, {step} {number} fails with {error}", expected, before, faults.run(arguments, prefix, cache=cache))
                    # What remains of the cache must not change the next answer.
                    again = faults.run(arguments, cache=cache)
                    if again[:2] != expected:
                        faults.failures.append(f"{place}, {step} {number} failed with {error}: the next run says {again[0]}: {again[2][-300:]}")
        print(f"{place:20} {faults.runs:6} runs so far, {faults.same} with the same answer, {faults.refused} with exit code 3", flush=True)


def built(faults, every):
    """The same for a run that builds: the side directory and the binary."""
    arguments = ["--build", "link", "--format", "json"]
    # A file that is only in the work tree makes staticgo build beside it.
    extra = faults.repository / "cmd/server/extra.go"
    extra.write_text("package main\n\nfunc unstaged() {}\n")
    cache = faults.base / "built"
    expected = faults.run(arguments, cache=cache)[:2]
    before = faults.state()
    for step in ("open", "read", "write", "change"):
        calls, errors = CALLS[step]
        for error in errors:
            for number in range(1 + random.randrange(every), 41, every):
                # Only the program itself, not the go command: its own threads are traced, and its children are not.
                prefix = ["strace", "-f", "-b", "execve", "-qq", "-o", "/dev/null", "-e", f"trace={calls},execve", "-e",
                          f"inject={calls}:error={error}:when={number}"]
                faults.judge(f"build, {step} {number} fails with {error}", expected, before, faults.run(arguments, prefix, cache=cache))
    extra.unlink()
    print(f"{'builds':20} {faults.runs:6} runs so far, {faults.same} with the same answer, {faults.refused} with exit code 3", flush=True)


def limited(faults):
    """No file may become larger than a limit: writes end in the middle."""
    arguments = ["--build", "none", "--format", "json"]
    before = faults.state()
    expected = faults.run(arguments, cache=faults.base / "fresh")[:2]
    for size in [0, 1, 10, 100, 1000, 4096, 10_000, 65_536, 200_000, 1_000_000]:
        cache = faults.base / "limited"
        shutil.rmtree(cache, ignore_errors=True)
        faults.judge(f"files of at most {size} bytes", expected, before, faults.run(arguments, cache=cache, limit=size))
        again = faults.run(arguments, cache=cache)
        if again[:2] != expected:
            faults.failures.append(f"files of at most {size} bytes: the next run says {again[0]}: {again[2][-300:]}")
        report = faults.base / "report.json"
        report.unlink(missing_ok=True)
        code, _, messages, _ = faults.run(["--build", "none", "--format", f"json={report}"], cache=faults.base / "fresh", limit=size)
        whole = report.exists() and report.read_bytes().rstrip().endswith(b"}")
        if not (code == 3 and messages) and not (code == expected[0] and whole):
            faults.failures.append(f"a report of at most {size} bytes: exit {code}, {messages[-300:]}")
        if code == 3 and report.exists():
            faults.failures.append(f"a report of at most {size} bytes: a part of it stayed")
    print(f"{'full disk':20} {faults.runs:6} runs so far, {faults.same} with the same answer, {faults.refused} with exit code 3", flush=True)


def short(faults):
    if not faults.dynamic:
        return
    library = faults.base / "short.so"
    (faults.base / "short.c").write_text(SHORT)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, faults.base / "short.c", "-ldl"], check=True)
    before = faults.state()
    for arguments in (["--build", "none", "--format", "json"], ["--build", "link", "--format", "json"]):
        expected = faults.run(arguments, cache=faults.base / "fresh", program=faults.dynamic)[:2]
        for most in (4095,) if arguments[1] == "link" else (500, 4095):
            for cache in (faults.base / f"short{most}{arguments[1]}",) * 2:
                faults.judge(f"{' '.join(arguments)}: reads and writes of at most {most} bytes", expected, before,
                             faults.run(arguments, cache=cache, program=faults.dynamic,
                                        environment={"LD_PRELOAD": str(library), "SHORT": str(most)}.items()))
    print(f"{'short reads':20} {faults.runs:6} runs so far, {faults.same} with the same answer, {faults.refused} with exit code 3", flush=True)


def killed(faults, count):
    before = faults.state()
    for arguments, longest in ((["--build", "none", "--format", "json"], 0.3), (["--build", "link", "--format", "json"], 1.5)):
        expected = faults.run(arguments, cache=faults.base / "fresh")[:2]
        for number in range(count // 2):
            cache = faults.base / "killed"
            if number % 2:
                shutil.rmtree(cache, ignore_errors=True)
            temporary = faults.base / "killed-tmp"
            temporary.mkdir(exist_ok=True)
            process = subprocess.Popen([faults.program, "check", *arguments, "--cache-dir", cache], cwd=faults.repository,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                       env=dict(faults.environment, TMPDIR=str(temporary)))
            moment = random.random() * longest
            time.sleep(moment)
            process.kill()
            process.wait()
            faults.runs += 1
            again = subprocess.run([faults.program, "check", *arguments, "--cache-dir", cache], cwd=faults.repository, capture_output=True,
                                   env=dict(faults.environment, TMPDIR=str(temporary)))
            if (again.returncode, answer(again.stdout)) != expected:
                faults.failures.append(f"killed after {moment:.3f} s ({arguments[1]}): the next run says {again.returncode}: {again.stderr[-300:]}")
            else:
                faults.same += 1
            if faults.state() != before:
                faults.failures.append(f"killed after {moment:.3f} s: the repository was changed")
        # A later build removes what killed ones have left, when it is an hour old (TemporaryDirectoryTests).
        shutil.rmtree(temporary)
    print(f"{'killed':20} {faults.runs:6} runs so far, {faults.same} with the same answer, {faults.refused} with exit code 3", flush=True)


def together(faults):
    """Eight processes at once, each in a linked work tree of its own, with one cache."""
    trees = []
    for number in range(8):
        tree = faults.base / f"tree{number}"
        faults.git("worktree", "add", "-q", "--detach", str(tree))
        for name, text in EDITS.items():
            with open(tree / name, "a") as file:
                file.write(text)
        subprocess.run(["git", "add", "-A"], cwd=tree, env=faults.environment, check=True)
        trees.append(tree)
    for arguments in (["--build", "none", "--format", "json"], ["--build", "link", "--format", "json"]):
        expected = faults.run(arguments, cache=faults.base / "fresh", cwd=trees[0])[:2]
        for number in range(4):
            cache = faults.base / f"together{number % 2}"
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                for result in pool.map(lambda tree: faults.run(arguments, cache=cache, cwd=tree), trees):
                    faults.judge("eight at once", expected, faults.state(), result)
    print(f"{'eight at once':20} {faults.runs:6} runs so far, {faults.same} with the same answer, {faults.refused} with exit code 3", flush=True)


def clocks(faults):
    """Content that changes while all times stay or jump: a cache must not answer for other content."""
    path = faults.repository / "native/native.go"
    cgo = path.read_bytes()
    pure = cgo.replace(b'import "C"', b'//port "C"')
    cache = faults.base / "clock"
    arguments = ["--worktree", "--all", "--build", "none", "--format", "json"]
    moments = [0, 1, 2**31 - 1, 2**31, 2**32, int(time.time()), int(time.time()) + 10**6, int(time.time()) - 10**6]
    for number in range(40):
        path.write_bytes(random.choice([cgo, pure]))
        moment = random.choice(moments)
        for name in [path, faults.repository / ".git/index", *(cache.rglob("*") if cache.exists() else [])]:
            if random.random() < 0.7:
                os.utime(name, (moment, moment))
        before = faults.state()
        expected = faults.run(arguments, cache=faults.base / f"clock-fresh{number}")[:2]
        faults.judge(f"the clock at {moment}", expected, before, faults.run(arguments, cache=cache))
    path.write_bytes(cgo)
    print(f"{'clock jumps':20} {faults.runs:6} runs so far, {faults.same} with the same answer, {faults.refused} with exit code 3", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("--dynamic", type=os.path.abspath)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only")
    arguments = parser.parse_args()
    random.seed(arguments.seed)
    faults = Faults(arguments.program, arguments.dynamic)
    try:
        for name, step in {
            "limited": lambda: limited(faults), "short": lambda: short(faults),
            "clocks": lambda: clocks(faults), "together": lambda: together(faults), "killed": lambda: killed(faults, arguments.kills),
            "injected": lambda: injected(faults, arguments.every), "built": lambda: built(faults, arguments.every),
        }.items():
            if arguments.only is None or name in arguments.only.split(","):
                step()
    finally:
        shutil.rmtree(faults.base, ignore_errors=True)
    print(f"{faults.runs} runs: {faults.same} with the same answer, {faults.refused} with exit code 3, {len(faults.failures)} wrong")
    for failure in faults.failures[:60]:
        print("  " + failure)
    return 1 if faults.failures else 0


if __name__ == "__main__":
    sys.exit(main())
