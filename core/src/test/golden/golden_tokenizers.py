"""Makes the small tokenizers of the golden checkpoints and records what they make of texts.

The library's trainers of WordPiece and Unigram break ties by hash order, so those two are counted
here instead: the same files come out each time.
"""

import json
import math
from collections import Counter

from tokenizers import (
    Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers)

import golden_texts

_BERT = dict(
    pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]")
_ROBERTA = dict(
    bos_token="<s>", cls_token="<s>", eos_token="</s>", sep_token="</s>", pad_token="<pad>",
    unk_token="<unk>", mask_token="<mask>")

SPECIAL_TOKENS = {
    "wordpiece": _BERT,
    "wordpiece-cased": _BERT,
    "wordpiece-mpnet": {**_ROBERTA, "unk_token": "[UNK]"},
    "bpe": _ROBERTA,
    "unigram": _ROBERTA,
}


def train():
    return {
        "wordpiece": _wordpiece(list(_BERT.values()), "[CLS]", "[SEP]", lowercase=True),
        "wordpiece-cased": _wordpiece(list(_BERT.values()), "[CLS]", "[SEP]", lowercase=False),
        "wordpiece-mpnet": _wordpiece(
            ["<s>", "<pad>", "</s>", "[UNK]", "<mask>"], "<s>", "</s>", lowercase=True,
            separators=2),
        "bpe": _byte_level_bpe(),
        "unigram": _unigram(),
    }


def _template(tokenizer, first, last, separators=1):
    """first A last, and for pairs first A last [last] B last."""
    between = " ".join([f"{last}:0"] * separators)
    second = 1 if separators == 1 else 0
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{first}:0 $A:0 {last}:0",
        pair=f"{first}:0 $A:0 {between} $B:{second} {last}:{second}",
        special_tokens=[(token, tokenizer.token_to_id(token)) for token in (first, last)])
    return tokenizer


def _words(normalizer, splitter):
    for text in golden_texts.TRAINING:
        yield from (word for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(text)))


def _pieces(words, size, mark=""):
    """Every character and the longest frequent pieces, with counts; marked inside a word."""
    single, longer = Counter(), Counter()
    for word in words:
        for start in range(len(word)):
            prefix = mark if start else ""
            single[prefix + word[start]] += 1
            for end in range(start + 2, len(word) + 1):
                longer[prefix + word[start:end]] += 1
    ranked = sorted(longer, key=lambda piece: (-longer[piece] * (len(piece) - 1), piece))
    kept = sorted(single) + ranked[: size - len(single)]
    return [(piece, single[piece] + longer[piece]) for piece in kept]


def _wordpiece(special, first, last, lowercase, separators=1):
    normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    splitter = pre_tokenizers.BertPreTokenizer()
    pieces = _pieces(_words(normalizer, splitter), 280 - len(special), mark="##")
    vocabulary = {piece: i for i, piece in enumerate(special + [piece for piece, _ in pieces])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizer, splitter
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.add_special_tokens(special)
    return _template(tokenizer, first, last, separators)


def _byte_level_bpe():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=320, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"], show_progress=False)
    tokenizer.train_from_iterator(golden_texts.TRAINING, trainer)
    tokenizer.post_processor = processors.RobertaProcessing(
        ("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False)
    return tokenizer


def _unigram():
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    splitter = pre_tokenizers.Metaspace()
    pieces = _pieces(_words(normalizer, splitter), 175)
    total = sum(count for _, count in pieces)
    scores = [(piece, round(math.log(count / total), 4)) for piece, count in pieces]
    tokenizer = Tokenizer(models.Unigram(
        [(piece, 0.0) for piece in special] + scores, unk_id=special.index("<unk>")))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizer, splitter
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.add_special_tokens(special)
    return _template(tokenizer, "<s>", "</s>", separators=2)


def write_expected(tokenizer, folder):
    """Whole texts first, then pairs and a long text cut at 12 tokens in each way."""
    cases = [_case(tokenizer, text, pair) for text, pair in golden_texts.TOKENIZED]
    first, second = golden_texts.SENTENCES[0], golden_texts.SENTENCES[5]
    cases.append(_case(tokenizer, second, None, truncation="longest_first", max_length=12))
    for truncation in ("longest_first", "only_first", "only_second"):
        length = 12 if truncation == "longest_first" else 64
        long, short = (second, first) if truncation == "only_first" else (first, second)
        cases.append(_case(tokenizer, long, short, truncation=truncation, max_length=length))
    write_lines(folder / "tokenizer.expected.json", cases)


def _case(tokenizer, text, pair, **cut):
    found = tokenizer(
        text, pair, return_offsets_mapping=True, return_token_type_ids=True,
        return_special_tokens_mask=True, **cut)
    return {
        "text": text, "pair": pair, **cut, "ids": found["input_ids"],
        "type_ids": found["token_type_ids"], "special_tokens_mask": found["special_tokens_mask"],
        "offsets": [list(offset) for offset in found["offset_mapping"]],
        "tokens": tokenizer.convert_ids_to_tokens(found["input_ids"])}


def write_lines(path, cases):
    """A JSON array with one case on each line."""
    rows = ",\n".join(json.dumps(case, ensure_ascii=True) for case in cases)
    path.write_text("[\n" + rows + "\n]\n")


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2) + "\n")
