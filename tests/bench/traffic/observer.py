"""The observer of `deno task bench:traffic`: learns from the features of
`features.ts` which windows hold an alert, and which node spoke first.

A tool of the bench, not of the product: scikit-learn's logistic regression and
boosted trees are what somebody who attacks our traffic would take first.

A score is the area under the ROC curve over held-out trials. Folds are blocks
of time, and trials next to the held-out block are left out of the training, so
that no alert is on both sides. The same is done with faked event times, drawn
from the process that made the real ones (a fair coin per trial, an even draw
among the nodes), and the p-value is the share of fakes that score as high. For
"best" the better model of each draw counts, since the best of two models is
above 0.5 by chance.

Usage: observer.py DIRECTORY DRAWS PROFILE...; reads PROFILE.f32, PROFILE.i32
and PROFILE.labels.json, writes one line of JSON per profile and question.
"""

import json
import sys

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FOLDS = 4
# Beyond this many rows a draw takes seconds and scores hardly change.
ROWS_MAX = 12_000


def models():
    return {
        "linear": make_pipeline(
            StandardScaler(), LogisticRegression(C=0.1, max_iter=60, tol=1e-3)
        ),
        "boosted": HistGradientBoostingClassifier(
            max_iter=30,
            max_leaf_nodes=12,
            learning_rate=0.15,
            min_samples_leaf=40,
            early_stopping=False,
            random_state=0,
        ),
    }


def held_out_scores(model, x, y, trial, folds):
    """Scores of each row by a model that never saw its trial or the next."""
    scores = np.full(len(y), np.nan)
    for first, last in folds:
        test = (trial >= first) & (trial <= last)
        train = (trial < first - 1) | (trial > last + 1)
        if y[train].min() == y[train].max():
            continue
        model.fit(x[train], y[train])
        # Log-odds, centred: folds have different levels, AUC compares across.
        score = model.decision_function(x[test])
        scores[test] = score - np.median(score)
    return scores


def auc(y, scores):
    known = ~np.isnan(scores)
    if y[known].min() == y[known].max():
        return 0.5
    return roc_auc_score(y[known], scores[known])


def pooled_auc(y, scores, group):
    """AUC over groups of rows (all links of a trial, or of a node in it)."""
    known = ~np.isnan(scores)
    _, number = np.unique(group[known], return_inverse=True)
    count = np.bincount(number)
    mean = np.bincount(number, scores[known]) / count
    label = np.bincount(number, y[known]) / count > 0.5
    if label.min() == label.max():
        return 0.5
    return roc_auc_score(label, mean)


def judge(x, trial, group, draw, real, draws):
    """Scores the real labels and `draws` faked ones."""
    edges = np.quantile(np.unique(trial), np.linspace(0, 1, FOLDS + 1))
    edges = np.round(edges).astype(int)
    folds = [
        (edges[i], edges[i + 1] - (i + 1 < FOLDS)) for i in range(FOLDS)
    ]

    def score(y):
        found = {}
        for name, model in models().items():
            scores = held_out_scores(model, x, y, trial, folds)
            found[name] = auc(y, scores)
            found[name + "_pooled"] = pooled_auc(y, scores, group)
        found["best"] = max(found["linear"], found["boosted"])
        found["best_pooled"] = max(
            found["linear_pooled"], found["boosted_pooled"]
        )
        return found

    truth = score(real)
    fakes = [score(draw()) for _ in range(draws)]
    return {
        name: {
            "auc": round(value, 4),
            "p": round(
                (1 + sum(fake[name] >= value for fake in fakes)) / (1 + draws),
                4,
            ),
            "fake": round(float(np.mean([fake[name] for fake in fakes])), 4),
            "fake95": round(
                float(np.quantile([fake[name] for fake in fakes], 0.95)), 4
            ),
        }
        for name, value in truth.items()
    }


def thin(rows, random):
    return np.sort(random.permutation(rows)[:ROWS_MAX])


def observe(directory, profile, draws):
    with open(f"{directory}/{profile}.labels.json") as file:
        labels = json.load(file)
    columns = labels["columns"]
    values = np.fromfile(f"{directory}/{profile}.f32", np.float32)
    about = np.fromfile(f"{directory}/{profile}.i32", np.int32).reshape(-1, 3)
    values = values.reshape(-1, columns)
    alert = np.array(labels["alert"], bool)
    origin = np.array(labels["origin"])
    nodes = labels["nodes"]
    random = np.random.default_rng(labels["seed"])

    # Was there an alert?
    rows = thin(np.arange(len(about)), random)
    trial = about[rows, 0]
    real = alert[trial].astype(int)

    def fake_alerts():
        return (random.random(len(alert)) < 0.5)[trial].astype(int)

    tell(
        profile,
        "event",
        real,
        judge(values[rows], trial, trial, fake_alerts, real, draws),
    )

    # Who spoke? Only trials with an alert.
    rows = thin(np.flatnonzero(alert[about[:, 0]]), random)
    trial = about[rows, 0]
    sender = about[rows, 1]
    real = (origin[trial] == sender).astype(int)

    def fake_origins():
        drawn = random.integers(0, nodes, len(origin))
        return (drawn[trial] == sender).astype(int)

    tell(
        profile,
        "origin",
        real,
        judge(
            values[rows],
            trial,
            trial * nodes + sender,
            fake_origins,
            real,
            draws,
        ),
    )


def tell(profile, question, real, verdict):
    print(
        json.dumps(
            {
                "profile": profile,
                "question": question,
                "windowsWith": int(real.sum()),
                "windowsWithout": int(len(real) - real.sum()),
                **verdict,
            }
        ),
        flush=True,
    )


if __name__ == "__main__":
    for name in sys.argv[3:]:
        observe(sys.argv[1], name, int(sys.argv[2]))
