"""What the tests of the batch share: a form for every name, archives of all kinds, runs."""
import ctypes
import ctypes.util
import io
import json
import os
import signal
import struct
import sys
import tarfile
import time
import zipfile
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import program  # noqa: E402
from program import CLEAN, NO_FORM, PIFU, SANITIZED, SOURCE, main, need_jsonschema  # noqa: E402,F401

import subprocess  # noqa: E402


def form(number):
    """A form of its own for each number: other bytes, the same five indicators."""
    return CLEAN.replace("青禾县园林局", f"青禾县第{number}园林所").replace("≥12个", f"≥{number + 1}个")


def long_form(rows, number=0):
    """A form of many rows."""
    lines = form(number).rstrip("\n").split("\n")
    return "\n".join(lines[:9] + [f"\t\t\t补植绿地{i}号面积\t≥{i}平方米" for i in range(rows)] + lines[9:]) + "\n"


def zip_bytes(members, stored=False):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = archive.compression
            archive.writestr(info, data if isinstance(data, bytes) else data.encode())
    return out.getvalue()


def gbk_zip_bytes(members):
    """A zip as Chinese Windows writes it: names in GBK, and nothing says so."""
    local, central = b"", b""
    for name, data in members:
        raw, body = name.encode("gbk"), data.encode()
        head = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 33, zlib.crc32(body), len(body), len(body), len(raw), 0)
        at = len(local)
        local += b"PK\3\4" + head + raw + body
        central += b"PK\1\2" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, at) + raw
    end = struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(central), len(local), 0)
    return local + central + b"PK\5\6" + end


def tar_bytes(members, mode="w:gz"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, data in members:
            data = data if isinstance(data, bytes) else data.encode()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


class Libarchive:
    """Writes what Python cannot: 7z, and zips with a password."""

    def __init__(self):
        self.lib = ctypes.CDLL("libarchive.so.13")
        for name in ("archive_write_new", "archive_entry_new", "archive_error_string"):
            getattr(self.lib, name).restype = ctypes.c_void_p
        self.lib.archive_write_data.restype = ctypes.c_ssize_t

    def call(self, name, *args):
        code = getattr(self.lib, name)(*args)
        if code is not None and code < -20:
            raise OSError(f"{name}: {code}")
        return code

    def write(self, path, kind, members, password=None):
        archive = ctypes.c_void_p(self.lib.archive_write_new())
        self.call(f"archive_write_set_format_{kind}", archive)
        if password:
            self.call("archive_write_set_options", archive, b"zip:encryption=aes256")
            self.call("archive_write_set_passphrase", archive, password)
        self.call("archive_write_open_filename", archive, os.fsencode(path))
        for name, data in members:
            data = data if isinstance(data, bytes) else data.encode()
            entry = ctypes.c_void_p(self.lib.archive_entry_new())
            self.lib.archive_entry_set_pathname_utf8(entry, name.encode())
            self.lib.archive_entry_set_size(entry, ctypes.c_int64(len(data)))
            self.lib.archive_entry_set_filetype(entry, 0o100000)
            self.lib.archive_entry_set_perm(entry, 0o644)
            self.call("archive_write_header", archive, entry)
            self.lib.archive_write_data(archive, data, ctypes.c_size_t(len(data)))
            self.lib.archive_entry_free(entry)
        self.call("archive_write_close", archive)
        self.call("archive_write_free", archive)


def broken_docx():
    return zip_bytes([("[Content_Types].xml", "<Types"), ("word/document.xml", "<w:docum")])


class Case(program.Case):
    def batch(self, code, *args, **options):
        return self.expect(code, "batch", *args, **options)

    def write(self, name, data):
        os.makedirs(os.path.dirname(self.path(name)) or ".", exist_ok=True)
        return super().write(name, data)

    def folder_of(self, count, where="in"):
        for i in range(count):
            self.write(f"{where}/{i:04}.txt", form(i))
        return where

    def ledger(self, out):
        lines = [json.loads(line) for line in self.read(out + ".ledger").decode().splitlines()]
        self.assertEqual(lines[0]["ledger"], 1)
        self.assertIs(lines[-1]["end"], True)
        return {line["document"]: line for line in lines[1:-1]}

    def records(self, out):
        return [json.loads(line) for line in self.read(out).decode().splitlines()]

    def files(self, out):
        """The file of each record, in order, without repeats."""
        return list(dict.fromkeys(record["file"] for record in self.records(out)))

    def hang(self, name="pipe"):
        """An input that takes for ever: a pipe into which nobody writes."""
        os.mkfifo(self.path(name))
        return name

    def start(self, *args, **options):
        return subprocess.Popen([PIFU, *args], cwd=self.folder.name, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, **options)


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(child) for child in file.read().split()]
    except OSError:
        return []


def is_gone(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def wait_until(what, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        time.sleep(0.002)
    raise AssertionError("it did not happen in time")
