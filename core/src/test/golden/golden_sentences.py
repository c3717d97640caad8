"""Golden directories in the layout of the sentence-transformers library.

Sentence embeddings: as release 6 saves them (with prompts, class-token and several pooling modes,
Dense, Normalize), and with the files that releases before 6 wrote, which most published models
have. Cross-encoders: with and without an activation named in each of the places that releases used.
"""

import json

import tokenizers
import torch
import transformers
from sentence_transformers import CrossEncoder, SentenceTransformer
from sentence_transformers.sentence_transformer.modules import (
    Dense, Normalize, Pooling, Transformer)

import golden_texts
from golden_tokenizers import write_json, write_lines
from golden_weights import randomize


def _sentence_transformer(golden, name, pooling, dense, max_seq_length, include_prompt=True):
    folder = golden.root / name
    model = randomize(transformers.AutoModel.from_config(golden.config(name)), name)
    model.save_pretrained(folder)
    golden.tokenizer(name).save_pretrained(folder)
    transformer = Transformer(str(folder))
    transformer.max_seq_length = max_seq_length
    modules = [transformer, Pooling(model.config.hidden_size, pooling, include_prompt)]
    if dense:
        width = model.config.hidden_size * (1 if isinstance(pooling, str) else len(pooling))
        modules.append(randomize(Dense(width, dense), name + "/dense"))
    modules.append(Normalize())
    prompts = {"query": "query: ", "document": "passage: "}
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(
        str(folder), create_model_card=False)
    _embeddings(golden, name)
    return folder


def _embeddings(golden, name):
    """Reads the directory back and embeds, one text at a time and in one batch."""
    model = SentenceTransformer(str(golden.root / name), device="cpu")
    cases = []
    for prompt in (None, "query", "document"):
        texts = golden_texts.SENTENCES
        vectors = model.encode(texts, prompt_name=prompt)
        for text, vector in zip(texts, vectors):
            alone = model.encode(text, prompt_name=prompt)
            assert abs(alone - vector).max() < 1e-5, (name, text)
            cases.append({"prompt": prompt, "text": text, "embedding": vector.tolist()})
    write_lines(golden.root / name / "sentences.expected.json", cases)


def sentence_transformers(golden):
    _sentence_transformer(golden, "bert-sentence-transformer", "mean", 24, 64)
    _sentence_transformer(golden, "roberta-sentence-transformer", "cls", None, 16)
    _sentence_transformer(
        golden, "mpnet-sentence-transformer", ("mean", "max"), 24, 64, include_prompt=False)
    # the same module files as releases before 6 wrote them, which most published models have
    name = "bert-sentence-transformer-release-5"
    folder = _sentence_transformer(golden, name, "mean", 24, 24)
    before = (folder / "sentences.expected.json").read_text()
    paths = {
        "Transformer": "", "Pooling": "1_Pooling", "Dense": "2_Dense", "Normalize": "3_Normalize"}
    write_json(folder / "modules.json", [
        {"idx": i, "name": str(i), "path": path, "type": "sentence_transformers.models." + kind}
        for i, (kind, path) in enumerate(paths.items())])
    write_json(folder / "1_Pooling" / "config.json", {
        "word_embedding_dimension": 32, "pooling_mode_cls_token": False,
        "pooling_mode_mean_tokens": True, "pooling_mode_max_tokens": False,
        "pooling_mode_mean_sqrt_len_tokens": False})
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": 24, "do_lower_case": False})
    # as published: a longer limit in the tokenizer's own files, and settings that callers override
    settings = json.loads((folder / "tokenizer_config.json").read_text())
    write_json(folder / "tokenizer_config.json", {**settings, "model_max_length": 64})
    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(12)
    tokenizer.enable_padding(length=12, pad_token="[PAD]")
    tokenizer.save(str(folder / "tokenizer.json"))
    _embeddings(golden, name)
    assert before == (folder / "sentences.expected.json").read_text()


def _cross_encoder(golden, name, activation, older=None):
    """As CrossEncoder saves it, or as before release 6, with `older` entries in config.json."""
    folder = golden.root / name
    config = golden.config(name, num_labels=1)
    model = randomize(transformers.AutoModelForSequenceClassification.from_config(config), name)
    model.save_pretrained(folder)
    golden.tokenizer(name).save_pretrained(folder)
    saved = CrossEncoder(str(folder), activation_fn=activation, max_length=40, device="cpu")
    saved.save_pretrained(str(folder), create_model_card=False)
    if older:
        config = json.loads((folder / "config.json").read_text())
        write_json(folder / "config.json", {**config, **older})
        for file in ("modules", "config_sentence_transformers", "sentence_bert_config"):
            (folder / f"{file}.json").unlink()
    model = CrossEncoder(str(folder), device="cpu")
    assert type(model.activation_fn) is type(activation), name
    scores = model.predict(golden_texts.PAIRS)
    logits = model.predict(golden_texts.PAIRS, activation_fn=torch.nn.Identity())
    cases = [
        {"query": query, "passage": passage, "logit": float(logit), "score": float(score)}
        for (query, passage), logit, score in zip(golden_texts.PAIRS, logits, scores)]
    write_lines(folder / "pairs.expected.json", cases)


def cross_encoders(golden):
    identity, sigmoid = torch.nn.Identity(), torch.nn.Sigmoid()
    path = "torch.nn.modules.linear.Identity"
    _cross_encoder(golden, "bert-cross-encoder-sigmoid", sigmoid)
    _cross_encoder(golden, "bert-cross-encoder-identity", identity)
    _cross_encoder(golden, "xlm-roberta-cross-encoder-sigmoid", sigmoid)
    release = {"sentence_transformers": {"activation_fn": path, "version": "5.1.0"}}
    _cross_encoder(golden, "bert-cross-encoder-release-5", identity, release)
    release = {"sbert_ce_default_activation_function": path}
    _cross_encoder(golden, "roberta-cross-encoder-release-3", identity, release)
    _cross_encoder(golden, "roberta-cross-encoder-plain", sigmoid, {"finetuning_task": None})
