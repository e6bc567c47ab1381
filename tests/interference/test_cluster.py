"""The same answer from a Dask cluster, whatever its workers do: killed, slow, without the file, gone altogether."""

import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

import lincs
from lincs.cli import main
from lincs.errors import InputError
from lincs.interference import cluster as module
from lincs.interference.cluster import ClusterFailed
from lincs.interference.plans import Panels, Symmetric
from lincs.interference.sweep import Sweep
from lincs.parallel import cluster_client, on_cluster
from lincs.reading import as_matrix

distributed = pytest.importorskip("distributed")

M, D = 2500, 48


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cluster")
    rng = np.random.default_rng(0)
    A = rng.standard_normal((M, D)).astype(np.float32)
    np.save(folder / "A.npy", A)
    np.save(folder / "B.npy", A + 0.01 * rng.standard_normal(A.shape).astype(np.float32))
    return folder


@pytest.fixture(scope="module")
def client():
    with cluster_client("local:2") as client:
        yield client


def same(one, other):
    return (
        one.to_dict() == other.to_dict()
        and np.array_equal(one.lower, other.lower)
        and np.array_equal(one.upper, other.upper)
    )


@pytest.mark.parametrize("probes", [None, "A.npy", "B.npy"])
@pytest.mark.parametrize("readout", ["signed", "threshold"])
@pytest.mark.parametrize("precision", ["double", "mixed"])
def test_the_answer_is_that_of_one_machine(files, client, probes, readout, precision):
    question = {"k": "1,7", "layout": "rows", "readout": readout, "precision": precision}
    pair = (files / "A.npy", None if probes is None else files / probes)
    assert same(lincs.verify(*pair, client=client, **question), lincs.verify(*pair, **question))


def test_scaled_and_normalised_features_are_the_same_on_a_worker(files, client):
    question = {
        "k": 3, "layout": "rows", "normalize": True, "scales": np.random.default_rng(1).uniform(1, 2, M), "eps": "0.9"
    }  # fmt: skip
    pair = (files / "A.npy", files / "B.npy")
    assert same(lincs.verify(*pair, client=client, **question), lincs.verify(*pair, **question))


@pytest.mark.parametrize("kind", [Symmetric, Panels])
def test_any_order_of_arrival_gives_the_same_rows(files, kind):
    A = as_matrix(str(files / "A.npy"), layout="rows")
    B = A if kind is Symmetric else as_matrix(str(files / "B.npy"), layout="rows")
    sweep = Sweep(B, A, keep=5, sides=("positive", "negative"), dtype=np.dtype(np.float32), threads=1, same=B is A)
    expected = {}
    sweep.run(lambda which, tops: expected.update(zip(which.tolist(), zip(*tops.values(), strict=True), strict=True)))
    for seed in range(4):
        rows = {}

        def reduce(which, tops, rows=rows):
            rows.update(zip(which.tolist(), zip(*tops.values(), strict=True), strict=True))

        plan = sweep.plan(reduce, None)
        assert isinstance(plan, kind)
        todo = list(range(len(plan.tasks)))
        groups = plan.groups(todo, [1, 3e5, 2e6, 1e12][seed])
        assert sorted(itertools.chain.from_iterable(groups)) == todo
        with threadpool_limits(limits=1, user_api="blas"):  # as on a worker: other threads, other roundings
            parts = [(sweep.plan(None, None).portion(group), group) for group in groups]
        for n in np.random.default_rng(seed).permutation(len(parts)).tolist():
            part, group = parts[n]
            plan.absorb(part)
            for task in group:
                plan.finish(task)
        assert sorted(rows) == list(range(M))
        assert all(np.array_equal(rows[i], expected[i]) for i in rows)


def slow(seconds, kill=None):
    """What workers run instead of ``compute``: slower, so that things can happen meanwhile."""

    def work(*arguments):
        time.sleep(seconds)
        if kill is not None and not os.path.exists(kill):
            open(kill, "w").close()
            os.kill(os.getpid(), signal.SIGKILL)
        return _compute(*arguments)

    return work


_compute = module.compute


def test_killed_workers_lose_nothing(files, client, tmp_path, monkeypatch):
    question = {"k": "1,7", "layout": "rows"}
    expected = lincs.verify(files / "A.npy", **question)
    monkeypatch.setattr(module, "compute", slow(0.05, kill=str(tmp_path / "killed")))
    done = []
    found = lincs.verify(files / "A.npy", client=client, progress=lambda a, b: done.append((a, b)), **question)
    assert (tmp_path / "killed").exists()
    assert same(found, expected)
    assert done[-1][0] == done[-1][1] == M * M  # every product counted once
    client.wait_for_workers(2, timeout=30)


