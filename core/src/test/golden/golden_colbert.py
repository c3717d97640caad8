"""Golden directories in the layout of ColBERT checkpoints (Khattab and Zaharia, arXiv:2004.12832).

The library of the authors pins old releases, so what it does to queries and passages is written out
here over transformers: marker behind the class token, queries padded with [MASK] up to a length
(the padding is not attended to unless `attend_to_mask_tokens`), a projection without bias,
punctuation of passages left out, unit vectors, and as score the sum over the query's vectors of the
best product with a vector of the passage.

expected.safetensors of such a directory holds `query.{i}` and `passage.{i}` (tokens, dimension)
and `scores` (queries, passages) of the texts in colbert.expected.json.
"""

import json
import string

import torch
import transformers
from safetensors.torch import load_file, save_file
from torch.nn.functional import normalize

from golden_tokenizers import write_json
from golden_weights import randomize

QUERIES = [
    "What is attention?",
    "which passage answers",
    "a",
    "",
    "naïve 注意 🙂",
]
PASSAGES = [
    "Attention lets every query look at every key, and mixes values.",
    "Which one? The one with the highest score!",
    "Le café (de la gare) est fermé; où dîner?",
    "...!?",
    "a",
    "",
]
MARKERS = ["[unused0]", "[unused1]"]


def colbert(golden):
    _checkpoint(golden, "bert-colbert", 24, {
        "query_token_id": "[unused0]", "doc_token_id": "[unused1]", "query_token": "[Q]",
        "doc_token": "[D]", "dim": 24, "similarity": "cosine", "query_maxlen": 32,
        "doc_maxlen": 60, "mask_punctuation": True, "attend_to_mask_tokens": False})
    _checkpoint(golden, "bert-colbert-attended", 16, {
        "query_token_id": "[unused1]", "doc_token_id": "[unused0]", "dim": 16,
        "similarity": "cosine", "query_maxlen": 20, "doc_maxlen": 64, "mask_punctuation": False,
        "attend_to_mask_tokens": True})


def _checkpoint(golden, name, dimension, metadata):
    folder = golden.root / name
    vocabulary = golden.config("bert").vocab_size
    config = golden.config(name, vocab_size=vocabulary + len(MARKERS))
    config.architectures = ["HF_ColBERT"]
    model = randomize(transformers.BertModel(config, add_pooling_layer=False), name)
    linear = torch.nn.Linear(config.hidden_size, dimension, bias=False)
    linear = randomize(linear, name + "/linear")
    golden.tokenizer(name).save_pretrained(folder)
    _add_markers(folder / "tokenizer.json", vocabulary)
    config.save_pretrained(folder)
    weights = {"bert." + key: value for key, value in model.state_dict().items()}
    save_file(
        {**weights, "linear.weight": linear.weight.detach()}, folder / "model.safetensors",
        metadata={"format": "pt"})
    write_json(folder / "artifact.metadata", metadata)
    _expect(folder, metadata)


def _add_markers(path, vocabulary):
    """Entries of the vocabulary that are no added tokens, as the unused ones of BERT are."""
    tokenizer = json.loads(path.read_text())
    for offset, marker in enumerate(MARKERS):
        tokenizer["model"]["vocab"][marker] = vocabulary + offset
    write_json(path, tokenizer)


def _expect(folder, metadata):
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    weights = load_file(folder / "model.safetensors")
    config = transformers.AutoConfig.from_pretrained(folder)
    model = transformers.BertModel(config, add_pooling_layer=False).eval()
    model.load_state_dict({
        key.removeprefix("bert."): value for key, value in weights.items()
        if key.startswith("bert.")})
    projection = weights["linear.weight"]

    def vectors(ids, mask):
        with torch.no_grad():
            hidden = model(ids, attention_mask=mask).last_hidden_state
        return normalize(hidden @ projection.T, dim=2)[0]

    def marked(text, marker, **padding):
        read = tokenizer(". " + text, return_tensors="pt", **padding)  # the dot's place is taken
        read["input_ids"][:, 1] = tokenizer.convert_tokens_to_ids(marker)
        return read["input_ids"], read["attention_mask"]

    def query(text):
        ids, mask = marked(
            text, metadata["query_token_id"], padding="max_length",
            max_length=metadata["query_maxlen"])
        assert ids.shape[1] == metadata["query_maxlen"], text
        ids[ids == tokenizer.pad_token_id] = tokenizer.mask_token_id
        if metadata["attend_to_mask_tokens"]:
            mask[ids == tokenizer.mask_token_id] = 1
        return vectors(ids, mask)

    skipped = [
        tokenizer.encode(symbol, add_special_tokens=False)[0] for symbol in string.punctuation]

    def passage(text):
        ids, mask = marked(text, metadata["doc_token_id"])
        assert ids.shape[1] <= metadata["doc_maxlen"], text
        kept = [not metadata["mask_punctuation"] or i not in skipped for i in ids[0].tolist()]
        return vectors(ids, mask)[torch.tensor(kept)]

    queries = [query(text) for text in QUERIES]
    passages = [passage(text) for text in PASSAGES]
    scores = [[(q @ p.T).max(1).values.sum().item() for p in passages] for q in queries]
    found = {f"query.{i}": value.contiguous() for i, value in enumerate(queries)}
    found |= {f"passage.{i}": value.contiguous() for i, value in enumerate(passages)}
    save_file({**found, "scores": torch.tensor(scores)}, folder / "expected.safetensors")
    write_json(folder / "colbert.expected.json", {"queries": QUERIES, "passages": PASSAGES})
