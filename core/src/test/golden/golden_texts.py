"""The texts behind the golden files: what tokenizers are trained on, and what is put to them."""

TRAINING = [
    "Attention lets every query look at every key and mix the values.",
    "The summary of a long document keeps what matters and drops the rest.",
    "A reranker scores a query and a passage together, one pair at a time.",
    "Which passage answers the query best? The one with the highest score!",
    "Caches hold keys and values, so that decoding need not compute them again.",
    "Entropy is high where the weights are spread and low where they point at one token.",
    "Le café de la gare est fermé; où dîner à Zürich, naïve Façade?",
    "注意力机制 查询 文档 東京 の 本",
    "الانتباه هو كل ما تحتاجه",
    "Внимание это всё, что нужно.",
    "query: what is attention? passage: the weights of a layer, 1790 to 2021, 3.14 %",
    "state-of-the-art models don't truncate: they've chunks of 512 tokens (or 64).",
]

# what tokenizers meet in practice; a pair where the second is not None
TOKENIZED = [
    ("Attention lets every query look at every key.", None),
    ("attention", None),
    ("", None),
    (" ", None),
    ("  two  spaces, a\ttab\nand a line  ", None),
    ("CAFÉ café cafe\u0301 Zürich naïve", None),
    ("注意力机制和東京の本", None),
    ("الانتباه هو كل ما تحتاجه", None),
    ("Внимание — это всё!", None),
    ("emoji 🙂 and 👩‍👩‍👧‍👦 and 🇨🇭 end", None),
    ("ﬁne ligature, ｆｕｌｌｗｉｄｔｈ, ½ and ™", None),
    ("control\u0000 zero\u200bwidth \u00adsoft \ufffd", None),
    ("state-of-the-art, don't, they've; 3.14 % (1790)", None),
    ("antidisestablishmentarianism" * 4, None),
    ("unknown ꙮ letters ᚠᚢᚦ", None),
    ("[MASK] and <mask> and [SEP] and </s> inside text", None),
    ("query: what is attention?", "passage: the weights of a layer."),
    ("naïve 注意 🙂", "second 東京 part"),
    ("", "only a second"),
    ("only a first", ""),
]

SENTENCES = [
    "Attention lets every query look at every key and mix the values.",
    "What is attention?",
    "Le café de la gare est fermé.",
    "注意力机制 東京",
    "a",
    "The summary of a long document keeps what matters and drops the rest, and this sentence "
    "goes on far past the longest input that a tiny model reads, word after word after word, "
    "so that its end is cut: again and again and again, entropy and caches and passages.",
]

PAIRS = [
    ("What is attention?", "Attention lets every query look at every key and mix the values."),
    ("What is attention?", "Le café de la gare est fermé."),
    ("Which passage answers best?", "The one with the highest score!"),
    ("a", "b"),
    ("caches", "Caches hold keys and values, so that decoding need not compute them again. " * 3),
    ("naïve 注意 🙂", "second 東京 part"),
]
