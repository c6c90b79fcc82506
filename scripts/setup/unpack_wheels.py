"""Takes single files out of the wheels in a directory: unpack_wheels.py DIRECTORY, the list as JSON on standard input."""

import json
import sys
import zipfile
from pathlib import Path


def main() -> None:
    directory = Path(sys.argv[1])
    for wanted in json.load(sys.stdin):
        (wheel,) = directory.glob(f"{wanted['wheel']}-*.whl")
        with zipfile.ZipFile(wheel) as archive:
            (directory / wanted["file"]).write_bytes(archive.read(wanted["member"]))


main()
