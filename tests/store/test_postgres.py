"""The tables and the stream for PostgreSQL, taken by a real server on loopback.

The server is started in a temporary folder on a port of its own. It refuses to run as
root, so root runs it as `postgres`, or whoever PIFU_POSTGRES_USER names."""
import contextlib
import glob
import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from common import CLEAN, MISSING, NO_FORM, StoreCase, made_form, main

TABLES = ["runs", "documents", "forms", "functions", "indicators", "cells", "repairs", "findings"]
TIMES = {"begun", "ended", "read_at"}
BOOLEANS = {("indicators", "doubtful"), ("records", "doubtful"), ("documents", "balanced")}
DOCUMENTS = {"accounts", "fields", "goals", "parts", "raw", "alternatives", ("repairs", "cells")}  # JSON
HOSTILE = ["a\\b", "\\N", "\\.", "x'); DROP TABLE documents; --", 'a"b', "甲\u3000乙", "$1 %s", "\\tend"]


def server_programs():
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda p: int(p.split("/")[4]))
    return next((f for f in reversed(folders) if os.path.exists(f + "/initdb")), None)


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server in a folder of its own, listening on loopback only."""

    def __init__(self, programs):
        self.programs = programs
        self.folder = tempfile.mkdtemp(prefix="pifu-postgres-")
        self.user = None
        if os.geteuid() == 0:
            self.user = os.environ.get("PIFU_POSTGRES_USER", "postgres")
            account = pwd.getpwnam(self.user)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self.data, self.port = self.folder + "/data", free_port()
        try:
            self.start()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def command(self, program, *args):
        words = [f"{self.programs}/{program}", *args]
        return ["runuser", "-u", self.user, "--", *words] if self.user else words

    def start(self):
        subprocess.run(self.command("initdb", "-D", self.data, "-U", "pifu", "-A", "trust", "-E", "UTF8",
                                    "--locale=C", "--no-sync"),
                       check=True, capture_output=True, cwd="/")
        self.process = subprocess.Popen(
            self.command("postgres", "-D", self.data, "-p", str(self.port), "-h", "127.0.0.1",
                         "-c", f"unix_socket_directories={self.folder}", "-c", "fsync=off"),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
        for _ in range(300):
            ready = subprocess.run([f"{self.programs}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)],
                                   check=False)
            if ready.returncode == 0:
                return
            if self.process.poll() is not None:
                raise RuntimeError("the server ended at once")
            time.sleep(0.1)
        self.stop()
        raise RuntimeError("the server does not answer")

    def stop(self):
        subprocess.run(self.command("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop"),
                       check=False, capture_output=True, cwd="/")
        self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)


class Postgres(StoreCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(server_programs())
        cls.addClassCleanup(cls.server.stop)
        cls.count = 0

    def setUp(self):
        super().setUp()
        type(self).count += 1
        self.database = f"test{self.count}"
        self.psql("postgres", f"CREATE DATABASE {self.database}")

    def psql(self, database, sql, code=0, options=()):
        done = subprocess.run(
            [f"{self.server.programs}/psql", "-X", "-q", "-h", "127.0.0.1", "-p", str(self.server.port),
             "-U", "pifu", "-v", "ON_ERROR_STOP=1", "-A", "-t", *options, database],
            input=sql if isinstance(sql, bytes) else sql.encode(), capture_output=True, check=False)
        self.assertEqual(done.returncode, code, done.stderr.decode("utf-8", "replace")[:2000])
        return done.stdout.decode("utf-8")

    def rows(self, sql):
        """Rows as JSON, so that types are told apart."""
        text = self.psql(self.database, f"SELECT coalesce(json_agg(row_to_json(x)), '[]') FROM ({sql}) x")
        return json.loads(text)

    def make_store(self):
        self.write("missing.txt", MISSING)
        self.write("no.txt", NO_FORM)
        self.write("copy.txt", MISSING)
        self.write("weights.txt", CLEAN.replace("指标值", "指标值\t权重").replace("≥12个", "≥12个\t10")
                   .replace("≥95%", "≥95%\t12.5"))
        self.run_pifu("extract", "-o", "a.sqlite", *self.samples(), "missing.txt", "copy.txt", "no.txt",
                      "weights.txt", "nosuch.txt")
        return "a.sqlite"

    def fill(self, store):
        self.psql(self.database, self.expect(0, "sql", "--schema", "postgres").stdout)
        self.psql(self.database, self.expect(0, "export", store, "-f", "postgres").stdout)

    def as_json(self, table, column, value):
        """A value of SQLite as row_to_json shows that of PostgreSQL."""
        if value is None:
            return None
        if (table, column) in BOOLEANS:
            return bool(value)
        if (table, column) in DOCUMENTS or column in DOCUMENTS:
            return json.loads(value)
        return str(value) if column in ("weight", "actual", "score") else value

    def compare(self, store):
        """Every table and the view, value by value."""
        for table in [*TABLES, "records"]:
            order = {"cells": "indicator_id, place", "records": "key"}.get(table, "id")
            columns = [row[1] for row in self.query(store, f"PRAGMA table_info({table})")]
            ours = self.query(store, f"SELECT * FROM {table} ORDER BY {order}")
            theirs = self.rows(f"SELECT * FROM {table} ORDER BY {order}")
            self.assertEqual(len(ours), len(theirs), table)
            for mine, other in zip(ours, theirs):
                self.assertEqual(columns, list(other), table)
                for column, value in zip(columns, mine):
                    if value is not None and column in TIMES:
                        other[column] = other[column][:19] + "Z"
                    self.assertEqual(self.as_json(table, column, value), other[column], f"{table}.{column}")

    def test_whole_store(self):
        store = self.make_store()
        self.fill(store)
        self.compare(store)
        (count,) = self.rows("SELECT count(*) AS n FROM records")
        self.assertGreater(count["n"], 200)
        self.assertEqual(self.rows("SELECT path FROM documents WHERE duplicate_of IS NOT NULL"),
                         [{"path": "copy.txt"}])
        self.assertEqual(self.rows("SELECT DISTINCT weight FROM records WHERE weight IS NOT NULL ORDER BY 1"),
                         [{"weight": "10"}, {"weight": "12.5"}])

    def test_one_table(self):
        store = self.make_store()
        self.psql(self.database, self.expect(0, "sql", "--schema", "postgres").stdout)
        for table in TABLES:
            stream = self.expect(0, "export", store, "-f", "postgres", "--table", table).stdout
            self.psql(self.database, stream, options=("-c", f"COPY {table} FROM STDIN"))
        self.compare(store)

    def test_hostile_text(self):
        answer = self.answers([self.write("a.txt", made_form(1, rows=len(HOSTILE)))]).decode().splitlines()
        records = [json.loads(line) for line in answer[:-1]]
        for record, text in zip(records, HOSTILE, strict=True):
            record.update(name=text, note=text + "\tand\nmore\r\n", target=text[::-1])
        lines = [json.dumps(r, ensure_ascii=False) for r in records] + answer[-1:]
        self.expect(0, "load", "a.sqlite", stdin=("\n".join(lines) + "\n").encode())
        self.fill("a.sqlite")
        self.compare("a.sqlite")
        self.assertEqual(self.rows("SELECT name FROM indicators ORDER BY id"), [{"name": t} for t in HOSTILE])

    def test_script_is_all_or_nothing(self):
        store = self.make_store()
        self.fill(store)
        before = self.rows("SELECT * FROM documents ORDER BY id")
        script = self.expect(0, "export", store, "-f", "postgres").stdout
        self.psql(self.database, script, code=3)  # the keys are there already
        self.assertEqual(self.rows("SELECT * FROM documents ORDER BY id"), before)
        self.psql(self.database, "TRUNCATE runs CASCADE")
        self.psql(self.database, script)
        self.compare(store)

    def test_tables_are_the_same(self):
        """Both dialects name the same columns, keys and references."""
        self.make_store()
        self.psql(self.database, self.expect(0, "sql", "--schema", "postgres").stdout)
        for table in TABLES:
            ours = {(row[3], row[2]) for row in self.query("a.sqlite", f"PRAGMA foreign_key_list({table})")}
            theirs = self.rows(
                "SELECT a.attname AS col, r.relname AS parent FROM pg_constraint c"
                " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
                " JOIN pg_class r ON r.oid = c.confrelid"
                f" WHERE c.contype = 'f' AND c.conrelid = '{table}'::regclass")
            self.assertEqual(ours, {(row["col"], row["parent"]) for row in theirs}, table)


if __name__ == "__main__":
    if not server_programs():
        print("skipped: no PostgreSQL server is installed (postgresql)", file=sys.stderr)
        sys.exit(77)
    main()
