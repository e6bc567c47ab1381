"""Every option of every command is used or refused: the table below must name them all.

*changes*: with the option the command prints something else than without it.  *refuses*: a value that cannot be, which
shows that the option is looked at, or a place where it has no meaning; exit code 2, one sentence, nothing printed.
*writes*: the file is there afterwards.  *asks*: without the option a long run would be asked about.
"""

import ml_dtypes
import numpy as np
import pytest
import typer
from scipy import sparse

from lincs.cli import app
from tests.command import lincs

PAIR = "A.npy B.npy --k 2"
ROWS = "rows.npz --key A --k 2"
DEPLOYED = "A.npy B.npy --k 2 --readout deployed --activation relu"
READERS = "A.npy --k 2 --readers rows.npz --readers-key B"
SAMPLES = "A.npy --samples Z.npz"
CURVE = "--d 4 --m 8 --k 1:2 --trials 2"
MINIMAL = "--minimal --m 16 --k 1 --seeds 1 --trials 2 --decoders l1"
PHASE = "--phase --m 8 --cells 2 --trials 2"

CASES = {
    "bound": {
        "--m": ("changes", "--k 3 --eps 1/2 --m 50", "--m 1000"),
        "--k": ("changes", "--m 50 --eps 1/2 --k 2", "--k 3"),
        "--eps": ("changes", "--m 50 --k 3 --eps 1/2", "--eps 1/3"),
        "--d": ("changes", "--m 50 --k 2 --d 40", "--d 30"),
        "--readout": ("changes", "--m 50 --k 3 --eps 1/2", "--readout affine"),
        "--explain": ("changes", "--m 50 --k 3 --eps 1/2", "--explain"),
        "--brief": ("changes", "--m 50 --k 3 --eps 1/2", "--brief"),
        "--list": ("changes", "", "--list"),
        "--bib": ("changes", "--m 50 --k 3 --eps 1/2", "--bib"),
        "--bib with --json": ("refuses", "--m 50 --k 3 --eps 1/2 --json", "--bib"),
        "--bib with --brief": ("refuses", "--m 50 --k 3 --eps 1/2 --brief", "--bib"),
        "--bib with --list": ("refuses", "--list", "--bib"),
        "--json": ("changes", "--m 50 --k 3 --eps 1/2", "--json"),
        "--brief with --json": ("refuses", "--m 50 --k 3 --eps 1/2 --json", "--brief"),
        "--brief with --explain": ("refuses", "--m 50 --k 3 --eps 1/2 --explain", "--brief"),
        "--explain with --json": ("refuses", "--m 50 --k 3 --eps 1/2 --json", "--explain"),
        "--k with --list": ("refuses", "--list", "--k 3"),
        "--closed": ("changes", "--m 50 --k 3 --eps 1/2", "--closed"),
        "--typical": ("changes", "--m 50 --k 3 --eps 1/2", "--typical 0.01"),
        "--typical of a certainty": ("refuses", "--m 50 --k 3 --eps 1/2", "--typical 1"),
        "--typical of m": ("refuses", "--d 50 --k 3 --eps 1/2", "--typical 0.01"),
        "--typical with --closed": ("refuses", "--m 50 --k 3 --eps 1/2 --closed", "--typical 0.01"),
        "--typical with --list": ("refuses", "--list", "--typical 0.01"),
    },
    "verify": {
        "--tied": ("changes", "A.npy --k 2", "--tied"),
        "--k": ("changes", "A.npy B.npy --k 2", "--k 3"),
        "--eps": ("changes", PAIR, "--eps 1/2"),
        "--closed": ("changes", PAIR + " --eps 1/2", "--closed"),
        "--closed without --eps": ("refuses", PAIR, "--closed"),
        "--closed with --typical": ("refuses", PAIR + " --eps 1/2 --typical signs", "--closed"),
        "--closed with --readers": ("refuses", READERS, "--closed"),
        "--readout": ("changes", PAIR, "--readout affine"),
        "--activation": ("changes", DEPLOYED, "--activation topk:2"),
        "--activation of no encoder": ("refuses", PAIR, "--activation relu"),
        "--b-dec": ("changes", "params.npz --k 2 --readout deployed", "--b-dec subtracted"),
        "--b-dec without a decoder's bias": ("refuses", DEPLOYED, "--b-dec kept"),
        "--bias": ("changes", DEPLOYED, "--bias scales.npy"),
        "--bias-key": ("changes", "rows.npz --key A --key-b B --k 2 --readout deployed", "--bias-key b"),
        "--bias-key with --bias": ("refuses", f"{DEPLOYED} --bias scales.npy", "--bias-key b"),
        "--threshold": ("changes", f"{DEPLOYED} --activation jumprelu --threshold 0 --json", "--threshold 1/2"),
        "--tau": ("changes", f"{DEPLOYED} --json", "--tau 1/2"),
        "--level": ("changes", f"{DEPLOYED} --json", "--level 1/2"),
        "--active-min": ("changes", f"{DEPLOYED} --activation jumprelu --threshold 1 --json", "--active-min 1/2"),
        "--active-min with --samples": ("refuses", f"{SAMPLES} --readout deployed", "--active-min 1/2"),
        "--readers": ("changes", "A.npy --k 2", "--readers rows.npz --readers-key B"),
        "--readers with --eps": ("refuses", READERS, "--eps 1/2"),
        "--readers-key": ("changes", READERS, "--readers-key A"),
        "--readers-key without --readers": ("refuses", PAIR, "--readers-key B"),
        "--targets": ("changes", READERS, "--targets pairs.txt"),
        "--targets without --readers": ("refuses", PAIR, "--targets pairs.txt"),
        "--writes-key": ("changes", READERS, "--writes-key A"),
        "--writes-key without --readers": ("refuses", PAIR, "--writes-key A"),
        "--example": ("refuses", PAIR, "--example"),
        "--full-example": ("refuses", "--example", "--full-example"),
        "--json": ("changes", PAIR, "--json"),
        "--layout": ("changes", "square.npy --k 2 --tied", "--layout rows"),
        "--layout of no name": ("refuses", PAIR, "--layout nonsense"),
        "--layout of the example": ("refuses", "--example", "--layout rows"),
        "--key": ("changes", "rows.npz --key A --k 2", "--key B"),
        "--key of the example": ("refuses", "--example", "--key A"),
        "--layout-b": ("changes", "square.npy square.npy --k 2", "--layout-b rows"),
        "--layout-b without B": ("refuses", "A.npy --k 2", "--layout-b rows"),
        "--key-b": ("changes", ROWS, "--key-b B"),
        "--d": ("changes", "numbers.txt --k 2 --d 2", "--d 3"),
        "--d of the example": ("refuses", "--example", "--d 3"),
        "--bfloat16": ("changes", "void.npy --k 2", "--bfloat16"),
        "--key-b of a lone array": ("refuses", "A.npy --k 2", "--key-b B"),
        "--normalize": ("changes", PAIR, "--normalize"),
        "--scales": ("changes", PAIR, "--scales scales.npy"),
        "--names": ("changes", "A.npy --k 2 --describe", "--names names.txt"),
        "--names of a wrong length": ("refuses", "A.npy --k 2 --describe", "--names few.txt"),
        "--names alone": ("refuses", PAIR, "--names names.txt"),
        "--features": ("changes", PAIR, "--features 0,2:3"),
        "--features beyond m": ("refuses", PAIR, "--features 7"),
        "--features of no file": ("refuses", PAIR, "--features nowhere.txt"),
        "--without": ("changes", PAIR, "--without 0:2"),
        "--without anything left": ("refuses", PAIR, "--without 0:6"),
        "--without what is asked for": ("refuses", PAIR + " --features 1", "--without 1"),
        "--groups": ("changes", PAIR, "--groups groups.npy"),
        "--groups of no file": ("refuses", PAIR, "--groups nowhere.npy"),
        "--groups of another length": ("refuses", PAIR, "--groups few.txt"),
        "--group-rule": ("changes", PAIR + " --groups groups.npy", "--group-rule 2"),
        "--group-rule alone": ("refuses", PAIR, "--group-rule one"),
        "--active-groups": (
            "changes",
            "A.npy B.npy --groups groups.npy --group-rule whole --active-groups 1",
            "--active-groups 2",
        ),
        "--active-groups of features": ("refuses", PAIR + " --groups groups.npy", "--active-groups 1"),
        "--typical": ("changes", PAIR, "--typical signs"),
        "--typical of no name": ("refuses", PAIR, "--typical gauss"),
        "--typical of another box": ("refuses", PAIR, "--typical binary"),
        "--typical of groups": ("refuses", PAIR + " --groups groups.npy", "--typical signs"),
        "--support": ("changes", PAIR + " --typical signs", "--support bernoulli"),
        "--support alone": ("refuses", PAIR, "--support subset"),
        "--risk": ("changes", PAIR + " --typical signs", "--risk 0.1"),
        "--risk alone": ("refuses", PAIR, "--risk 0.1"),
        "--risk of a certainty": ("refuses", PAIR + " --typical signs", "--risk 1"),
        "--random of --typical": ("changes", PAIR + " --typical signs", "--random 3"),
        "--samples": ("changes", "A.npy B.npy", "--samples Z.npz"),
        "--values": ("changes", "A.npy B.npy --samples Z.npz", "--values any"),
        "--values alone": ("refuses", PAIR, "--values any"),
        "--values of no name": ("refuses", "A.npy B.npy --samples Z.npz", "--values some"),
        "--describe": ("changes", PAIR, "--describe"),
        "--per-feature": ("writes", PAIR, "--per-feature features.csv"),
        "--per-feature of another kind": ("refuses", PAIR, "--per-feature features.xls"),
        "--figure": ("writes", PAIR, "--figure figure.png"),
        "--figure nowhere": ("refuses", PAIR, "--figure nowhere/x.png"),
        "--figure of another kind": ("refuses", PAIR, "--figure figure.bmp3"),
        "--report": ("writes", PAIR, "--report report.html"),
        "--random": ("changes", PAIR + " --describe", "--random 3"),
        "--random alone": ("refuses", PAIR, "--random 3"),
        "--random of a threshold": ("refuses", PAIR + " --describe --readout threshold", "--random 3"),
        "--seed": ("changes", PAIR + " --describe", "--seed 3"),
        "--seed alone": ("refuses", PAIR, "--seed 3"),
        "--partners": ("refuses", PAIR, "--partners 2"),
        "--exact-rows": ("refuses", PAIR, "--exact-rows 0"),
        "--threads": ("refuses", PAIR, "--threads 0"),
        "--device": ("refuses", PAIR, "--device nowhere"),
        "--device of a cluster": ("refuses", PAIR + " --cluster local:1", "--device cpu"),
        "--device of groups": ("refuses", PAIR + " --groups groups.npy", "--device cpu"),
        "--device of random inputs": ("refuses", PAIR + " --typical signs", "--device cpu"),
        "--device of an encoder": ("refuses", DEPLOYED, "--device cpu"),
        "--precision": ("refuses", PAIR, "--precision half"),
        "--precision of a device": ("refuses", PAIR, "--precision tf32"),
        "--precision that no device has": ("refuses", PAIR + " --device cpu", "--precision double"),
        "--checkpoint": ("refuses", PAIR, "--checkpoint nowhere/c.npz"),
        "--checkpoint-every": ("refuses", PAIR, "--checkpoint-every -1"),
        "--resume": ("notes", PAIR, "--resume"),
        "--cluster": ("refuses", PAIR, "--cluster nonsense"),
        "--stop-early": ("refuses", PAIR, "--stop-early"),
        **{
            f"{option} with --samples": ("refuses", SAMPLES, f"{option} {value}")
            for option, value in {
                "--k": "2", "--per-feature": "f.csv", "--figure": "f.png", "--report": "r.html", "--describe": "",
                "--names": "names.txt", "--random": "5", "--seed": "1", "--partners": "1", "--exact-rows": "9",
                "--threads": "1", "--checkpoint": "c.npz", "--checkpoint-every": "1", "--resume": "",
                "--device": "cpu", "--precision": "mixed",
                "--cluster": "local:1", "--stop-early": "", "--features": "1", "--without": "dead",
            }.items()
        },
    },
    "build": {
        "--m": ("changes", "--k 2 --eps 1/2 --out frame.npz --m 20", "--m 21"),
        "--k": ("changes", "--m 20 --eps 1/2 --out frame.npz --k 2", "--k 3"),
        "--eps": ("changes", "--m 20 --k 2 --out frame.npz --eps 1/2", "--eps 1/3"),
        "--closed": ("changes", "--m 20 --k 2 --eps 1/2 --out frame.npz", "--closed"),
        "--family": ("refuses", "--m 20 --k 2 --eps 1/2 --out frame.npz", "--family nonsense"),
        "--parameter": ("refuses", "--m 20 --k 2 --eps 1/2 --out frame.npz", "--parameter s=3"),
        "--out": ("writes", "--m 20 --k 2 --eps 1/2", "--out frame.npz"),
        "--out nowhere": ("refuses", "--m 20 --k 2 --eps 1/2", "--out nowhere/frame.npz"),
        "--out of another kind": ("refuses", "--m 20 --k 2 --eps 1/2", "--out frame.npy"),
        "--out as safetensors": ("writes", "--m 20 --k 2 --eps 1/2", "--out frame.safetensors"),
        "--yes": ("asks", "--m 20 --k 2 --eps 1/2 --out frame.npz", "--yes"),
        "--threads": ("refuses", "--m 20 --k 2 --eps 1/2 --out frame.npz", "--threads 0"),
        "--json": ("changes", "--m 20 --k 2 --eps 1/2 --out frame.npz", "--json"),
    },
    "check": {"--json": ("changes", "good.certificate.json", "--json")},
    "probe": {
        "--gap": ("changes", "wide.npy --k 1 --json", "--gap 0.2"),
        "--gap out of range": ("refuses", "A.npy --k 1", "--gap 2"),
        "--sharp": ("changes", "wide.npy --k 1 --json", "--sharp"),
        "--per-feature": ("writes", "A.npy --k 1", "--per-feature probes.csv"),
        "--k": ("changes", "A.npy --k 2", "--k 3"),
        "--example": ("refuses", "A.npy --k 2", "--example"),
        "--sample": ("changes", "A.npy --k 2", "--sample 3"),
        "--seed": ("changes", "A.npy --k 2 --sample 3", "--seed 1"),
        "--seed without --sample": ("refuses", "A.npy --k 2", "--seed 1"),
        "--features": ("changes", "A.npy --k 2", "--features 1:3"),
        "--features with --sample": ("refuses", "A.npy --k 2 --sample 3", "--features 1:3"),
        "--features beyond m": ("refuses", "A.npy --k 2", "--features 7"),
        "--without": ("changes", "A.npy --k 2", "--without 0,1"),
        "--without of a word": ("refuses", "A.npy --k 2", "--without alive"),
        "--eps": ("changes", "A.npy --k 1 --json", "--eps 0.9"),
        "--layout": ("changes", "rows.npy --k 2", "--layout rows"),
        "--d": ("changes", "numbers.txt --k 2 --d 2", "--d 3"),
        "--bfloat16": ("changes", "void.npy --k 2", "--bfloat16"),
        "--layout of the example": ("refuses", "--example --k 2 --sample 3", "--layout rows"),
        "--key": ("changes", "rows.npz --k 2 --key A", "--key B"),
        "--key of the example": ("refuses", "--example --k 2 --sample 3", "--key A"),
        "--normalize": ("changes", "A.npy --k 2", "--normalize"),
        "--readout": ("changes", "A.npy --k 2", "--readout affine"),
        "--readout of a margin": ("refuses", "A.npy --k 2", "--readout threshold"),
        "--figure": ("writes", "A.npy --k 2", "--figure probes.png"),
        "--figure nowhere": ("refuses", "A.npy --k 2", "--figure nowhere/probes.png"),
        "--threads": ("refuses", "A.npy --k 2", "--threads 0"),
        "--device": ("refuses", "A.npy --k 1", "--device nowhere"),
        "--device of the homotopy": ("refuses", "A.npy --k 1 --sharp", "--device cpu"),
        "--device of a cluster": ("refuses", "A.npy --k 1 --cluster local:1", "--device cpu"),
        "--checkpoint": ("refuses", "A.npy --k 2", "--checkpoint nowhere/probes.npz"),
        "--checkpoint-every": ("refuses", "A.npy --k 2", "--checkpoint-every -1"),
        "--resume": ("refuses", "A.npy --k 2 --checkpoint A.npy", "--resume"),
        "--cluster": ("refuses", "A.npy --k 2", "--cluster local:0"),
        "--output": ("writes", "A.npy --k 2", "--output probes.npz"),
        "--output of B alone": ("writes", "A.npy --k 2", "--output probes.safetensors"),
        "--output nowhere": ("refuses", "A.npy --k 2", "--output nowhere/probes.npz"),
        "--json": ("changes", "A.npy --k 2", "--json"),
    },
    "decode": {
        "--output": ("writes", "A.npy X.npy", "--output z.npy"),
        "--output nowhere": ("refuses", "A.npy X.npy", "--output nowhere/z.npy"),
        "--output as safetensors": ("writes", "A.npy X.npy", "--output z.safetensors"),
        "--output of another kind": ("refuses", "A.npy X.npy", "--output z.csv"),
        "--truth": ("changes", "A.npy X.npy", "--truth truth.npy"),
        "--truth with --noise": ("changes", "A.npy X.npy --noise 0.1", "--truth truth.npy"),
        "--truth of another shape": ("refuses", "A.npy X.npy", "--truth A.npy"),
        "--truth of no file": ("refuses", "A.npy X.npy", "--truth nowhere.npy"),
        "--method": ("refuses", "A.npy X.npy", "--method nonsense"),
        "--method with --noise": ("refuses", "A.npy X.npy --noise 0.1", "--method highs"),
        "--noise": ("changes", "A.npy X.npy", "--noise 0.1"),
        "--layout": ("changes", "square.npy square.npy", "--layout rows"),
        "--d": ("changes", "numbers.txt pair.npy", "--d 3"),
        "--bfloat16": ("changes", "void.npy X.npy", "--bfloat16"),
        "--key-x": ("changes", "A.npy rows.npz --key-x A", "--key-x B"),
        "--key-x left out": ("refuses", "A.npy rows.npz", "--json"),
        "--key": ("changes", "rows.npz X.npy --key A", "--key B"),
        "--json": ("changes", "A.npy X.npy", "--json"),
    },
    "match": {
        "--signed": ("changes", "A.npy B.npy", "--signed"),
        "--level": ("changes", "A.npy B.npy", "--level 0.99"),
        "--level beyond 1": ("refuses", "A.npy B.npy", "--level 1.5"),
        "--levels": ("changes", "A.npy B.npy", "--levels 0.5,0.6"),
        "--levels of words": ("refuses", "A.npy B.npy", "--levels high"),
        "--assignment": ("changes", "A.npy B.npy", "--no-assignment"),
        "--candidates": ("refuses", "A.npy B.npy", "--candidates 0"),
        "--layout": ("changes", "square.npy square.npy", "--layout rows --layout-b columns"),
        "--layout-b": ("changes", "square.npy square.npy", "--layout-b rows"),
        "--key": ("changes", "rows.npz A.npy --key A", "--key B"),
        "--key-b": ("changes", "rows.npz rows.npz --key A", "--key-b B"),
        "--key-b of a lone array": ("refuses", "A.npy B.npy", "--key-b B"),
        "--names": ("changes", "A.npy B.npy --level 1", "--names names.txt"),
        "--names of a wrong length": ("refuses", "A.npy B.npy", "--names few.txt"),
        "--names with --json": ("refuses", "A.npy B.npy --json", "--names names.txt"),
        "--names-b": ("changes", "A.npy B.npy --level 1", "--names-b names.txt"),
        "--per-feature": ("writes", "A.npy B.npy", "--per-feature matched.csv"),
        "--per-feature of another kind": ("refuses", "A.npy B.npy", "--per-feature matched.xls"),
        "--figure": ("writes", "A.npy B.npy", "--figure matched.png"),
        "--figure nowhere": ("refuses", "A.npy B.npy", "--figure nowhere/x.png"),
        "--threads": ("refuses", "A.npy B.npy", "--threads 0"),
        "--json": ("changes", "A.npy B.npy", "--json"),
    },
    "compare": {
        "--matrix": ("refuses", CURVE, "--matrix A.npy"),
        "--example": ("refuses", CURVE, "--example"),
        "--d": ("changes", CURVE, "--d 5"),
        "--m": ("changes", CURVE, "--m 9"),
        "--family": ("changes", CURVE, "--family rademacher"),
        "--family with a file": ("refuses", "--matrix A.npy --k 1 --trials 2", "--family rademacher"),
        "--minimal": ("changes", "--m 16 --k 1 --trials 2", "--minimal --seeds 1 --decoders l1"),
        "--minimal with --d": ("refuses", CURVE, "--minimal"),
        "--k": ("changes", CURVE, "--k 3"),
        "--trials": ("changes", CURVE, "--trials 3"),
        "--seed": ("changes", CURVE, "--seed 3"),
        "--entries": ("changes", CURVE + " --json", "--entries signs"),
        "--entries with --phase": ("refuses", PHASE, "--entries signs"),
        "--probes": ("refuses", PHASE, "--probes"),
        "--phase": ("refuses", CURVE, "--phase"),
        "--cells": ("changes", PHASE + " --json", "--cells 3"),
        "--cells without --phase": ("refuses", CURVE, "--cells 3"),
        "--eps": ("refuses", CURVE, "--eps 1/3"),
        "--decoders": ("refuses", CURVE, "--decoders l1"),
        "--seeds": ("refuses", CURVE, "--seeds 2"),
        "--seeds of --minimal": ("changes", MINIMAL + " --json", "--seeds 2"),
        "--sample": ("refuses", CURVE, "--sample 4"),
        "--checkpoint": ("refuses", CURVE, "--checkpoint c.json"),
        "--checkpoint nowhere": ("refuses", PHASE, "--checkpoint nowhere/c.npz"),
        "--cluster": ("refuses", CURVE, "--cluster local:1"),
        "--layout": ("refuses", CURVE, "--layout rows"),
        "--layout of a file": ("changes", "--matrix square.npy --k 1 --trials 2", "--layout rows"),
        "--key": ("refuses", CURVE, "--key A"),
        "--bfloat16": ("refuses", CURVE, "--bfloat16"),
        "--d of a file": ("changes", "--matrix numbers.txt --k 1 --trials 2 --d 2", "--d 3"),
        "--normalize": ("changes", CURVE, "--normalize"),
        "--figure": ("refuses", CURVE, "--figure nowhere/x.png"),
        "--table": ("writes", CURVE, "--table curve.csv"),
        "--table of --phase": ("refuses", PHASE, "--table curve.csv"),
        "--json": ("changes", CURVE, "--json"),
    },
    "table": {
        "--m": ("changes", "--m 100 --k 2 --eps 1/2 --date 2020-01-01", "--m 200"),
        "--k": ("changes", "--m 100 --k 2 --eps 1/2 --date 2020-01-01", "--k 3"),
        "--eps": ("changes", "--m 100 --k 2 --eps 1/2 --date 2020-01-01", "--eps 1/3"),
        "--problems": ("refuses", "--m 100 --k 2 --eps 1/2", "--problems problems.csv"),
        "--format": ("changes", "--m 100 --k 2 --eps 1/2", "--format csv"),
        "--format with --json": ("refuses", "--m 100 --k 2 --eps 1/2 --json", "--format csv"),
        "--out": ("writes", "--m 100 --k 2 --eps 1/2", "--out table.md"),
        "--out nowhere": ("refuses", "--m 100 --k 2 --eps 1/2", "--out nowhere/table.md"),
        "--bib": ("changes", "--m 100 --k 2 --eps 1/2", "--bib"),
        "--bib with --format": ("refuses", "--m 100 --k 2 --eps 1/2 --format csv", "--bib"),
        "--bib with --json": ("refuses", "--m 100 --k 2 --eps 1/2 --json", "--bib"),
        "--date": ("changes", "--m 100 --k 2 --eps 1/2 --date 2020-01-01", "--date 2020-01-02"),
        "--json": ("changes", "--m 100 --k 2 --eps 1/2", "--json"),
    },
    "toy": {
        "--output": ("refuses", "basic", "--output A.npy/below"),
        "--output alone": ("refuses", "", "--output here"),
        "--seed": ("changes", "correlated --steps 5 --restarts 1 --json", "--seed 1"),
        "--steps": ("changes", "correlated --steps 5 --restarts 1 --json", "--steps 6"),
        "--restarts": ("changes", "correlated --steps 5 --restarts 1 --json", "--restarts 2"),
        "--grid": ("refuses", "correlated", "--grid 3"),
        "--n": ("refuses", "correlated", "--n 3"),
        "--threads": ("refuses", "correlated --steps 5", "--threads 0"),
        "--cluster": ("refuses", "correlated --steps 5", "--cluster nonsense"),
        "--json": ("changes", "correlated --steps 5 --restarts 1", "--json"),
        "--json alone": ("refuses", "", "--json"),
    },
    "atlas": {
        "--out": ("refuses", "--m 16 --t 1/2", "--out A.npy"),
        "--m": ("refuses", "--out site", "--m x"),
        "--t": ("refuses", "--out site", "--t x"),
        "--date": ("refuses", "--out site --m 16 --t 1/2", "--date nonsense"),
        "--json": ("changes", "--out site --m 16 --t 1/2", "--json"),
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("options")
    rng = np.random.default_rng(0)
    A, B = rng.standard_normal((2, 4, 7))
    np.save(folder / "A.npy", A)
    np.save(folder / "B.npy", B)
    np.save(folder / "rows.npy", A.T)
    np.save(folder / "wide.npy", rng.standard_normal((6, 80)))
    np.save(folder / "square.npy", rng.standard_normal((5, 5)))
    np.savez(folder / "rows.npz", A=A, B=B, b=np.full(7, 0.25))
    sae = {"W_dec": A.T, "W_enc": B, "b_enc": np.zeros(7), "b_dec": np.ones(4), "threshold": np.ones(7) / 4}
    np.savez(folder / "params.npz", **sae)
    np.save(folder / "void.npy", A.astype(ml_dtypes.bfloat16))
    np.save(folder / "pair.npy", np.ones(3))
    np.savetxt(folder / "numbers.txt", rng.standard_normal(24))
    np.save(folder / "X.npy", A @ np.eye(7)[:, :2])
    np.save(folder / "truth.npy", np.eye(7)[:, :2])
    np.save(folder / "scales.npy", np.linspace(1, 2, 7))
    np.save(folder / "groups.npy", [0, 0, 0, 1, 1, 2, -1])
    sparse.save_npz(folder / "Z.npz", sparse.csc_array(np.eye(7)))
    (folder / "names.txt").write_text("\n".join("abcdefg"))
    (folder / "pairs.txt").write_text("\n".join(f"{j} {(j + 1) % 7}" for j in range(7)))
    (folder / "few.txt").write_text("a\nb")
    (folder / "problems.csv").write_text("m,k,eps\n100,2,1/2\n")
    assert lincs("build", "--m", 6, "--k", 1, "--eps", "3/4", "--out", folder / "good.npz").code == 0
    return folder


def test_the_table_names_every_option_of_every_command():
    commands = typer.main.get_command(app).commands
    assert set(CASES) == set(commands)
    for name, command in commands.items():
        there = {max(p.opts, key=len) for p in command.params if p.param_type_name == "option" and p.name != "help"}
        assert {case.split()[0] for case in CASES[name]} == there, name


def words(text):
    return text.split()


@pytest.mark.parametrize(("command", "case"), [(command, case) for command, cases in CASES.items() for case in cases])
def test_an_option_is_used_or_refused(command, case, folder, monkeypatch):
    monkeypatch.chdir(folder)
    kind, base, option = CASES[command][case]
    arguments = [command, *words(base), *words(option)]
    if kind == "writes":
        file = folder / words(option)[1]
        file.unlink(missing_ok=True)
        done = lincs(*arguments)
        assert done.code == 0, done.err
        assert file.stat().st_size > 0
        return
    if kind == "asks":
        monkeypatch.setattr("lincs.certificates.effort.LONG", -1.0)
    done = lincs(*arguments)
    if kind == "refuses":
        assert (done.code, done.out) == (2, ""), done
        assert done.err.count("\n") == 1
        assert done.err.startswith("lincs: ")
        return
    if kind == "notes":
        assert done.code == 0, done.err
        assert "note:" in done.err
        return
    assert done.code in (0, 1), done.err
    without = lincs(command, *words(base))  # which may well be refused
    assert (without.code, without.out) != (done.code, done.out)
