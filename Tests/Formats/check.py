#!/usr/bin/env python3
"""Checks every format of staticgo with third-party programs, schemas and parsers: check.py PROGRAM

Makes a real report in a temporary repository, adds findings with hostile texts to its JSON, and lets `staticgo merge`
write it in each format. Reading a format back must give exactly what was put in.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unicodedata
import urllib.parse
import xml.etree.ElementTree

import jsonschema
import junitparser
import lxml.etree
import markdown_it

here = pathlib.Path(__file__).parent
program = str(pathlib.Path(sys.argv[1]).resolve())

NASTY = [
    "plain", "100%25%0A", "a:b,c;d", "]]>", "\"quoted\" 'too' & <b>", "new\nline", "\r\n::error::x", "tab\there",
    "\x1b[31mred\x07", "::set-output name=x::y", "größe 大きさ 𝒳 👩‍👩‍👧", "back`tick` ``| pipe", "##[error]x ##vso[task.complete]y",
    "##teamcity[buildProblem]", "|n|0x0041", "\u202edesrever", "[text](https://example.com)", "<script>alert(1)</script>",
    "</details><img src=x>", "\ufffe\uffff", "x" * 5000, "../../etc/passwd", "%SRCROOT%", "a b?c#d", "###vso[task.complete]x",
    "\u0600##vso[task.complete]", "\u3000::stop-commands::x", "\u00a0 ::error::y", ":::error::z", "\u200b::error::x",
    "####teamcity[x]", "\u061c\u2066", "\\[\\]", "%AZP25",
]


def run(*arguments, cwd, expect):
    done = subprocess.run([program, *arguments], cwd=cwd, capture_output=True, text=True)
    assert done.returncode in expect, (arguments, done.returncode, done.stderr)
    return done.stdout


def is_printable(text):
    return all(unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp", "Cn") for c in text)


def real_report(folder):
    """Returns the JSON of a real run: an error, a warning and notes, on two targets."""
    files = {
        "go.mod": "module example.com/app\n\ngo 1.21\n",
        "cmd/app/main.go": 'package main\n\nimport (\n\t_ "example.com/app/native"\n\t_ "net"\n)\n\nfunc main() {}\n',
        "cmd/tool/main.go": "package main\n\nfunc main() {}\n",
        "native/native.go": 'package native\n\n/* größe 𝒳 */ import "C" // x\n',
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"]):
        subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@y", *command], cwd=folder, check=True)
    targets = ["--target", "linux/amd64", "--target", "linux/arm64"]
    return json.loads(run("check", "--build", "none", *targets, "--format", "json", cwd=folder, expect={1}))


def made_up(real, text):
    """Returns the report with one more finding of each severity, in which every word is `text`."""
    report = json.loads(json.dumps(real))
    pattern = next(f for f in report["findings"] if f["severity"] == "error")
    for severity, rule in (("error", "cgo-stub"), ("warning", "c-source"), ("note", "cgo-fallback")):
        finding = json.loads(json.dumps(pattern))
        place = {"line": 7, "column": 3, "endLine": 7, "endColumn": 4, "file": f"{severity}/{text}.go"}
        finding.update(place, severity=severity, rule=rule, excerpt=f"é{text}", culprit=text, predicate=text, label=text)
        finding.update(mains=[text], dirs=[f"cmd/{text}"], help=text, says=text, fingerprint=f"{rule}:{text}")
        finding["chain"] = [dict(place, package=text, text=text), dict(place, package=text, text=text, outside=True)]
        finding["related"] = [dict(place, message=text)]
        report["findings"].append(finding)
    main = json.loads(json.dumps(report["mains"][0]))
    main.update(importPath=text, dir=f"cmd/{text}", reason=text, verdict="blocked")
    report["mains"].append(main)
    report["errors"].append({"message": text, "file": None})
    return report


def sarif(text, report, nasty, folder):
    value = json.loads(text)
    jsonschema.validate(value, json.loads((here / "sarif-2.1.0.schema.json").read_text()))
    assert [r["automationDetails"]["id"] for r in value["runs"]] == ["staticgo/linux-amd64/", "staticgo/linux-arm64/"]
    for one in value["runs"]:
        rules = one["tool"]["driver"]["rules"]
        for rule in rules:
            for key in ("shortDescription", "fullDescription", "help"):
                assert rule[key]["text"]
            assert len(rule["shortDescription"]["text"]) <= 1024 and len(rule["fullDescription"]["text"]) <= 1024
        target = one["automationDetails"]["id"].split("/")[1].replace("-", "/")
        assert len(one["results"]) == sum(target in f["targets"] for f in report["findings"])
        for result in one["results"]:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
            region = result["locations"][0]["physicalLocation"]["region"]
            assert {"startLine", "startColumn", "endLine", "endColumn"} <= region.keys()
            assert result["baselineState"] in ("new", "unchanged")
            assert result["message"]["text"] and "](" not in result["message"]["text"]
            for place in re.findall(r'"uri": "([^"]*)"', json.dumps(result)):
                assert not urllib.parse.urlsplit(place).scheme and re.fullmatch(r"[!-~]*", place)
        files = [urllib.parse.unquote(r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]) for r in one["results"]]
        assert f"error/{nasty}.go" in files
        mine = one["results"][files.index(f"error/{nasty}.go")]["locations"][0]["physicalLocation"]["region"]
        # é is two bytes and one UTF-16 unit.
        assert mine["startColumn"] == 2, mine
        native = next(r for r in one["results"] if r["ruleId"] == "cgo-import")
        assert native["partialFingerprints"]["primaryLocationLineHash"].count(":") == 1
        # 𝒳 is two UTF-16 units, and ö and ß are one each.
        assert native["locations"][0]["physicalLocation"]["region"]["startColumn"] == 23
        assert not one["invocations"][0]["executionSuccessful"]
    (folder / "out.sarif").write_text(text)
    summary = subprocess.run([sys.executable, "-m", "sarif", "summary", "out.sarif"], cwd=folder, capture_output=True, text=True)
    assert summary.returncode == 0 and "error: 4" in summary.stdout, summary


def rdjson(text, report, nasty, folder):
    value = json.loads(text)
    jsonschema.validate(value, json.loads((here / "rdf-DiagnosticResult.schema.json").read_text()))
    diagnostics(value["diagnostics"], nasty)


def rdjsonl(text, report, nasty, folder):
    lines = [json.loads(line) for line in text.splitlines()]
    for line in lines:
        jsonschema.validate(line, json.loads((here / "rdf-Diagnostic.schema.json").read_text()))
    diagnostics(lines, nasty)


def diagnostics(items, nasty):
    assert [i["severity"] for i in items].count("INFO") == 0 and len(items) == 4
    mine = next(i for i in items if i["location"]["path"] == f"error/{nasty}.go")
    assert mine["location"]["range"] == {"start": {"line": 7, "column": 3}, "end": {"line": 7, "column": 4}}
    assert mine["code"]["url"].endswith("/docs/rules/cgo-stub.md")


def gitlab(text, report, nasty, folder):
    assert not text.startswith("\ufeff")
    items = json.loads(text)
    assert len({i["fingerprint"] for i in items}) == len(items) == len(report["findings"]) + 1
    for item in items:
        assert isinstance(item["description"], str) and item["check_name"] and item["fingerprint"]
        assert item["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert item["location"]["path"] and item["location"]["lines"]["begin"] >= 1
    assert any(i["location"]["path"] == f"error/{nasty}.go" for i in items)


def checkstyle(text, report, nasty, folder):
    document = lxml.etree.fromstring(text.encode())
    lxml.etree.XMLSchema(lxml.etree.parse(here / "checkstyle.xsd")).assertValid(document)
    assert len(document.findall("file/error")) == len(report["findings"]) + 1
    if is_printable(nasty):
        assert f"error/{nasty}.go" in [f.get("name") for f in document.findall("file")]
    xml.etree.ElementTree.fromstring(text)


def junit(text, report, nasty, folder):
    (folder / "out.xml").write_text(text)
    suites = list(junitparser.JUnitXml.fromfile(str(folder / "out.xml")))
    assert [s.name for s in suites] == ["linux/amd64", "linux/arm64", "staticgo"]
    cases = [case for suite in suites for case in suite]
    assert len(cases) == len(report["mains"]) + 1
    for suite in suites:
        failures = sum(any(isinstance(r, junitparser.Failure) for r in case.result) for case in suite)
        assert suite.failures == failures and suite.tests == len(list(suite))
    assert any(not case.result and case.name == "cmd/tool" for case in cases), "passing mains are missing"
    failed = [case for case in cases if case.name == f"cmd/{nasty}" or case.classname == nasty]
    if is_printable(nasty):
        assert len(failed) == 1 and failed[0].result[0].message == f"cmd/{nasty} {nasty}"


def github(text, report, nasty, folder):
    """Parses as the runner does: actions/runner, ActionCommand.cs, TryParseV2."""
    found = []
    for line in text.splitlines():
        match = re.fullmatch(r"::(error|warning|notice) ?(.*?)::(.*)", line)
        assert match, line
        pairs = [pair.split("=", 1) for pair in match[2].split(",") if pair]
        codes = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}
        found.append((match[1], {k: decode(v, codes) for k, v in pairs}, decode(match[3], {"%0D": "\r", "%0A": "\n"})))
    assert len(text.split("\n")) == len(found) + 1 == 5
    assert all(not is_control(value) for _, p, message in found for value in [*p.values(), message])
    if is_printable(nasty):
        assert f"error/{nasty}.go" in [p.get("file") for _, p, _ in found]
        assert any(message.startswith(f"cmd/{nasty} {nasty}") for _, _, message in found)
        mine = next(p for _, p, _ in found if p.get("file") == f"error/{nasty}.go")
        assert (mine["line"], mine["col"], mine["endColumn"]) == ("7", "2", "3")


def decode(text, codes):
    for code, character in codes.items():
        text = text.replace(code, character)
    return text.replace("%25", "%")


def is_control(text):
    """Whether the text has control characters for a terminal; formats encode line ends, so these are allowed."""
    return any(unicodedata.category(c) == "Cc" for c in text if c not in "\n\r")


def teamcity(text, report, nasty, folder):
    """Parses as the documentation describes: one message a line, quoted values, `|` before special characters."""
    names = []
    for line in text.splitlines():
        match = re.fullmatch(r"##teamcity\[(\w+)((?: \w+='(?:\|0x[0-9A-F]{4}|\|[nr|'\[\]]|[^|'\n\[\]])*')*)\]", line)
        assert match and line.isascii(), line
        values = {}
        for key, value in re.findall(r" (\w+)='((?:\|0x....|\|.|[^|'])*)'", match[2]):
            units = re.sub(r"\|0x(....)", lambda m: chr(int(m[1], 16)), value)
            plain = re.sub(r"\|(.)", lambda m: {"n": "\n", "r": "\r"}.get(m[1], m[1]), units)
            values[key] = plain.encode("utf-16", "surrogatepass").decode("utf-16")
            assert len(values[key].encode("utf-16-le")) // 2 <= (4000 if key in ("message", "file", "description") else 255)
        names.append(match[1])
        if match[1] == "inspection":
            assert values["SEVERITY"] in ("ERROR", "WARNING", "INFO", "WEAK WARNING") and values["typeId"] in types
            if values["typeId"] == "cgo-stub" and is_printable(nasty) and len(nasty) < 1000 and "|" not in nasty:
                assert values["file"] == f"error/{nasty}.go", values
        if match[1] == "inspectionType":
            types = {*locals().get("types", set()), values["id"]}
    assert names.count("inspection") == len(report["findings"]) and names.count("buildProblem") == 1
    assert text.count("##teamcity[") == len(names)


def azure(text, report, nasty, folder):
    """Parses as the agent does: microsoft/azure-pipelines-agent, Command.cs and CommandStringConvertor.cs."""
    codes = {"%3B": ";", "%5D": "]", "%0D": "\r", "%0A": "\n"}

    def plain(value):
        for code, character in codes.items():
            value = value.replace(code, character)
        return value.replace("%AZP25", "%")

    found = []
    for line in text.splitlines():
        assert line.startswith("##vso[task.logissue ")
        head, message = line[len("##vso["):].split("]", 1)
        pairs = dict(p.split("=", 1) for p in head.split(" ", 1)[1].split(";") if p)
        found.append(({k: plain(v) for k, v in pairs.items()}, plain(message)))
    assert len(found) == 4 and {p["type"] for p, _ in found} == {"error", "warning"}
    assert all(not is_control(m) for _, m in found)
    if is_printable(nasty):
        mine = next(p for p, _ in found if p["code"] == "cgo-stub")
        assert mine["sourcepath"] == f"error/{nasty}.go" and mine["columnnumber"] == "2"


def markdown(text, report, nasty, folder):
    """Renders as CommonMark: no text from outside becomes a link, an image, HTML or a heading, nor ends a table cell."""
    assert len(text.encode()) < 1 << 20
    tokens = markdown_it.MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
    flat = tokens + [child for token in tokens for child in token.children or []]
    html = {line for t in flat if t.type in ("html_block", "html_inline") for line in t.content.strip().split("\n")}
    folded = r"</?details>(<summary>(chain of \d+ steps|\d+ notes?)</summary>)?"
    assert all(re.fullmatch(folded, line) for line in html), html
    assert not [t for t in flat if t.type in ("link_open", "image")]
    assert {t.info for t in tokens if t.type == "fence"} <= {"mermaid"}
    pictures = [t for t in tokens if t.type == "fence"]
    shown = [f for f in report["findings"] if f["severity"] != "note"]
    assert len(pictures) == len([f for f in shown if len(f["chain"]) > 3])
    assert len([t for t in tokens if t.type == "heading_open"]) == len(shown) + 1
    # A mention or a reference in plain text would reach somebody.
    plain = " ".join(t.content for t in flat if t.type == "text")
    assert not re.search(r"[@#<>\[\]|*_~]|https?:|www\.", plain), plain
    for picture in pictures:
        for line in picture.content.splitlines()[1:]:
            assert re.fullmatch(r'  p\d+(\["[^"\[\]`<>]*"\]| -->\|"[^"\[\]`<>|]*"\| p\d+)', line), line
    rows = [t for t in tokens if t.type == "tr_open"]
    assert len(rows) == len(report["mains"]) + 1
    cells = [t for t in tokens if t.type == "td_open"]
    assert len(cells) == 5 * len(report["mains"])


def jsonl(text, report, nasty, folder):
    lines = [json.loads(line) for line in text.split("\n") if line]
    kinds = [line["kind"] for line in lines]
    assert kinds[0] == "run" and kinds[-1] == "summary" and lines[0]["version"] == 1
    assert kinds.count("finding") == len(report["findings"]) and kinds.count("main") == len(report["mains"])
    assert any(line.get("file") == f"error/{nasty}.go" for line in lines)


def as_json(text, report, nasty, folder):
    assert {f["file"] for f in json.loads(text)["findings"]} == {f["file"] for f in report["findings"]}


def as_text(text, report, nasty, folder):
    assert not is_control(text)
    for line in text.splitlines():
        assert not re.match(r"\s*::", line) and not re.search(r"##(\[|vso\[|teamcity\[)", line), line
        assert not any(unicodedata.category(c) == "Cf" and c not in "\u200c\u200d" for c in line), line


def concise(text, report, nasty, folder):
    """Reads with the problem matcher that docs/ci offers."""
    matcher = json.loads((here.parents[1] / "docs/ci/problem-matcher.json").read_text())["problemMatcher"][0]["pattern"][0]
    found = [re.fullmatch(matcher["regexp"], line) for line in text.splitlines()]
    assert all(found) and not is_control(text)
    lines = [match[matcher["message"]] for match in found]
    counted = [f for f in report["findings"] if f["severity"] != "note"]
    assert len(lines) == len(counted), (lines, counted)
    if is_printable(nasty) and not re.search(r":\d+:\d+: |##|::", nasty):
        mine = next(match for match in found if match[matcher["code"]] == "cgo-stub")
        assert mine[matcher["file"]] == f"error/{nasty}.go" and (mine[2], mine[3]) == ("7", "3"), mine


CHECKS = {
    "text": as_text, "concise": concise, "github": github, "gitlab": gitlab, "sarif": sarif, "json": as_json, "jsonl": jsonl,
    "rdjson": rdjson, "rdjsonl": rdjsonl, "checkstyle": checkstyle, "junit": junit, "teamcity": teamcity,
    "azure": azure, "markdown": markdown,
}


def invalid_names(folder):
    """A file name that is not UTF-8: every format stays valid, and SARIF has the bytes."""
    directory = folder / "odd"
    (directory / "n").mkdir(parents=True)
    (directory / "go.mod").write_text("module example.com/odd\n\ngo 1.21\n")
    (directory / "main.go").write_text('package main\n\nimport _ "example.com/odd/n"\n\nfunc main() {}\n')
    with open(bytes(directory) + b"/n/\xff%41.go", "w") as file:
        file.write('package n\n\nimport "C"\n')
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"]):
        subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@y", *command], cwd=directory, check=True)
    for name in CHECKS:
        done = subprocess.run([program, "check", "--build", "none", "--format", name], cwd=directory, capture_output=True)
        assert done.returncode == 1, (name, done)
        done.stdout.decode("utf-8")
        if name == "sarif":
            uri = json.loads(done.stdout)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            assert uri == "n/%FF%2541.go", uri


def pairs(folder):
    """Mains and targets: a finding that reaches one main on each of two targets fails two cases of four."""
    directory = folder / "pairs"
    files = {"go.mod": "module example.com/pairs\n\ngo 1.21\n", "n/n.go": 'package n\n\nimport "C"\n'}
    for name, system in (("a", "linux"), ("b", "freebsd")):
        files[f"{name}/main.go"] = "package main\n\nfunc main() {}\n"
        files[f"{name}/{name}_{system}.go"] = 'package main\n\nimport _ "example.com/pairs/n"\n'
    for name, content in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(content)
    subprocess.run(["git", "init", "-q"], cwd=directory, check=True)
    targets = ["--target", "linux/amd64", "--target", "freebsd/amd64"]
    check = ["check", "--build", "none", *targets]
    run(*check, "--format", "json=out.json", cwd=directory, expect={1})
    for command in (check, ["merge", "out.json"]):
        run(*command, "--format", "junit=out.xml", "--format", "sarif=out.sarif", cwd=directory, expect={1})
        suites = list(junitparser.JUnitXml.fromfile(str(directory / "out.xml")))
        assert [(s.name, s.tests, s.failures) for s in suites] == [("linux/amd64", 2, 1), ("freebsd/amd64", 2, 1)]
        runs = json.loads((directory / "out.sarif").read_text())["runs"]
        said = [[r["message"]["text"].split()[0] for r in one["results"]] for one in runs]
        assert said == [["./a"], ["./b"]], said


def empty(folder, real):
    """Without findings each format is what its readers take for a clean result."""
    report = json.loads(json.dumps(real))
    report["findings"], report["mains"] = [], []
    (folder / "none.json").write_text(json.dumps(report))
    written = {name: run("merge", "none.json", "--format", name, cwd=folder, expect={0}) for name in CHECKS}
    assert json.loads(written["gitlab"]) == [] and written["github"] == written["azure"] == written["rdjsonl"] == ""
    assert len(json.loads(written["sarif"])["runs"]) == 2 and json.loads(written["rdjson"])["diagnostics"] == []
    assert len(lxml.etree.fromstring(written["checkstyle"].encode())) == 0
    (folder / "none.xml").write_text(written["junit"])
    assert len(list(list(junitparser.JUnitXml.fromfile(str(folder / "none.xml")))[0])) == 1


def too_much(folder, real):
    """Content beyond a limit is cut, and a format that fails does not stop the others."""
    report = json.loads(json.dumps(real))
    report["errors"] = [{"message": f"{n} " + "x" * 5000, "file": None} for n in range(500)]
    report["mains"] = [dict(report["mains"][0], dir=f"m{n}", reason="y" * 5000) for n in range(500)]
    (folder / "much.json").write_text(json.dumps(report))
    written = run("merge", "much.json", "--format", "sarif=none/x", "--format", "markdown", cwd=folder, expect={3})
    assert 0 < len(written.encode()) < 1 << 20 and "### error: cgo-import" in written
    problems = run("merge", "much.json", "--format", "teamcity", cwd=folder, expect={3})
    identities = re.findall(r"identity='([^']*)'", problems)
    assert len(set(identities)) == len(identities) == 500 and all(len(i) <= 60 for i in identities)
    for change in ({"targets": ["\x1b[31m"]}, {"part": {"index": 0, "count": 4}}):
        (folder / "odd.json").write_text(json.dumps({**real, **change}))
        run("merge", "odd.json", cwd=folder, expect={2})
    finding = dict(real["findings"][0], line=0)
    (folder / "odd.json").write_text(json.dumps({**real, "findings": [finding]}))
    run("merge", "odd.json", cwd=folder, expect={2})


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        real = real_report(folder)
        wrong = subprocess.run([program, "merge", "--format", "?", "x"], cwd=folder, capture_output=True, text=True)
        named = re.search(r"The formats are (.*)\.", wrong.stderr)
        assert named and set(named[1].split(", ")) == set(CHECKS), "a format has no reader here"
        assert real["base"] is not None and {f["severity"] for f in real["findings"]} == {"error", "note"}
        for nasty in NASTY:
            report = made_up(real, nasty)
            (folder / "in.json").write_text(json.dumps(report))
            formats = [part for name in CHECKS for part in ("--format", f"{name}=out.{name}")]
            run("merge", "in.json", *formats, cwd=folder, expect={3})
            for name, check in CHECKS.items():
                try:
                    check((folder / f"out.{name}").read_bytes().decode(), report, nasty, folder)
                except Exception:
                    print(f"{name}: {nasty!r}", file=sys.stderr)
                    raise
        empty(folder, real)
        pairs(folder)
        too_much(folder, real)
        invalid_names(folder)
    print(f"{len(CHECKS)} formats are correct for {len(NASTY)} hostile reports")


main()
