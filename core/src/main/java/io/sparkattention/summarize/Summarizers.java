package io.sparkattention.summarize;

import io.sparkattention.registry.Registry;

/** The ways to summarize, by name. */
public final class Summarizers {

  /** All of them; one line each. */
  public static final Registry<Summarizer> REGISTRY =
      new Registry<Summarizer>("summarizer")
          .add("attention-salience", AttentionSalienceSummarizer.class)
          .add("centroid", CentroidSummarizer.class)
          .add("cohesive-extract", CohesiveExtractSummarizer.class)
          .add("hierarchical-merge", HierarchicalMergeSummarizer.class)
          .add("incremental-update", IncrementalUpdateSummarizer.class)
          .add("lead", LeadSummarizer.class)
          .add("lexrank", LexRankSummarizer.class)
          .add("query-focused", QueryFocusedSummarizer.class)
          .add("random", RandomSummarizer.class)
          .add("seq2seq", Seq2SeqSummarizer.class);

  private Summarizers() {}
}
