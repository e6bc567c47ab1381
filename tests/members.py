"""Small members of every family of frames: few enough columns for the whole Gram matrix."""

from __future__ import annotations

MEMBERS: list[tuple[str, dict[str, int]]] = [
    *(("identity", {"lines": n}) for n in (1, 2, 7)),
    *(("simplex", {"lines": n}) for n in (2, 3, 8, 30)),
    *(("plane-lines", {"lines": n}) for n in (2, 3, 7)),
    *(("hadamard-pair", {"n": n}) for n in (2, 12, 28)),
    *(("kerdock", {"s": s, "p": p}) for s, p in ((1, 0), (2, 0), (2, 1), (2, 3), (3, 0), (3, 5))),
    *(("delsarte-goethals", {"s": 2, "r": 1, "p": p}) for p in (0, 1, 2)),
    *(("gold", {"s": s, "r": r, "p": p}) for s, r, p in ((3, 0, 0), (5, 0, 0), (5, 0, 1), (5, 0, 4))),
    *(("projective-plane", {"q": q}) for q in (2, 3, 5, 7, 9) if q != 2),
    *(
        ("transversal-design", {"q": q, "g": g, "r": r, "h": 0})
        for q, g, r in (
            (3, 4, 2),
            (4, 4, 2),
            (5, 4, 3),
            (5, 6, 2),
            (8, 8, 2),
            (9, 10, 2),
            (3, 4, 3),
            (7, 6, 3),
            (2, 2, 2),
            (7, 4, 2),
        )
    ),
    *(
        ("transversal-design", {"q": q, "g": g, "r": r, "h": h})
        for q, g, r, h in (
            (3, 4, 2, 1),
            (11, 12, 3, 2),
            (5, 8, 3, 2),
            (7, 8, 2, 1),
            (7, 8, 3, 1),
            (5, 8, 4, 3),
        )
    ),
    *(
        ("stabiliser-sections", {"n": n, "j": j, "tau": tau, "p": p, "c": c})
        for n, j, tau, p, c in (
            (4, 0, 1, 0, 0),
            (4, 0, 2, 0, 0),
            (4, 0, 3, 0, 1),
            (4, 0, 3, 3, 0),
            (6, 0, 3, 0, 0),
            (6, 0, 3, 0, 1),
            (6, 0, 4, 5, 0),
            (6, 1, 1, 0, 0),
            (4, 1, 2, 0, 0),
            (4, 1, 2, 5, 0),
        )
    ),
    *(("cubic-phases", {"q": q, "odd": odd}) for q, odd in ((5, 0), (7, 0), (11, 0), (11, 1), (23, 1), (31, 1))),
    *(
        ("tied-forms", {"a": a, "r": r, "i": i, "p": p})
        for a, r, i, p in ((4, 0, 1, 0), (4, 0, 2, 3), (4, 1, 3, 1), (6, 0, 2, 2), (5, 0, 1, 0), (5, 1, 3, 2))
    ),
    *(
        ("partial-sections", {"n": n, "j": j, "tau": tau, "i": i, "p": p})
        for n, j, tau, i, p in (
            (4, 0, 2, 0, 0),
            (4, 0, 3, 0, 1),
            (4, 1, 2, 0, 2),
            (4, 1, 2, 1, 0),
            (4, 1, 2, 1, 2),
            (6, 0, 4, 0, 3),
            (6, 0, 3, 3, 0),
            (6, 0, 3, 1, 6),
            (6, 1, 2, 2, 1),
        )
    ),
    *(
        ("two-plane-sections", {"n": n, "j": j, "e": e, "p": p})
        for n, j, e, p in ((4, 1, 1, 0), (4, 1, 1, 1), (6, 1, 1, 0), (6, 1, 2, 3), (6, 1, 3, 0))
    ),
    *(("shaved-plane", {"q": q, "n": n}) for q, n in ((3, 0), (3, 4), (5, 2), (7, 5), (7, 8), (9, 4))),
    *(
        ("shaved-transversal", {"q": q, "g": g, "r": r, "h": h, "n": n})
        for q, g, r, h, n in (
            (5, 4, 2, 0, 0),
            (5, 4, 2, 0, 2),
            (7, 4, 2, 0, 4),
            (9, 8, 2, 0, 3),
            (7, 6, 2, 0, 2),
            (8, 8, 2, 0, 5),
            (7, 8, 2, 0, 7),
            (7, 8, 3, 1, 4),
            (5, 4, 3, 0, 4),
            (4, 4, 3, 0, 3),
            (11, 12, 2, 1, 3),
        )
    ),
    *(("punctured-phases", {"q": q, "r": r, "p": p}) for q, r, p in ((5, 2, 1), (9, 2, 3), (16, 3, 2), (13, 2, 4))),
    *(("punctured-bases", {"q": q, "p": p}) for q, p in ((13, 1), (13, 3), (23, 5), (31, 7))),
    *(("devore", {"q": q, "r": r}) for q, r in ((2, 1), (4, 2), (5, 2), (7, 1))),
    *(("singer-lift", {"q": q}) for q in (2, 4, 7, 9)),
    *(("polynomial-phases", {"q": q, "r": r}) for q, r in ((3, 2), (5, 2), (9, 2), (8, 3), (11, 3), (16, 3))),
    *(("odd-polynomials", {"q": q, "r": r}) for q, r in ((5, 2), (17, 2), (25, 2), (37, 2))),
    *(("paley-etf", {"q": q}) for q in (5, 9, 13, 25)),
    *(("bent-etf", {"s": s, "sign": g}) for s, g in ((2, -1), (2, 1), (3, -1), (3, 1))),
    *(("taylor-etf", {"q": q, "sign": g}) for q, g in ((3, -1), (3, 1), (5, -1), (5, 1), (7, -1), (9, -1))),
    *(("symplectic-etf", {"s": 3, "type": t, "sign": g}) for t in (-1, 1) for g in (-1, 1)),
    *(("symplectic-etf", {"s": 4, "type": t, "sign": g}) for t in (-1, 1) for g in (-1, 1)),
    *(
        ("steiner-etf", {"kind": kind, "a": a, "n": n})
        for kind, a, n in ((0, 4, 2), (0, 12, 2), (1, 7, 2), (1, 15, 2), (1, 31, 2), (2, 2, 3), (3, 2, 3))
    ),
    *(("sporadic-etf", {"lines": n, "sign": g}) for n in (176, 276) for g in (-1, 1)),
    *(("lattice-sections", {"d": d, "inverse": 2}) for d in (16, 13, 8, 7, 6, 3)),
    *(("lattice-sections", {"d": d, "inverse": 3}) for d in (22, 16, 7, 5)),
]