def test_answers_lost_with_their_worker_are_asked_for_again(files, client, monkeypatch):
    """A worker dies after it has answered and before the answer is fetched."""
    question = {"k": "1,7", "layout": "rows"}
    original, killed = module._Run._answer, []

    def late(run, future, number):
        if not killed and future.status == "finished":
            (holder,) = client.who_has([future])[future.key] or [None]
            killed.append(client.run(os.getpid, workers=[holder])[holder])
            os.kill(killed[0], signal.SIGKILL)
            time.sleep(0.3)
        return original(run, future, number)

    monkeypatch.setattr(module._Run, "_answer", late)
    assert same(lincs.verify(files / "A.npy", client=client, **question), lincs.verify(files / "A.npy", **question))
    assert killed
    client.wait_for_workers(2, timeout=30)


def losing(worker):
    def work(*arguments):
        if module._here() == worker:
            raise module._LostFile("no such file", worker)
        time.sleep(0.05)
        return _compute(*arguments)

    return work


def test_a_worker_without_the_file_is_left_out(files, client, monkeypatch):
    question = {"k": 2, "layout": "rows"}
    monkeypatch.setattr(module, "compute", losing(sorted(client.nthreads())[0]))
    assert same(lincs.verify(files / "A.npy", client=client, **question), lincs.verify(files / "A.npy", **question))


def test_no_worker_has_the_file(files, client, monkeypatch, tmp_path):
    matrix = as_matrix(str(files / "A.npy"), layout="rows")
    np.save(tmp_path / "moved.npy", np.zeros((M, D), np.float32))
    matrix.origin = (str(tmp_path / "moved.npy"), None, "rows")
    address = module.address_of(matrix)
    os.remove(tmp_path / "moved.npy")
    monkeypatch.setattr(module, "address_of", lambda *_: address)
    with pytest.raises(ClusterFailed, match="no worker can open the file"):
        lincs.verify(matrix, k=2, client=client)


def test_another_file_in_its_place_is_not_taken_for_it(files, tmp_path, monkeypatch):
    np.save(tmp_path / "A.npy", np.load(files / "A.npy"))
    address = module.address_of(as_matrix(str(tmp_path / "A.npy"), layout="rows"))
    assert module._open(address).m == M
    module._open.cache_clear()
    np.save(tmp_path / "A.npy", np.load(files / "B.npy"))
    monkeypatch.setattr(module, "_here", lambda: "tcp://here")
    with pytest.raises(module._LostFile, match="another file"):
        module._open(address)


def crawling(worker, first):
    """One worker sleeps long in the first of its tasks."""

    def work(*arguments):
        if module._here() == worker and not os.path.exists(first):
            open(first, "w").close()
            time.sleep(60)
        return _compute(*arguments)

    return work


def test_what_a_slow_worker_holds_up_is_done_by_another(files, client, monkeypatch, tmp_path):
    question = {"k": 2, "layout": "rows", "precision": "double"}
    monkeypatch.setattr(module, "compute", crawling(sorted(client.nthreads())[0], str(tmp_path / "slow")))
    start = time.monotonic()
    found = lincs.verify(files / "A.npy", client=client, **question)
    assert time.monotonic() - start < 50
    assert (tmp_path / "slow").exists()
    assert same(found, lincs.verify(files / "A.npy", **question))
    client.restart(timeout=30)  # the sleeper


def test_errors_of_the_computation_are_raised(files, client, monkeypatch):
    def refuse(*arguments):
        raise InputError("the inner products of row 3 overflow float32: rescale A or B")

    monkeypatch.setattr(module, "compute", refuse)
    with pytest.raises(InputError, match="row 3 overflow"):
        lincs.verify(files / "A.npy", k=2, layout="rows", client=client)


def test_a_matrix_in_memory_is_refused(client):
    with pytest.raises(InputError, match="A must be a file that every worker can open"):
        lincs.verify(np.eye(4), k=1, client=client)


@pytest.mark.parametrize("where", [None, "cluster"])
def test_an_early_refutation_stops_the_rest(files, client, where):
    question = {"k": "1,3", "layout": "rows", "eps": "0.5"}
    pair = (files / "A.npy", files / "B.npy")
    done = []
    early = lincs.verify(
        *pair,
        client=client if where else None,
        stop_early=True,
        progress=lambda a, b: done.append(a),
        **question,
    )
    whole = lincs.verify(*pair, **question)
    assert done[-1] < M * M
    for one, other in zip(early.results, whole.results, strict=True):
        assert one.holds is False
        assert 0.5 <= one.eps.lo <= other.eps.lo * (1 + 1e-12)
        assert one.eps.hi >= other.eps.hi * (1 - 1e-12)
        assert len(one.witness.support) == one.k
    assert np.all(early.upper >= whole.lower - 1e-9)
    assert np.all(early.lower <= whole.upper + 1e-9)
    with pytest.raises(InputError, match="stop_early"):
        lincs.verify(*pair, k=1, layout="rows", stop_early=True)


