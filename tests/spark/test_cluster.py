"""samples/spark/extract_forms.py on a standalone cluster of this machine: a master and two
workers on loopback, an executor killed in the middle. The records must be those of one machine.

Needs PySpark (pip install pyspark) for the interpreter $PIFU_SPARK_PYTHON or this one, and Java;
where either is missing the test says so and is skipped (77). Nothing else of the project needs
them.

    PIFU=build/fast/pifu PIFU_GRAMMARS=$PWD/grammars PIFU_SPARK_PYTHON=…/venv/bin/python \\
        python3 tests/spark/test_cluster.py
"""
import glob
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.environ.get("PIFU_SOURCE", os.path.join(HERE, "..", ".."))
PIFU = os.path.abspath(os.environ.get("PIFU", shutil.which("pifu") or "pifu"))
PYTHON = os.environ.get("PIFU_SPARK_PYTHON", sys.executable)
JOB = os.path.join(SOURCE, "samples", "spark", "extract_forms.py")
DOCUMENTS = int(os.environ.get("PIFU_SPARK_DOCUMENTS", "600"))


def skip(why):
    print(f"SKIPPED: {why}", file=sys.stderr)
    sys.exit(77)


def find_spark():
    if not shutil.which("java"):
        skip("there is no java; Spark needs one")
    done = subprocess.run([PYTHON, "-c", "import pyspark; print(pyspark.__path__[0])"],
                          capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        skip(f"{PYTHON} has no PySpark; pip install pyspark, or name another one in PIFU_SPARK_PYTHON")
    return done.stdout.strip()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Cluster:
    """A master and two workers of one core each, in processes of their own."""

    def __init__(self, spark, folder):
        self.spark, self.folder, self.processes = spark, folder, []
        self.port = free_port()
        self.url = f"spark://127.0.0.1:{self.port}"
        self.env = dict(os.environ, SPARK_HOME=spark, SPARK_LOCAL_IP="127.0.0.1", PYSPARK_PYTHON=PYTHON,
                        PYSPARK_DRIVER_PYTHON=PYTHON, SPARK_WORKER_DIR=os.path.join(folder, "work"),
                        SPARK_DAEMON_MEMORY="512m")

    def start_class(self, name, *args):
        log = open(os.path.join(self.folder, f"{name}-{len(self.processes)}.log"), "wb")
        process = subprocess.Popen(
            [os.path.join(self.spark, "bin", "spark-class"), f"org.apache.spark.deploy.{name}", *args],
            stdout=log, stderr=log, env=self.env, start_new_session=True)
        log.close()
        self.processes.append(process)
        return process

    def __enter__(self):
        self.start_class("master.Master", "--host", "127.0.0.1", "--port", str(self.port),
                         "--webui-port", str(free_port()))
        self.await_log("master.Master-0.log", "Starting Spark master", 1)
        for _ in range(2):
            self.start_class("worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "1g",
                             "--webui-port", str(free_port()), self.url)
        self.await_log("master.Master-0.log", "Registering worker", 2)
        return self

    def await_log(self, name, text, times):
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            with open(os.path.join(self.folder, name), encoding="utf-8", errors="replace") as log:
                if log.read().count(text) >= times:
                    return
            time.sleep(0.2)
        raise AssertionError(f"{name}: '{text}' did not come {times} times")

    def __exit__(self, *_):
        for process in reversed(self.processes):
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()

    def executors(self):
        """Process ids of the executors: children of our workers."""
        ours = {process.pid for process in self.processes[1:]}
        found = []
        for path in glob.glob("/proc/[0-9]*/stat"):
            try:
                with open(path, encoding="utf-8", errors="replace") as file:
                    stat = file.read()
                with open(path.replace("/stat", "/cmdline"), "rb") as file:
                    command = file.read()
            except OSError:
                continue
            parent = int(stat.rsplit(")", 1)[1].split()[1])
            if parent in ours and b"CoarseGrainedExecutorBackend" in command:
                found.append(int(path.split("/")[2]))
        return sorted(found)

    def run(self, *args, meanwhile=None):
        """The job; `meanwhile` is called until it returns True."""
        out, err = (os.path.join(self.folder, name) for name in ("job.out", "job.err"))
        with open(out, "wb") as o, open(err, "wb") as e:
            job = subprocess.Popen(
                [os.path.join(self.spark, "bin", "spark-submit"), "--master", self.url, "--conf",
                 "spark.executor.memory=512m", "--conf", "spark.ui.enabled=false", JOB, *args],
                stdout=o, stderr=e, env=self.env)
            while job.poll() is None:
                if meanwhile and meanwhile():
                    meanwhile = None
                time.sleep(0.05)
        texts = []
        for name in (out, err):
            with open(name, encoding="utf-8", errors="replace") as file:
                texts.append(file.read())
        return job.returncode, *texts


def make_documents(folder, count):
    """Forms of all samples with other figures, broken ones and bytes that are no form."""
    rng = random.Random(4)
    samples = sorted(glob.glob(os.path.join(SOURCE, "samples", "*.txt")) +
                     glob.glob(os.path.join(SOURCE, "samples", "*.md")))
    samples = [name for name in samples if not name.endswith("README.md")]
    contents = []
    for name in samples:
        with open(name, "rb") as file:
            contents.append((os.path.basename(name), file.read()))
    for i in range(count):
        name, content = contents[i % len(contents)]
        if i % 97 == 5:
            name, content = "damaged.docx", b"PK\x03\x04" + rng.randbytes(200)
        elif i % 97 == 6:
            name, content = "letter.txt", "各单位请于周五开会。\n".encode()
        else:
            content = content.replace(b"90%", b"%d%%" % (50 + i % 49)) + b"\n%d\n" % i
        below = os.path.join(folder, f"{i // 100:02}")
        os.makedirs(below, exist_ok=True)
        with open(os.path.join(below, f"{i:05} {name}"), "wb") as file:
            file.write(content)


def read_alone(folder):
    """What one process makes of the same documents: closing lines and records by path."""
    paths = sorted(os.path.join(root, name) for root, _, names in os.walk(folder) for name in names)
    done = subprocess.run([PIFU, "worker", "--null"], input=b"".join(os.fsencode(p) + b"\0" for p in paths),
                          capture_output=True, timeout=600, check=True)
    documents, lines = [], []
    for line in done.stdout.decode("utf-8").splitlines():
        if line.startswith('{"document":'):
            documents.append((json.loads(line)["document"], line, lines))
            lines = []
        else:
            lines.append(line)
    assert [path for path, _, _ in documents] == paths
    return documents


def check_batch(folder, forms, alone):
    """The same records as a batch over the folder gives."""
    out = os.path.join(folder, "batch.jsonl")
    done = subprocess.run([PIFU, "batch", "-r", forms, "-o", out, "--progress", "none"], capture_output=True, timeout=600)
    assert done.returncode in (0, 6), done.stderr.decode()
    with open(out, encoding="utf-8") as file:
        got = sorted(file.read().splitlines())
    wanted = sorted(line for _, _, lines in alone for line in lines)
    assert got == wanted, f"{len(got)} records of the batch, {len(wanted)} of the worker, or not the same"
    print(f"the batch gives the same {len(got)} records as the worker")


READ = """
import json, sys, pyarrow.parquet as pq
out = sys.argv[1]
documents = sorted(pq.read_table(out + "/documents").to_pylist(), key=lambda r: r["number"])
records = sorted(pq.read_table(out + "/records").to_pylist(), key=lambda r: (r["document"], r["place"]))
json.dump([documents, records], sys.stdout)
"""


def read_parquet(out):
    """By pyarrow, which is not Spark; skipped where it is missing."""
    done = subprocess.run([PYTHON, "-c", READ, out], capture_output=True, timeout=300)
    if b"No module named 'pyarrow'" in done.stderr:
        skip(f"{PYTHON} has no pyarrow to read the Parquet files by; pip install pyarrow")
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def compare(out, alone):
    documents, records = read_parquet(out)
    assert [row["path"] for row in documents] == [path for path, _, _ in alone], "documents differ"
    for row, (path, closing, _) in zip(documents, alone):
        assert row["closing"] == closing, f"{path}: closing lines differ"
        assert row["status"] == json.loads(closing)["status"], path
    expected = [(number, place, line) for number, (_, _, lines) in enumerate(alone)
                for place, line in enumerate(lines)]
    got = [(row["document"], row["place"], row["json"]) for row in records]
    assert got == expected, f"{len(got)} records, {len(expected)} expected, or not the same"
    for row in records:
        record = json.loads(row["json"])
        for key in ("id", "name", "target", "year", "number", "level1", "confidence", "findings"):
            assert row[key] == record[key], (row["id"], key, row[key], record[key])
    return len(documents), len(records)


class Killer:
    """Kills one executor once some tasks are done and others are not."""

    def __init__(self, cluster, out):
        self.cluster, self.pattern, self.killed = cluster, f"{out}/answers/_temporary/0/task_*", None

    def __call__(self):
        executors = self.cluster.executors()
        if len(glob.glob(self.pattern)) < 2 or not executors:
            return False
        self.killed = executors[0]
        os.kill(self.killed, signal.SIGKILL)
        return True


def check_kill(cluster, folder, forms, alone):
    out = os.path.join(folder, "killed")
    killer = Killer(cluster, out)
    code, told, log = cluster.run("--pifu", PIFU, "--documents-per-task", "20", forms, out, meanwhile=killer)
    assert killer.killed, f"no executor could be killed in time\n{log[-3000:]}"
    assert re.search(r"Lost executor \d+", log), f"Spark did not notice the kill\n{log[-3000:]}"
    assert code == 6, (code, told, log[-3000:])
    print(f"executor {killer.killed} killed; {told.strip()}")
    print("the same %d documents and %d records as on one machine" % compare(out, alone))


def check_fetch(cluster, folder, forms, alone):
    """Bytes through Hadoop: the same but for names, which are addresses."""
    out = os.path.join(folder, "fetched")
    code, told, log = cluster.run("--pifu", PIFU, "--fetch", "--pattern", "*.txt", "file://" + forms, out)
    assert code == 0, (code, told, log[-3000:])
    documents, records = read_parquet(out)
    wanted = [line for path, _, lines in alone if path.endswith(".txt") for line in lines]
    assert [row["path"].startswith("file:/") for row in documents].count(False) == 0
    assert sorted(row["id"] for row in records) == sorted(json.loads(line)["id"] for line in wanted)
    print(f"fetched: {told.strip()}")


def main():
    spark = find_spark()
    with tempfile.TemporaryDirectory(prefix="pifu-spark-") as folder:
        forms = os.path.join(folder, "forms")
        make_documents(forms, DOCUMENTS)
        alone = read_alone(forms)
        check_batch(folder, forms, alone)
        with Cluster(spark, folder) as cluster:
            check_kill(cluster, folder, forms, alone)
            check_fetch(cluster, folder, forms, alone)


if __name__ == "__main__":
    main()
