package io.sparkattention.rerank;

import io.sparkattention.model.Outcome;
import io.sparkattention.model.TextEmbedder;
import io.sparkattention.model.TextEmbedder.Embedding;
import io.sparkattention.model.TextEmbedder.Role;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Vectors of texts in one role: stored ones where there are any, others read once per text. */
final class TextVectors {

  private final TextEmbedder embedder;
  private final Role role;
  private final Set<String> unread = new LinkedHashSet<>();
  private final Map<String, Outcome<Embedding>> read = new HashMap<>();
  private long reused;

  TextVectors(TextEmbedder embedder, Role role) {
    this.embedder = embedder;
    this.role = role;
  }

  /** Notes a text, which will be read unless it has a stored vector. */
  void add(String text, float[] stored) {
    if (stored == null) {
      unread.add(text);
    } else if (stored.length == embedder.dimension()) {
      reused++;
    }
  }

  /** Reads all texts that must be. */
  void read(EmbeddingCounter counter) {
    List<String> texts = List.copyOf(unread);
    List<Outcome<Embedding>> outcomes = Outcome.ofEach(texts, batch -> embedder.embed(batch, role));
    for (int i = 0; i < texts.size(); i++) {
      read.put(texts.get(i), outcomes.get(i));
    }
    counter.add(reused, texts.size());
  }

  /** The vector of a text that was noted; for a stored one, nothing was read. */
  Outcome<Embedding> of(String text, float[] stored) {
    if (stored == null) {
      return read.get(text);
    }
    return stored.length == embedder.dimension()
        ? Outcome.of(new Embedding(stored, 0, 0, false))
        : Outcome.failure(
            "its stored embedding has "
                + stored.length
                + " numbers, but those of the model have "
                + embedder.dimension()
                + ": embed with the model that reranks");
  }
}
