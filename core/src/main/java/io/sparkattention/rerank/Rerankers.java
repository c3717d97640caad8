package io.sparkattention.rerank;

import io.sparkattention.registry.Registry;

/** The ways to rerank, by name. */
public final class Rerankers {

  /** All of them; one line each. */
  public static final Registry<Reranker> REGISTRY =
      new Registry<Reranker>("reranker")
          .add("bm25", Bm25Reranker.class)
          .add("bi-encoder", BiEncoderReranker.class)
          .add("cross-encoder", CrossEncoderReranker.class)
          .add("cascade", CascadeReranker.class)
          .add("hierarchical-siamese", HierarchicalSiameseReranker.class)
          .add("kernel-pool", KernelPoolReranker.class)
          .add("late-interaction", LateInteractionReranker.class)
          .add("listwise", ListwiseReranker.class)
          .add("parade", ParadeReranker.class)
          .add("passage-scores", PassageScoresReranker.class)
          .add("rrf", RrfReranker.class)
          .add("weighted", WeightedReranker.class)
          .add("yes-no", YesNoReranker.class);

  private Rerankers() {}
}
