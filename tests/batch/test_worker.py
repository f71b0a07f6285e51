"""pifu worker: paths in, lines out, one document after another."""
import json
import os
import select
import signal
import subprocess
import time

from inputs import (NO_FORM, PIFU, SOURCE, Case, children, form, long_form, main, need_jsonschema, wait_until, zip_bytes)

jsonschema = need_jsonschema()


def split(text):
    """The lines as (closing, records) for each document."""
    documents, records = [], []
    for line in text.decode().splitlines():
        item = json.loads(line)
        if next(iter(item)) == "document":
            documents.append((item, records))
            records = []
        else:
            records.append(item)
    assert not records
    return documents


class Worker(Case):
    def worker(self, paths, *args, code=0):
        return split(self.expect(code, "worker", *args, stdin="\n".join(paths).encode()).stdout)

    def test_protocol(self):
        self.write("a.txt", form(1))
        self.write("b.txt", NO_FORM)
        self.write("c.docx", b"PK\3\4 no Word file")
        self.write("d.zip", zip_bytes([("x.txt", form(2))]))
        documents = self.worker(["a.txt", "b.txt", "gone.txt", "c.docx", ".", "d.zip", "a.txt"])
        self.assertEqual([closing["document"] for closing, _ in documents],
                         ["a.txt", "b.txt", "gone.txt", "c.docx", ".", "d.zip!x.txt", "a.txt"])
        self.assertEqual([len(records) for _, records in documents], [5, 0, 0, 0, 0, 5, 5])
        self.assertEqual([closing["status"] == "ok" for closing, _ in documents],
                         [True, True, False, False, False, True, True])
        extracted = self.expect(0, "extract", "a.txt").stdout.decode().splitlines()
        self.assertEqual(documents[0][1], [json.loads(line) for line in extracted])
        closing = documents[0][0]
        self.assertEqual((closing["records"], closing["format"], closing["receipt"]["balanced"]), (5, "text", True))
        self.assertEqual(closing["forms"][0]["fields"]["department"], "青禾县第1园林所")
        self.assertEqual(documents[1][0]["findings"][0]["code"], "no-form")
        self.assertEqual(documents[4][0]["status"], "open")

    def test_schema(self):
        schema = json.loads(self.expect(0, "schema", "closing").stdout)
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        golden = os.path.join(SOURCE, "tests", "golden")
        paths = [os.path.join(golden, case, name) for case in sorted(os.listdir(golden))
                 if os.path.isdir(os.path.join(golden, case))
                 for name in sorted(os.listdir(os.path.join(golden, case))) if name.startswith("input.")]
        documents = self.worker([*paths, "gone", "."], "-j2", "--timing")
        self.assertEqual(len(documents), len(paths) + 2)
        self.assertEqual([closing["document"] for closing, _ in documents], [*paths, "gone", "."])
        for closing, records in documents:
            validator.validate(closing)
            self.assertEqual(closing["records"], len(records))
            self.assertEqual(closing["records"], sum(item["records"] for item in closing["forms"]))

    def test_same_lines_for_any_jobs(self):
        paths = [self.write(f"{i}.txt", long_form(i * 7 % 40, i)) for i in range(30)]
        once = self.expect(0, "worker", stdin="\n".join(paths).encode()).stdout
        self.assertEqual(self.expect(0, "worker", "-j3", stdin="\n".join(paths).encode()).stdout, once)

    def test_answers_at_once(self):
        """Whoever writes a path may wait for its closing line before the next."""
        paths = [self.write(f"{i}.txt", form(i)) for i in range(5)]
        run = subprocess.Popen([PIFU, "worker"], cwd=self.folder.name, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for path in paths:
            run.stdin.write(path.encode() + b"\n")
            run.stdin.flush()
            got = b""
            while not got.endswith(b"\n") or b'{"document":' not in got:
                self.assertTrue(select.select([run.stdout], [], [], 60)[0])
                got += os.read(run.stdout.fileno(), 1 << 16)
            self.assertEqual(split(got)[0][0]["document"], path)
        run.stdin.close()
        self.assertEqual(run.stdout.read(), b"")
        self.assertEqual(run.wait(30), 0)
        run.stdout.close()

    def test_shards(self):
        paths = [self.write(f"{i}.txt", form(i)) for i in range(7)]
        shares = [[closing["document"] for closing, _ in self.worker(paths, "--shard", f"{k}/3")] for k in (1, 2, 3)]
        self.assertEqual(shares, [paths[0::3], paths[1::3], paths[2::3]])

    def test_paths_with_line_ends(self):
        self.write("odd\nname.txt", form(1))
        done = self.expect(0, "worker", "-0", stdin=b"odd\nname.txt\0")
        self.assertEqual(split(done.stdout)[0][0]["document"], "odd\nname.txt")

    def test_names_that_are_no_utf8(self):
        with open(os.path.join(os.fsencode(self.folder.name), b"\xb8\xf1.txt"), "wb") as file:
            file.write(form(1).encode())
        (closing, records), = split(self.expect(0, "worker", stdin=b"\xb8\xf1.txt\n").stdout)
        self.assertEqual((closing["document"], len(records)), ("\ufffd\ufffd.txt", 5))
        self.assertEqual(records[0]["file"], closing["document"])

    def test_survives_what_kills_a_process(self):
        """A document that takes too long, and a process that is shot, cost one document each."""
        pipe = self.hang()
        paths = [self.write(f"{i}.txt", form(i)) for i in range(4)]
        documents = self.worker([paths[0], pipe, paths[1]], "--timeout", "1")
        self.assertEqual([closing["status"] for closing, _ in documents], ["ok", "time", "ok"])
        run = subprocess.Popen([PIFU, "worker"], cwd=self.folder.name, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        run.stdin.write(b"pipe\n")
        run.stdin.flush()
        child, = wait_until(lambda: children(run.pid))
        time.sleep(0.3)
        os.kill(child, signal.SIGKILL)
        out, _ = run.communicate("\n".join(paths).encode(), timeout=100)
        self.assertEqual(run.returncode, 0)
        documents = split(out)
        self.assertEqual([closing["status"] for closing, _ in documents], ["crash", "ok", "ok", "ok", "ok"])

    def test_nobody_reads_any_more(self):
        paths = [self.write(f"{i}.txt", long_form(500, i)) for i in range(10)]
        self.write("list", "\n".join(paths * 20))
        with open(self.path("list"), "rb") as list_file:
            run = subprocess.Popen([PIFU, "worker"], cwd=self.folder.name, stdin=list_file,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            run.stdout.read(10)
            run.stdout.close()
            self.assertEqual(run.wait(60), 5)
            self.assertEqual(run.stderr.read(), b"")
            run.stderr.close()


if __name__ == "__main__":
    main()
