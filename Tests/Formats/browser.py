"""Renders the Markdown summary of `staticgo ci` in a real browser (chromium) and looks at what a reader would see.

Usage: browser.py STATICGO [SCREENSHOT]. Skips with a message where chromium is not installed.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import markdown_it

# Names that would change the page if they were not escaped.
NASTY = "a*b_c_d <img src=x onerror=alert(1)> | `x` [l](https://e.org) @me #1"
MODULES = {
    "go.mod": "module example.com/app\n\ngo 1.21\n",
    "cmd/ok/main.go": 'package main\n\nimport "net"\n\nfunc main() { net.Dial("a", "b") }\n',
    "cmd/long/main.go": 'package main\n\nimport _ "example.com/app/a"\n\nfunc main() {}\n',
    "cmd/short/main.go": 'package main\n\nimport _ "example.com/app/e"\n\nfunc main() {}\n',
    "cmd/allowed/main.go": 'package main\n\nimport _ "example.com/app/allowed"\n\nfunc main() {}\n',
    "cmd/stub/main.go": 'package main\n\nimport "plugin"\n\nfunc main() { plugin.Open("x") }\n',
    **{f"{x}/{x}.go": f'package {x}\n\nimport _ "example.com/app/{y}"\n' for x, y in zip("abcd", "bcde")},
    "e/e.go": 'package e\n\nimport "C"\n',
    "allowed/allowed.go": 'package allowed\n\nimport "C" //staticgo:allow cgo-import -- ' + NASTY + "\n",
}
LOOK = """
const text = e => e.innerText.trim();
const look = {
  rows: [...document.querySelectorAll("tr")].map(r => [...r.children].map(text)),
  headings: [...document.querySelectorAll("h2, h3")].map(text),
  links: [...document.querySelectorAll("a")].map(a => a.href),
  tags: [...new Set([...document.querySelectorAll("article *")].map(e => e.tagName))],
  open: document.querySelectorAll("details[open]").length,
  folded: [...document.querySelectorAll("summary")].map(text),
  steps: [...document.querySelectorAll("ol")].map(o => o.children.length),
  overflow: document.documentElement.scrollWidth - window.innerWidth,
};
document.body.innerHTML = "";
document.title = JSON.stringify(look);
"""
# GitHub's own rules for width (github-markdown-css): a table scrolls, code spans and words break.
STYLE = """
body { margin: 0 } article { margin: 0 auto; max-width: 980px; padding: 16px; font: 16px/1.5 sans-serif; word-wrap: break-word }
table { display: block; max-width: 100%; overflow: auto; border-collapse: collapse } td, th { border: 1px solid; padding: 6px 13px }
pre { overflow: auto } code { background: #eee }
"""


def run(*arguments, cwd, env=None, expect=0):
    done = subprocess.run(arguments, cwd=cwd, env=env, capture_output=True, text=True)
    assert expect is None or done.returncode == expect, (arguments, done.returncode, done.stdout, done.stderr)
    return done.stdout


def summary(program, folder):
    """Returns the summary that `staticgo ci` writes for a pull request, and the report of the same run."""
    repository = folder / "repository"
    for name, content in MODULES.items():
        path = repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    known = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main"]
    run("git", *known, "init", "-q", cwd=repository)
    run("git", *known, "add", "go.mod", "e", "cmd/short", cwd=repository)
    run("git", *known, "commit", "-q", "-m", "base", cwd=repository)
    base = run("git", "rev-parse", "HEAD", cwd=repository).strip()
    (repository / "cmd/short/main.go").write_text(MODULES["cmd/short/main.go"] + "\nvar changed int\n")
    run("git", *known, "add", "-A", cwd=repository)
    run("git", *known, "commit", "-q", "-m", "change", cwd=repository)
    head = run("git", "rev-parse", "HEAD", cwd=repository).strip()
    event = folder / "event.json"
    event.write_text(json.dumps({"before": base, "repository": {"default_branch": "main"}}))
    env = {
        **os.environ, "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_EVENT_PATH": str(event),
        "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "example/app", "GITHUB_SHA": head,
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
    }
    run(program, "ci", "--build", "none", cwd=repository, env=env, expect=1)
    report = run(program, "check", "--from", base, "--build", "none", "--format", "json", cwd=repository, expect=1)
    return (folder / "summary.md").read_text(), json.loads(report), head


def rendered(text, folder):
    body = markdown_it.MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    page = folder / "page.html"
    page.write_text(f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style><article>{body}</article>')
    return page


def browse(page, width, *options):
    return run(
        "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=3000",
        "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={page.parent}/profile", f"--window-size={width},1600",
        *options, page.as_uri(), cwd=page.parent)


def look(page, width):
    looking = page.with_name("looking.html")
    looking.write_text(page.read_text() + f"<script>{LOOK}</script>")
    dom = browse(looking, width, "--dump-dom")
    title = dom[dom.index("<title>") + 7 : dom.index("</title>")]
    return json.loads(title.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def check(program, folder, screenshot):
    text, report, head = summary(program, folder)
    page = rendered(text, folder)
    if screenshot:
        browse(page, 1200, f"--screenshot={screenshot}")
    for width in (600, 1200):
        seen = look(page, width)
        rows = seen["rows"]
        assert rows[0] == ["verdict", "main", "target", "findings", "reason"], rows[0]
        mains = {main["dir"]: main for main in report["mains"]}
        assert len(rows) == len(mains) + 1
        assert [row[0] for row in rows[1:]] == sorted((row[0] for row in rows[1:]), key=ORDER.index), rows
        for row in rows[1:]:
            assert row[0] == mains[row[1]]["verdict"] and row[2] == mains[row[1]]["target"], row
        allowed = next(row for row in rows if row[1] == "cmd/allowed")
        assert NASTY in allowed[4].replace("\n", " "), (NASTY, allowed)
        states = {row[1]: row[3] for row in rows[1:]}
        assert states["cmd/short"] == "1 known" and states["cmd/allowed"] == "1 allowed", states
        assert "1 new" in states["cmd/stub"], states
        assert not {"IMG", "SCRIPT", "IFRAME", "STYLE"} & set(seen["tags"]), seen["tags"]
        prefix = f"https://github.com/example/app/blob/{head}/"
        assert seen["links"] and all(link.startswith(prefix) for link in seen["links"]), seen["links"]
        assert f"{prefix}cmd/long/main.go#L3" in seen["links"], seen["links"]
        assert seen["open"] == 0 and seen["folded"] == ["chain of 6 steps"], seen
        assert seen["steps"] and max(seen["steps"]) <= 4, seen["steps"]
        assert seen["overflow"] <= 0, seen["overflow"]


ORDER = ["blocked", "broken", "unknown", "dynamic", "degraded", "static-without-cgo", "static", "exempt"]


if __name__ == "__main__":
    if not shutil.which("chromium"):
        sys.exit(print("no chromium: the summary was not rendered"))
    with tempfile.TemporaryDirectory() as place:
        check(str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(place), sys.argv[2] if len(sys.argv) > 2 else None)
    print("the Markdown summary is right in a browser, at two widths")
