package io.sparkattention.summarize;

import java.io.Serializable;

/**
 * A piece of a source that a model reads at once.
 *
 * @param document the place of its document in the source, from 0
 * @param start its first code point in the document, from 0
 * @param end the code point after its last one
 * @param tokens how many of the model's tokens it has, special ones left out
 * @param truncated whether text follows it in its document that nobody reads
 */
public record SourceChunk(int document, int start, int end, int tokens, boolean truncated)
    implements Serializable {

  /** What it says. */
  String text(Source source) {
    String whole = source.texts().get(document);
    int from = whole.offsetByCodePoints(0, start);
    return whole.substring(from, whole.offsetByCodePoints(from, end - start));
  }
}
