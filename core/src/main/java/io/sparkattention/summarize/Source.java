package io.sparkattention.summarize;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What one summary is made of: a document, or the documents of a group, and what is asked of them.
 *
 * <p>Nothing is left out in silence: where one document of a group is null, blank or without a
 * sentence, the group has an error that names every such document, and no summary.
 *
 * @param texts the documents, in the order in which a summary quotes them; some may be null
 * @param query what the summary is to answer, for strategies that look for it
 */
public record Source(List<String> texts, Optional<String> query) {

  public Source {
    texts = Collections.unmodifiableList(new ArrayList<>(texts));
    Objects.requireNonNull(query, "query");
  }

  /** One document, which may be null. */
  public static Source of(String text) {
    return new Source(Collections.singletonList(text), Optional.empty());
  }

  /** Several documents that share a summary. */
  public static Source ofGroup(List<String> texts) {
    return new Source(texts, Optional.empty());
  }

  /** The same documents, asked a query; a null one is none. */
  public Source withQuery(String asked) {
    return new Source(texts, Optional.ofNullable(asked));
  }
}