def test_stop_early_without_a_refutation_is_the_whole_answer(files):
    question = {"k": 1, "layout": "rows", "eps": "1000", "precision": "double"}
    pair = (files / "A.npy", files / "B.npy")
    assert same(lincs.verify(*pair, stop_early=True, **question), lincs.verify(*pair, **question))


# -- the command, and the end of the scheduler -------------------------------------------------------------------------


def lincs_verify(files, tmp_path, *extra):
    return [
        sys.executable, "-m", "lincs", "verify", str(files / "A.npy"), str(files / "B.npy"), "--layout", "rows",
        "--k", "1,7", "--json", "--checkpoint", str(tmp_path / "c.npz"), *extra,
    ]  # fmt: skip


@pytest.fixture
def scheduler():
    """A scheduler and two workers as processes of their own, as on a real cluster."""
    processes = []

    def start():
        port = 0
        head = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", str(port), "--no-dashboard", "--host",
             "127.0.0.1"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        processes.append(head)
        address = ""
        for line in head.stdout:
            if "Scheduler at:" in line:
                address = line.split()[-1]
                break
        threading.Thread(target=head.stdout.read, daemon=True).start()
        for _ in range(2):
            processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard",
                     "--no-nanny", "--death-timeout", "20"],
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                )
            )  # fmt: skip
        return head, address

    yield start
    for process in processes:
        process.kill()
        process.wait()


def test_a_dead_scheduler_leaves_a_checkpoint_and_a_new_one_goes_on(tmp_path, scheduler):
    rng, files = np.random.default_rng(1), tmp_path
    for name in ("A.npy", "B.npy"):
        np.save(files / name, rng.standard_normal((12000, 96)).astype(np.float32))
    head, address = scheduler()
    arguments = lincs_verify(files, tmp_path, "--checkpoint-every", "0")
    expected = json.loads(subprocess.run(arguments, capture_output=True, text=True, check=True).stdout)
    assert not (tmp_path / "c.npz").exists()
    run = subprocess.Popen(
        [*arguments, "--cluster", address], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while not (tmp_path / "c.npz").exists() and run.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    head.kill()
    _, errors = run.communicate(timeout=60)
    assert run.returncode == 2, errors
    assert "--resume goes on from there" in errors
    assert "Traceback" not in errors.split("lincs: ")[-1]
    _, address = scheduler()
    again = subprocess.run(
        [*arguments, "--resume", "--cluster", address],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert json.loads(again.stdout) == expected


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("localhost", "cluster must be tcp://host:port or local:N"),
        ("local:0", "1..1024"),
        ("tcp://127.0.0.1:1", "no scheduler answers"),
    ],
)
def test_bad_addresses_are_one_sentence(where, message):
    with pytest.raises(InputError, match=message), cluster_client(where, timeout=0.5):
        pass


def test_the_packaged_table_is_no_file_for_workers(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["lincs", "verify", "--example", "--cluster", "local:1"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "--cluster has no meaning with --example" in capsys.readouterr().err


def test_experiments_on_workers_are_those_of_one_machine(client, tmp_path):
    question = {"m": 24, "cells": 4, "trials": 6, "seed": 3}
    here = lincs.phase_diagram(**question)
    with on_cluster(client):
        there = lincs.phase_diagram(**question, checkpoint=tmp_path / "phase.npz")
    assert there.to_dict() == here.to_dict()
    settings = [lincs.toy.Setting(n=3, m=2, density=p) for p in (0.2, 0.6)]
    models = [lincs.toy.train(settings, steps=40, batch=64, restarts=2)]
    exact = [lincs.toy.minimise(settings[:1], restarts=3)]
    with on_cluster(client):
        models.append(lincs.toy.train(settings, steps=40, batch=64, restarts=2, progress=lambda done, of: None))
        exact.append(lincs.toy.minimise(settings[:1], restarts=3))
    assert [t.to_dict() for t in models[0]] == [t.to_dict() for t in models[1]]
    assert [t.to_dict() for t in exact[0]] == [t.to_dict() for t in exact[1]]


def test_cluster_options_of_the_experiments(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "argv", ["lincs", "toy", "basic", "--steps", "20", "--cluster", "local:1", "--json"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert json.loads(capsys.readouterr().out)["command"] == "toy"
    monkeypatch.setattr(sys, "argv", ["lincs", "compare", "--d", "4", "--m", "8", "--k", "1", "--cluster", "local:1"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
