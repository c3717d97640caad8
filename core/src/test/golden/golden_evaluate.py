"""Golden files of metrics: texts and rankings, and what rouge-score, NLTK, trec_eval and SciPy
compute for them.

Run from the root of the repository (no network, a few seconds):

    pip install rouge-score nltk scipy numpy
    python core/src/test/golden/golden_evaluate.py TREC_EVAL core/src/test/resources/golden-evaluate

TREC_EVAL is a trec_eval that prints all digits: replace %6.4f by %.17g in meas_print_single.c and
meas_print_final.c before `make`. Texts and words come from examples/corpus; whatever is random
comes from a fixed seed.

* rouge.json: predictions and references; per tokenizer and type precision, recall, F. Of several
  references the first with the highest F counts.
* stems.tsv: word, stem.
* run-*.txt, qrels.txt: two runs and judgements; trec-*.tsv: measure, query (or all), value.
* statistics.json: differences with p values of the t-test and of the sign-flip test over all
  signs (means rounded to 12 digits, so that equal ones tie); numbers with percentiles.
"""

import json
import random
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
from nltk.stem.porter import PorterStemmer
from scipy import stats

try:
    from rouge_score import rouge_scorer
except ImportError:  # a checkout of google-research has it under another name
    from rouge import rouge_scorer

CORPUS = Path("examples/corpus")
TYPES = ["rouge1", "rouge2", "rouge3", "rougeL", "rougeLsum"]
ODD_TEXTS = [
    ("", ""), ("", "a reference"), ("a prediction", ""), ("...", "!!!"), ("\n\n", "one\n\ntwo"),
    ("one", "one"), ("one two", "two one"), ("the the the the", "the cat"), ("a a b", "a b b"),
    ("Flies died; skies dying. Enjoyed!", "fly dies sky die enjoy"),
    ("snake_case and hyphen-ated words", "snake case and hyphen ated word"),
    ("Istanbul \u0130stanbul \u212aelvin", "istanbul kelvin i"),
    ("na\u00efve caf\u00e9 \u00fcber", "naive cafe uber"),
    ("\u4eca\u5929\u5929\u6c14\u5f88\u597d", "\u4eca\u5929\u5929\u6c14\u5f88\u597d"),
    ("\u041f\u0440\u0438\u0432\u0435\u0442 world 42", "world 42"),
    ("emoji \U0001f600 between words", "emoji between words"),
    ("3.14 and 1,000,000", "3 14 and 1 000 000"),
    ("b a\nc b\na c", "a b\nb c\nc a"), ("x a y b z\nc d", "a b\nc x d\na b c d"),
    ("a b c d\r\ne f", "e f\r\na b c d"), ("a b a b a b", "b a b a"), ("tab\tand\vform\ffeed", "tab form"),
]
SUFFIXES = (
    "sses ies ss s eed ed ing at bl iz y ational tional enci anci izer bli alli entli eli ousli "
    "ization ation ator alism iveness fulness ousness aliti iviti biliti fulli logi icate ative "
    "alize iciti ical ful ness al ance ence er ic able ible ant ement ment ent sion tion ion ou ism "
    "ate iti ous ive ize e ll lled lling tted ssing zzed ied ying yed").split()
CUTOFFS = "1,3,5,10,100"


