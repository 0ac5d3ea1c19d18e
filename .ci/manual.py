"""Completes the manual pages of the argument parser: manual.py DIRECTORY

Renames staticgo.check.1 to staticgo-check.1, as `man staticgo check` looks for it, and gives the parts of a page that have
a heading (Examples, Environment, Files, Exit codes) sections of their own.
"""

import pathlib
import re
import sys

SECTIONS = {"Exit codes:": "EXIT STATUS", "Environment:": "ENVIRONMENT", "Files:": "FILES", "Examples:": "EXAMPLES"}
COMMON = """.Sh "EXIT STATUS"
0 without findings, 1 with findings, 2 after wrong usage or a wrong configuration, 3 if something could not be judged, 130 after
an interruption.
"""
ORDER = ["EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES"]


def literal(name, lines):
    # mdoc takes a line that begins with a dot or a quote for a request.
    plain = [line.replace("\\", "\\e") for line in lines]
    safe = ["\\&" + line if line[:1] in (".", "'") else line for line in plain]
    return f'.Sh "{name}"\n.Bd -literal\n' + "\n".join(safe) + "\n.Ed\n"


def complete(text):
    lines, kept, found, open_section = text.split("\n"), [], {}, None
    for line in lines:
        if line in SECTIONS:
            open_section = found.setdefault(SECTIONS[line], [])
        elif open_section is not None and line.startswith("  "):
            open_section.append(line[2:])
        elif line == "":
            continue  # mdoc warns of empty lines.
        else:
            open_section = None
            kept.append(line)
    text = "\n".join(kept)
    text = re.sub(r"(?m)^\.Dt (\S+) 1$", lambda match: f".Dt {match[1].replace('.', '-')} 1", text)
    text = re.sub(r"(?m)^\.Xr (\S+) 1", lambda match: f".Xr {match[1].replace('.', '-')} 1", text)
    sections = {name: literal(name, found[name]) for name in found}
    sections.setdefault("EXIT STATUS", COMMON)
    added = "".join(sections[name] for name in ORDER if name in sections)
    text, count = re.subn(r'(?m)^\.Sh "?EXIT STATUS"?\n\.Ex -std(?:\n|$)', lambda _: added, text)
    assert count == 1, "the page has no section for the exit status"
    return text


for page in pathlib.Path(sys.argv[1]).glob("*.1"):
    text = complete(page.read_text())
    page.unlink()
    stem = page.name[: -len(".1")]
    (page.parent / (stem.replace(".", "-") + ".1")).write_text(text)
