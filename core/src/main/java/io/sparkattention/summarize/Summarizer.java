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

  /** Whether the strategy looks for a query; a source without one has an error for an outcome. */
  default boolean needsQuery() {
    return false;
  }

  /**
   * Summarizes sources, in any number and of any length; the result does not depend on which
   * sources are summarized together.
   *
   * @param sources what to summarize; one with a document that is null or blank has an error for an
   *     outcome
   * @param budget how long each summary may be
   * @param context what the strategy may work with
   * @return one outcome per source, in order; the error says why there is no summary
   * @throws IllegalStateException if the context lacks what {@link #needs} names
   */
  List<Outcome<Summary>> summarize(List<Source> sources, Budget budget, SummarizeContext context);
}
