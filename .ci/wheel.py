"""Makes dist/staticgo-VERSION-….whl: wheel.py VERSION ARCHITECTURE

The wheel holds one program and no Python code (packaging.python.org, binary distribution format): pip puts it on PATH.
The program needs no C library, so it runs on every Linux of its architecture, with glibc or musl.
"""

import base64
import hashlib
import os
import sys
import time
import zipfile

version, architecture = sys.argv[1:]
machine = {"amd64": "x86_64", "arm64": "aarch64"}[architecture]
tags = [f"manylinux_2_17_{machine}", f"manylinux2014_{machine}", f"musllinux_1_1_{machine}"]
information = f"staticgo-{version}.dist-info"

METADATA = f"""\
Metadata-Version: 2.4
Name: staticgo
Version: {version}
Summary: Keeps Go programs fully statically linkable
License-Expression: MIT
License-File: LICENSE
License-File: NOTICE
Project-URL: Homepage, https://github.com/staticgo/staticgo
Requires-Python: >=3.7
Description-Content-Type: text/markdown

"""
WHEEL = "Wheel-Version: 1.0\nGenerator: staticgo\nRoot-Is-Purelib: false\n" + "".join(f"Tag: py3-none-{t}\n" for t in tags)


def content(path):
    with open(path, "rb") as file:
        return file.read()


files = [
    (f"staticgo-{version}.data/scripts/staticgo", content("dist/staticgo"), 0o755),
    (f"{information}/METADATA", METADATA.encode() + content("README.md"), 0o644),
    (f"{information}/WHEEL", WHEEL.encode(), 0o644),
    (f"{information}/licenses/LICENSE", content("LICENSE"), 0o644),
    (f"{information}/licenses/NOTICE", content("NOTICE"), 0o644),
]
# Installed beside the program in an environment: man and the shells find these files if its share/ is on their paths.
shares = [(f"man/man1/{name}", f"dist/man/{name}") for name in sorted(os.listdir("dist/man"))] + [
    ("bash-completion/completions/staticgo", "dist/completions/staticgo.bash"),
    ("zsh/site-functions/_staticgo", "dist/completions/_staticgo"),
    ("fish/vendor_completions.d/staticgo.fish", "dist/completions/staticgo.fish"),
]
files += [(f"staticgo-{version}.data/data/share/{place}", content(path), 0o644) for place, path in shares]
record = ""
for name, data, _ in files:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    record += f"{name},sha256={digest},{len(data)}\n"
files.append((f"{information}/RECORD", f"{record}{information}/RECORD,,\n".encode(), 0o644))

moment = time.gmtime(max(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), 315532800))[:6]
place = f"dist/staticgo-{version}-py3-none-{'.'.join(tags)}.whl"
with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
    for name, data, mode in files:
        entry = zipfile.ZipInfo(name, moment)
        entry.external_attr = (0o100000 | mode) << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, data)
print(place)