def rows(name):
    with open(CORPUS / name, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def sentences(text):
    return [s for s in re.split(r"(?<=[.!?])\s+", text) if s]


def pairs(rng):
    """Odd texts, then parts of documents against other parts that share sentences and words."""
    made = [(prediction, [reference]) for prediction, reference in ODD_TEXTS]
    for number, speech in enumerate(rows("speeches.jsonl")):
        pool = sentences(speech["text"])[:14]
        chosen = rng.sample(pool, 3)
        references = [rng.sample(pool, rng.randint(2, 4)) for _ in range(1 + number % 3)]
        gap = "\n" if number % 4 else " "
        made.append((gap.join(chosen), [gap.join(r) for r in references]))
    for passage in rng.sample(rows("passages.jsonl"), 20):
        words = passage["text"].split()[:80]
        shuffled = [w for w in words if rng.random() < 0.7]
        for _ in range(10):
            at = rng.randrange(len(shuffled) - 1)
            shuffled[at], shuffled[at + 1] = shuffled[at + 1], shuffled[at]
        made.append((" ".join(words[: rng.randint(5, 80)]), [" ".join(shuffled)]))
    return made


def rouge(rng):
    scorers = {
        "stemmed": rouge_scorer.RougeScorer(TYPES, use_stemmer=True),
        "plain": rouge_scorer.RougeScorer(TYPES, use_stemmer=False),
    }
    items = []
    for prediction, references in pairs(rng):
        item = {"prediction": prediction, "references": references, "scores": {}}
        for name, scorer in scorers.items():
            each = [scorer.score(reference, prediction) for reference in references]
            best = {t: max((e[t] for e in each), key=lambda score: score.fmeasure) for t in TYPES}
            item["scores"][name] = {t: list(map(float, best[t])) for t in TYPES}
        items.append(item)
    return items


def stems(rng):
    stemmer = PorterStemmer()
    text = " ".join(row["text"] for row in rows("passages.jsonl") + rows("speeches.jsonl")[-2:])
    words = set(re.findall(r"[a-z0-9]+", text.lower())) | set(stemmer.pool)
    letters = "aeiouybcdlst"
    for suffix in SUFFIXES:
        for length in (0, 1, 2, 3, 4, 6):
            for _ in range(6):
                words.add("".join(rng.choice(letters) for _ in range(length)) + suffix)
    return [(word, stemmer.stem(word)) for word in sorted(words) if word]


def rankings(rng):
    """Judgements with grades, and two runs with ties, gaps and ids beyond the basic plane."""
    qrels, runs = [], {"a": [], "b": []}
    odd = ["\uff21wide", "\U0001f600face", "\u00e9t\u00e9", "Z", "a", "a-b", "a_b", "10", "9"]
    for number in range(1, 41):
        query = f"q{number}"
        pool = odd + [f"d{number}-{i}" for i in range(rng.choice([0, 3, 12, 40, 150]))]
        grades = [0] if number % 10 == 7 else [-1, 0, 0, 0, 1, 1, 2, 3]
        for document in rng.sample(pool, max(1, len(pool) // 3)):
            qrels.append((query, document, rng.choice(grades)))
        for name, lines in runs.items():
            if number % 13 == 5 and name == "b":
                continue
            digits = rng.choice([0, 1, 3])
            kept = rng.sample(pool, rng.randint(1, len(pool)))
            scores = {d: round(rng.uniform(-3, 3), digits) + 0.0 for d in kept}
            if number % 11 == 3:
                scores = dict.fromkeys(kept, 1.0)
            lines += [(query, document, score) for document, score in scores.items()]
    runs["a"].append(("not-judged", "d1", 1.0))
    qrels.append(("never-run", "d1", 1))
    return qrels, runs


def trec_eval(binary, qrels, run):
    measures = [f"{m}.{CUTOFFS}" for m in ("ndcg_cut", "map_cut", "recall", "P")]
    measures += ["ndcg", "map", "recip_rank", "set_recall"]
    values = []
    for prefix, options in (
        ("", [o for m in measures for o in ("-m", m)]),
        ("M5_", ["-M", "5", "-m", "recip_rank"]),
    ):
        command = [binary, "-q", "-c", *options, str(qrels), str(run)]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        for line in printed.splitlines():
            measure, query, value = line.split()
            values.append((prefix + measure, query, value))
    return values


def statistics(rng):
    tests = []
    for size in (2, 3, 5, 8, 12, 15):
        for digits in (1, 6):
            values = [round(rng.gauss(0.2, 1), digits) for _ in range(size)]
            if size >= 5:
                values[0] = 0.0
            tests.append({
                "differences": values,
                "t_p": float(stats.ttest_1samp(values, 0).pvalue),
                "sign_flip_p": float(stats.permutation_test(
                    (np.array(values), np.zeros(size)), lambda x, y: np.round(np.mean(x - y), 12),
                    permutation_type="samples", n_resamples=np.inf).pvalue),
            })
    percentiles = []
    for size in (1, 2, 7, 1000):
        values = [round(rng.gauss(0, 1), 6) for _ in range(size)]
        percentiles.append({
            "values": values,
            "percentiles": {str(q): float(np.percentile(values, 100 * q))
                            for q in (0.0, 0.025, 0.5, 0.9, 0.975, 1.0)},
        })
    return {"tests": tests, "percentiles": percentiles}


def write_table(path, table):
    path.write_text("".join("\t".join(row) + "\n" for row in table), encoding="utf-8")


def write_json(path, value):
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


def main(binary, out):
    out.mkdir(parents=True, exist_ok=True)
    write_json(out / "rouge.json", rouge(random.Random(1)))
    write_table(out / "stems.tsv", stems(random.Random(2)))
    qrels, runs = rankings(random.Random(3))
    judged = out / "qrels.txt"
    judged.write_text("".join(f"{q} 0 {d} {r}\n" for q, d, r in qrels), encoding="utf-8")
    for name, lines in runs.items():
        run = out / f"run-{name}.txt"
        text = "".join(f"{q} Q0 {d} 0 {s} run-{name}\n" for q, d, s in lines)
        run.write_text(text, encoding="utf-8")
        write_table(out / f"trec-{name}.tsv", trec_eval(binary, judged, run))
    write_json(out / "statistics.json", statistics(random.Random(4)))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
