"""The program on Word files that mean harm: its exit code, its time, its memory."""
import os
import struct
import subprocess
import sys
import time
import unittest
import zlib

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fixtures")
sys.path.insert(0, FIXTURES)
sys.path.insert(0, os.path.join(FIXTURES, "..", "cli"))

from make_docx import NAMESPACES, content_types, make_docx, relationships, set_encrypted, zip_parts
from make_docx_form import write_form
from program import PIFU, SANITIZED, Case

RELS = relationships([("officeDocument", "word/document.xml")])


def bomb(megabytes):
    """A document part of blanks, packed 1000:1; written by hand, nothing large is held."""
    head = f"<w:document {NAMESPACES}><w:body><w:p>".encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = b" " * 1000000
    crc, size, pieces = 0, 0, []
    for piece in [head] + [block] * megabytes:
        crc, size = zlib.crc32(piece, crc), size + len(piece)
        pieces.append(packer.compress(piece))
    data = b"".join(pieces) + packer.flush()
    small = zip_parts({"[Content_Types].xml": content_types("word/document.xml", "docx").encode(),
                       "_rels/.rels": RELS.encode(), "word/document.xml": b"x"}, stored=True)
    # put the packed bytes in place of the one byte, and tell both headers so
    name = b"word/document.xml"
    local = small.rindex(b"PK\3\4", 0, small.index(b"PK\1\2"))
    begin = local + 30 + len(name)
    sizes = struct.pack("<III", crc, len(data), size & 0xFFFFFFFF)
    out = bytearray(small[:begin] + data + small[begin + 1:])
    out[local + 8:local + 10] = struct.pack("<H", 8)
    out[local + 14:local + 26] = sizes
    entry = out.rindex(b"PK\1\2")
    out[entry + 10:entry + 12] = struct.pack("<H", 8)
    out[entry + 16:entry + 28] = sizes
    end = out.rindex(b"PK\5\6")
    offset = struct.unpack_from("<I", out, end + 16)[0]
    struct.pack_into("<I", out, end + 16, offset + len(data) - 1)
    return bytes(out)


class Hostile(Case):
    def measure(self, *args):
        """Exit code, standard error, seconds and peak megabytes of one run."""
        begin = time.monotonic()
        process = subprocess.Popen([PIFU, *args], cwd=self.folder.name, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE)
        err = process.stderr.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stderr.close()
        return process.returncode, err, time.monotonic() - begin, usage.ru_maxrss / 1024

    def test_zip_bomb(self):
        self.write("bomb.docx", bomb(1500))
        code, err, seconds, megabytes = self.measure("dump", "--stage", "grid", "bomb.docx")
        self.assertEqual(code, 4, err)
        if not SANITIZED:
            self.assertLess(seconds, 0.2 + self.start())
            self.assertLess(megabytes, 64)

    def start(self):
        """Seconds of a run that reads nothing, grammars included."""
        self.write("empty.txt", "\n")
        return self.measure("dump", "--stage", "grid", "empty.txt")[2]

    def test_encrypted(self):
        data = make_docx("== body\n{p x}\n")
        self.write("locked.docx", set_encrypted(data))
        code, err, _, _ = self.measure("dump", "--stage", "grid", "locked.docx")
        self.assertEqual(code, 3)
        self.assertIn("encrypted", err)

    def test_cut_off(self):
        data = make_docx("== options\nstored=1\n== body\n" + "{p 一段文字}\n" * 50)
        self.write("cut.docx", data[:len(data) // 2])
        code, err, _, _ = self.measure("dump", "--stage", "grid", "cut.docx")
        self.assertEqual(code, 3)
        self.assertIn("cut off", err)

    def test_memory_of_a_long_form(self):
        """Memory grows with the table: the document part is ten times as large."""
        if SANITIZED:
            self.skipTest("memory means nothing under sanitizers")
        write_form(6000, self.path("long.docx"))
        code, err, _, megabytes = self.measure("dump", "--stage", "grid", "long.docx")
        self.assertEqual(code, 0, err)
        self.assertLess(megabytes, 64)


if __name__ == "__main__":
    unittest.main()
