"""Golden file of BERTScore: what bert_score gives for short texts, read by a tiny random BERT.

Run from the root of the repository (no network, a few seconds):

    pip install bert-score
    python core/src/test/golden/golden_bertscore.py core/src/test/resources

The checkpoint is golden/bert, made by make_golden.py; the file is golden-evaluate/bertscore.json.
Each text goes through the model alone, since padding shows in the last digits. Scores are
precision, recall, F of the candidate against the reference; `idf` weighs tokens by their rarity
in all references of the file.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

import bert_score
import torch
import transformers
from bert_score.utils import get_idf_dict, greedy_cos_idf, get_bert_embedding
from transformers import AutoModel, AutoTokenizer

PAIRS = [
    ("attention is all", "attention is all"),
    ("the model reads", "a model reads text"),
    ("queries look at keys", "keys are looked at"),
    ("one", "two three four"),
    ("a a a a", "a"),
    ("Values, mixed!", "mixed values"),
    ("caf\u00e9 na\u00efve", "cafe naive"),
    ("42 documents", "documents: 42"),
    ("the the model", "the model the"),
]


def score(model, tokenizer, weights, candidate, reference):
    def embed(text):
        return get_bert_embedding([text], model, tokenizer, weights, device="cpu")

    with torch.no_grad():
        hypothesis, hypothesis_mask, hypothesis_idf = embed(candidate)
        other, mask, idf = embed(reference)
        scores = greedy_cos_idf(other, mask, idf, hypothesis, hypothesis_mask, hypothesis_idf)
    return [float(s[0]) for s in scores]


def main(resources):
    checkpoint = resources / "golden" / "bert"
    model = AutoModel.from_pretrained(checkpoint).eval()
    tokenizer = AutoTokenizer.from_pretrained(checkpoint)
    equal = defaultdict(lambda: 1.0, {tokenizer.sep_token_id: 0, tokenizer.cls_token_id: 0})
    rarity = get_idf_dict([reference for _, reference in PAIRS], tokenizer, nthreads=0)
    value = {
        "versions": {
            "bert_score": bert_score.__version__,
            "transformers": transformers.__version__,
            "torch": torch.__version__,
        },
        "pairs": [
            {
                "candidate": candidate,
                "reference": reference,
                "tokens": [len(tokenizer.encode(candidate)), len(tokenizer.encode(reference))],
                "equal": score(model, tokenizer, equal, candidate, reference),
                "idf": score(model, tokenizer, rarity, candidate, reference),
            }
            for candidate, reference in PAIRS
        ],
    }
    path = resources / "golden-evaluate" / "bertscore.json"
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
