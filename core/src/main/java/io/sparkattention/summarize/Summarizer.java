package io.sparkattention.summarize;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import java.io.Serializable;
import java.util.List;
import java.util.Set;

/** One way to summarize documents. Stateless and thread-safe; a strategy is its options. */
public interface Summarizer extends Serializable {

  /** What the strategy needs a model for; empty if it reads text without one. */
  Set<ModelRole> needs();

  /**
   * Summarizes documents, in any number and of any length; the result does not depend on which
   * documents are summarized together.
   *
   * @param texts the documents; a null or blank one has an error for an outcome
   * @param context what the strategy may work with
   * @return one outcome per document, in order; the error says why there is no summary
   * @throws IllegalStateException if the context lacks what {@link #needs} names
   */
  List<Outcome<Summary>> summarize(List<String> texts, SummarizeContext context);
}
