"""Takes one folder out of a wheel: unpack_wheel_folder.py DIRECTORY WHEEL FOLDER TARGET, and lists what is right below it.

DIRECTORY holds the wheel, WHEEL is the first part of its file name, FOLDER a path inside it. The list goes to TARGET/contents.txt.
"""

import sys
import zipfile
from pathlib import Path, PurePosixPath


def main() -> None:
    directory, wheel, folder, target = sys.argv[1:]
    (path,) = Path(directory).glob(f"{wheel}-*.whl")
    below = set()
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            name = PurePosixPath(member.filename)
            if member.is_dir() or not name.is_relative_to(folder):
                continue
            relative = name.relative_to(folder)
            # The wheel's hash is pinned, and still: no name leads out of the target.
            if ".." in relative.parts:
                raise SystemExit(f"{path.name} has a file {name}")
            file = Path(target, *relative.parts)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(archive.read(member))
            below.add(relative.parts[0])
    Path(target, "contents.txt").write_text("".join(f"{name}\n" for name in sorted(below)))


main()
