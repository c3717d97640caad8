package io.sparkattention.evaluate;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether a summary finds the document that it was made from among all documents that are given.
 *
 * <p>From RISE (Uthus and Ni, arXiv:2212.08775) is the idea that a good summary retrieves its own
 * document, and its score, the likeness of summary and document under an encoder that reads each
 * alone. What makes RISE agree with human judgement is not here: its encoder is first trained on
 * this retrieval, with documents and their summaries. With an encoder that was not, or with BM25,
 * the number tells a summary of this document from one of another; it does not tell a good summary
 * from a fluent but wrong one. By chance a share of 1 / documents is first.
 *
 * <p>Documents that are equal word for word are one document. Another document that is exactly as
 * like as its own stands before it. An empty prediction finds nothing: 0. An item whose document is
 * missing or cannot be read has no score, and no item has one if there are less than two documents.
 */
@Described(
    summary = "whether a summary's own document is the first that it retrieves; needs no reference",
    source = "after RISE (arXiv:2212.08775), without its training")
public record OwnDocument(
    @Default(value = "embedding", means = "what likeness is: embedding (cosine) or bm25")
        Likeness by)
    implements SourceMetric {

  /** What makes a summary and a document alike. */
  public enum Likeness {
    /** The cosine of their embeddings, the summary read as a query, the document as a passage. */
    EMBEDDING {
      @Override
      DocumentLikeness between(
          List<String> texts, List<String> documents, EvaluateContext context) {
        return new EmbeddingLikeness(texts, documents, context.embedder());
      }
    },
    /** BM25 of the documents with the summary as the query; needs no model. */
    BM25 {
      @Override
      DocumentLikeness between(
          List<String> texts, List<String> documents, EvaluateContext context) {
        return new Bm25Likeness(texts, documents);
      }
    };

    abstract DocumentLikeness between(
        List<String> texts, List<String> documents, EvaluateContext context);
  }

  /** {@code first} is 1 or 0, so that its mean is a share; {@code likeness} is RISE's score. */
  @Override
  public List<String> parts() {
    return List.of("first", "reciprocal-rank", "likeness");
  }

  @Override
  public Set<ModelRole> needs() {
    return by == Likeness.EMBEDDING ? Set.of(ModelRole.EMBEDDER) : Set.of();
  }

  @Override
  public List<Outcome<double[]>> score(List<SourceItem> items, EvaluateContext context) {
    List<String> texts = distinct(items.stream().map(SourceItem::prediction));
    List<String> documents = distinct(items.stream().map(SourceItem::document));
    DocumentLikeness likeness = by.between(texts, documents, context);
    Map<String, Integer> textPlaces = places(texts);
    Map<String, Integer> documentPlaces = places(documents);
    return items.stream()
        .map(
            item -> {
              Integer text = textPlaces.get(item.prediction());
              Integer own = documentPlaces.get(item.document());
              return Outcome.attempt(() -> score(text, own, documents.size(), likeness));
            })
        .toList();
  }

  private static List<String> distinct(Stream<String> texts) {
    return texts.filter(text -> text != null && !text.isBlank()).distinct().toList();
  }

  private static Map<String, Integer> places(List<String> texts) {
    Map<String, Integer> places = new HashMap<>();
    texts.forEach(text -> places.put(text, places.size()));
    return places;
  }

  /** The numbers of a text and its own document, by their places; null where there is none. */
  private static double[] score(
      Integer text, Integer own, int documents, DocumentLikeness likeness) {
    if (own == null) {
      throw new IllegalArgumentException("the item's document is missing or empty");
    }
    if (documents < 2) {
      throw new IllegalArgumentException(
          "there are less than two different documents, so none can be mistaken for its own");
    }
    return text == null ? new double[] {0, 0, 0} : placed(likeness.of(text), own);
  }

  /** Where a text's own document stands, given how like each document it is. */
  private static double[] placed(double[] likeness, int own) {
    if (Double.isNaN(likeness[own])) {
      throw new IllegalArgumentException("the model cannot read the item's document");
    }
    int before = 0;
    for (int i = 0; i < likeness.length; i++) {
      before += i != own && likeness[i] >= likeness[own] ? 1 : 0;
    }
    return new double[] {before == 0 ? 1 : 0, 1.0 / (before + 1), likeness[own]};
  }
}
