"""From which size on does a cluster pay? Measures, on this machine, pifu batch with two workers and
the Spark job on a master and two workers of one core each, over the same made documents:

    PIFU=build/fast/pifu PIFU_GRAMMARS=$PWD/grammars PIFU_SPARK_PYTHON=…/venv/bin/python \\
        python3 tests/spark/measure.py [DOCUMENTS]

The job runs for few documents and for all: the first is what starting costs, the difference what
the documents do. Told are seconds by the clock and of the processors, of all processes of the
cluster and the driver; the sum at the end uses the latter, because a machine that has other work
to do lies by the clock. It supposes machines of two processors each that share the work evenly."""
import os
import resource
import subprocess
import sys
import tempfile
import time

import test_cluster as cluster

FEW = 20
PROCESSORS = 2
TICK = os.sysconf("SC_CLK_TCK")


def children_cpu():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def cluster_cpu(nodes):
    """Of the master, the workers, and all of theirs that have ended and been waited for."""
    total = 0
    for process in nodes.processes:
        with open(f"/proc/{process.pid}/stat", encoding="utf-8", errors="replace") as file:
            total += sum(int(n) for n in file.read().rsplit(")", 1)[1].split()[11:15])
    return total / TICK


def run_batch(forms, out):
    begun, cpu = time.monotonic(), children_cpu()
    done = subprocess.run([cluster.PIFU, "batch", "-r", "-j", "2", "--progress", "none", forms, "-o", out])
    assert done.returncode in (0, 6), done.returncode
    return time.monotonic() - begun, children_cpu() - cpu


def run_job(nodes, forms, out):
    begun, cpu = time.monotonic(), children_cpu() + cluster_cpu(nodes)
    code, told, log = nodes.run("--pifu", cluster.PIFU, forms, out)
    clock = time.monotonic() - begun
    assert code in (0, 6), log[-3000:]
    time.sleep(5)  # the executors of the job end
    cpu = children_cpu() + cluster_cpu(nodes) - cpu
    print(f"Spark, {told.strip()}: {clock:.1f} s, {cpu:.1f} s of the processors", flush=True)
    return clock, cpu


def tell_sum(n, batch, start, whole):
    """A machine alone takes n * b / p seconds, m machines (start + n * s / m) / p."""
    b, s = batch / n, (whole - start) / (n - FEW)
    print(f"of the processors, a document: batch {1000 * b:.2f} ms, Spark {1000 * s:.2f} ms; starting {start:.0f} s")
    for machines in (2, 4, 8, 16, 32):
        gain = b - s / machines
        pays = f"from {start / gain:,.0f} documents on" if gain > 0 else "never: the same machine alone is faster"
        print(f"{machines} machines of {PROCESSORS} processors pay {pays}")


def main():
    spark = cluster.find_spark()
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 6000
    with tempfile.TemporaryDirectory(prefix="pifu-spark-") as folder:
        forms, few = os.path.join(folder, "forms"), os.path.join(folder, "few")
        cluster.make_documents(forms, n)
        cluster.make_documents(few, FEW)
        clock, batch = run_batch(forms, os.path.join(folder, "batch.jsonl"))
        print(f"batch -j2, {n} documents: {clock:.1f} s, {batch:.1f} s of the processors", flush=True)
        with cluster.Cluster(spark, folder) as nodes:
            _, start = run_job(nodes, few, os.path.join(folder, "few-out"))
            _, whole = run_job(nodes, forms, os.path.join(folder, "all-out"))
        tell_sum(n, batch, start, whole)
        print("load of the machine: %.1f" % os.getloadavg()[0])


if __name__ == "__main__":
    main()
