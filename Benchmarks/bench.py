#!/usr/bin/env python3
"""Measures dist/staticgo; called by .ci/bench, which lists the options.

Times are medians of one run on one machine and mean little elsewhere. The ratios of one run mean more. The instruction
counts (callgrind) are the same on every machine with the same libraries; CI watches those.
"""
import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import generate

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = os.path.join(ROOT, "dist", "staticgo")
RESULTS = os.path.join(ROOT, "Benchmarks", "results")
INSTRUCTIONS = os.path.join(RESULTS, "instructions.json")
FIELDS = "ImportPath,Name,GoFiles,CgoFiles,IgnoredGoFiles,Imports"
CHECK = ["check", "--staged", "--build", "none", "--quiet"]
# A check reads the standard library, so its counts are those of one Go release: the one that .ci/setup installs.
PATH = os.path.join(ROOT, ".venv", "go", "bin") + os.pathsep + os.environ["PATH"]
# Otherwise Swift seeds its hashing in each process, which changes the order of its dictionaries.
ENVIRONMENT = dict(
    os.environ, PATH=PATH, SWIFT_DETERMINISTIC_HASHING="1", GOTOOLCHAIN="local", GOPROXY="off", GOFLAGS="-mod=vendor")


def run(command, directory, environment=ENVIRONMENT):
    return subprocess.run(command, cwd=directory, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def milliseconds(command, directory, environment=ENVIRONMENT):
    start = time.perf_counter()
    run(command, directory, environment)
    return (time.perf_counter() - start) * 1000


def memory(command, directory):
    """Peak memory of one run in MB."""
    process = subprocess.Popen(command, cwd=directory, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    return usage.ru_maxrss / 1024


def edit(directory, path, number):
    with open(os.path.join(directory, path), "a") as file:
        file.write("// edit %d\n" % number)
    subprocess.run(["git", "add", path], cwd=directory, check=True)


def measure(directory, cache, edits, samples, builds):
    """Returns the medians of the steps of one repository in milliseconds, and their ratios."""
    check = [PROGRAM] + CHECK + ["--cache-dir", cache]
    result = {"warm": {}}
    edit(directory, edits["leaf"], 0)
    cold = [milliseconds([PROGRAM] + CHECK + ["--no-cache"], directory) for _ in range(max(3, samples // 3))]
    result["cold"] = round(statistics.median(cold), 1)
    run(check, directory)
    number = 0
    warm = []
    for kind, path in edits.items():
        times = []
        for _ in range(samples):
            number += 1
            edit(directory, path, number)
            times.append(milliseconds(check, directory))
        warm += times
        result["warm"][kind] = round(statistics.median(times), 1)
    result["memory"] = round(memory(check, directory), 1)
    result["memory cold"] = round(memory([PROGRAM] + CHECK + ["--no-cache"], directory), 1)
    listing = ["go", "list", "-deps", "-e", "-json=" + FIELDS, "./..."]
    run(listing, directory)
    lists = [milliseconds(listing, directory) for _ in range(max(3, samples // 3))]
    result["go list"] = round(statistics.median(lists), 1)
    result["git diff"] = round(
        statistics.median(milliseconds(["git", "diff", "--cached", "--name-only"], directory) for _ in range(samples)), 1)
    if builds:
        build = ["go", "build", "./..."]
        without = dict(ENVIRONMENT, CGO_ENABLED="0")
        run(build, directory, without)
        result["go build, warm"] = round(min(milliseconds(build, directory, without) for _ in range(3)), 1)
    median = statistics.median(warm)
    result["go list / warm"] = round(result["go list"] / median, 1)
    result["cold / go list"] = round(result["cold"] / result["go list"], 2)
    return result


def instructions(command, directory, place):
    """Returns the number of instructions of one run, all threads together."""
    out = os.path.join(place, "callgrind.out")
    run(["valgrind", "--tool=callgrind", "--callgrind-out-file=" + out] + command, directory)
    with open(out) as file:
        for line in file:
            if line.startswith(("summary:", "totals:")):
                return int(line.split()[1])
    raise SystemExit("callgrind counted no instructions of %s" % " ".join(command))


def count(place):
    """Returns the instruction counts on a generated repository."""
    repository = os.path.join(place, "counted")
    generate.generate(repository, 20, 200, 5, 20)
    cache = os.path.join(place, "cache")
    check = [PROGRAM] + CHECK + ["--target", "linux/amd64"]
    counts = {
        "--version": instructions([PROGRAM, "--version"], repository, place),
        "inspect": instructions([PROGRAM, "inspect", "/bin/sh"], repository, place),
    }
    edit(repository, "p/g99/p199/f0.go", 1)
    counts["check, cold"] = instructions(check + ["--no-cache"], repository, place)
    # Directories changed within the last second are listed again; the toolchain is queried until it is cached.
    time.sleep(1.5)
    for _ in range(2):
        run(check + ["--cache-dir", cache], repository)
    counts["check, warm"] = instructions(check + ["--cache-dir", cache], repository, place)
    edit(repository, "p/g99/p199/f0.go", 2)
    counts["check, a fresh edit"] = instructions(check + ["--cache-dir", cache], repository, place)
    return counts


def gate(counts):
    """Compares with the committed counts; returns the number of counts that have grown too much."""
    if not os.path.exists(INSTRUCTIONS):
        print("no committed counts to compare with")
        return 0
    with open(INSTRUCTIONS) as file:
        committed = json.load(file)
    worse = 0
    for name, value in counts.items():
        before = committed.get(name)
        change = (value / before - 1) * 100 if before else 0
        mark = ""
        if change > 5:
            mark = "  MORE THAN 5 %"
            worse += 1
        print("%-22s %14s  %+6.1f %%%s" % (name, format(value, ","), change, mark))
    return worse


def table(place):
    """Measures how the time grows: warm with the change, cold with the number of files."""
    rows = []
    for mains, packages, files in ((10, 1000, 10), (100, 3000, 10), (1000, 10000, 10)):
        repository = os.path.join(place, "grown-%d" % packages)
        generate.generate(repository, mains, packages, files, 50)
        cache = os.path.join(place, "cache-%d" % packages)
        edit(repository, "p/g99/p%d/f0.go" % (packages - 1), 0)
        time.sleep(1.5)
        check = [PROGRAM] + CHECK
        cold = milliseconds(check + ["--no-cache"], repository)
        cold_memory = memory(check + ["--no-cache"], repository)
        for _ in range(2):
            run(check + ["--cache-dir", cache], repository)
        times = {}
        for kind, path in (("leaf", "p/g99/p%d/f0.go" % (packages - 1)), ("wide", "p/g0/p0/f0.go")):
            samples = []
            for number in range(5):
                edit(repository, path, number)
                samples.append(milliseconds(check + ["--cache-dir", cache], repository))
            times[kind] = round(statistics.median(samples), 1)
        rows.append({
            "files": packages * files, "mains": mains, "cold": round(cold, 1), "warm, leaf": times["leaf"],
            "warm, wide": times["wide"], "memory": round(memory(check + ["--cache-dir", cache], repository), 1),
            "memory cold": round(cold_memory, 1)})
        shutil.rmtree(repository)
        print(json.dumps(rows[-1]), flush=True)
    return rows


def vendored_and_wide(directory):
    """Returns files of a repository to edit: a main's, one of a widely imported package, and a vendored one."""
    template = "{{.Dir}} {{.ImportPath}} {{join .Imports \",\"}}"
    listed = subprocess.run(
        ["go", "list", "-deps", "-e", "-f", template, "./..."], cwd=directory, env=ENVIRONMENT, capture_output=True, text=True).stdout
    importers, places = {}, {}
    for line in listed.splitlines():
        place, path, imports = (line.split(" ") + ["", ""])[:3]
        if place.startswith(directory):
            places[path] = place
        for imported in imports.split(","):
            importers[imported] = importers.get(imported, 0) + 1
    def go_file(place):
        names = sorted(name for name in os.listdir(place) if name.endswith(".go") and not name.endswith("_test.go"))
        return os.path.relpath(os.path.join(place, names[0]), directory)
    own = [path for path in places if "/vendor/" not in places[path]]
    vendored = [path for path in places if "/vendor/" in places[path]]
    edits = {"leaf": go_file(places[min(own, key=lambda path: (importers.get(path, 0), path))])}
    edits["wide"] = go_file(places[max(own, key=lambda path: (importers.get(path, 0), path))])
    if vendored:
        edits["vendored"] = go_file(places[max(vendored, key=lambda path: (importers.get(path, 0), path))])
    return edits


def main():
    parser = argparse.ArgumentParser(description="Measures dist/staticgo.")
    parser.add_argument("repository", nargs="*", help="another repository to measure; a clone of it is edited")
    parser.add_argument("--gate", action="store_true", help="count instructions only, fail if one grew by over 5 %%")
    parser.add_argument("--accept", action="store_true", help="write the counts as the new reference")
    parser.add_argument("--table", action="store_true", help="measure growth up to 100,000 files and 1,000 mains")
    parser.add_argument("--samples", type=int, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="staticgo-bench") as place:
        if options.gate or options.accept:
            counts = count(place)
            worse = gate(counts)
            if options.accept:
                with open(INSTRUCTIONS, "w") as file:
                    json.dump(counts, file, indent=1)
                    file.write("\n")
                return
            if worse:
                raise SystemExit(
                    "%d counts have grown by more than 5 %%. If that is worth it, run .ci/bench --accept and say why in the "
                    "commit." % worse)
            return
        results = {"program": {}, "repositories": {}}
        for name, command in (("--version", ["--version"]), ("inspect", ["inspect", PROGRAM])):
            times = [milliseconds([PROGRAM] + command, place) for _ in range(40)]
            results["program"][name] = round(statistics.median(times), 2)
        generated = os.path.join(place, "generated")
        generate.generate(generated, 20, 1000, 10, 50)
        time.sleep(1.5)
        edits = {"leaf": "p/g99/p999/f0.go", "wide": "p/g0/p0/f0.go", "vendored": "vendor/example.net/dep0/lib/f0.go"}
        results["repositories"]["20 mains, 1,000 packages, 10 files each"] = measure(
            generated, os.path.join(place, "cache"), edits, options.samples, builds=True)
        for repository in options.repository:
            clone = os.path.join(place, os.path.basename(os.path.normpath(repository)))
            subprocess.run(["git", "clone", "-q", "--shared", repository, clone], check=True)
            time.sleep(1.5)
            results["repositories"][os.path.basename(clone)] = measure(
                clone, clone + ".cache", vendored_and_wide(clone), options.samples, builds=False)
        if options.table:
            results["growth"] = table(place)
    print(json.dumps(results, indent=1))
    kind = "%s-%d" % (platform.machine(), os.cpu_count())
    with open(os.path.join(RESULTS, kind + ".json"), "w") as file:
        json.dump(results, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
