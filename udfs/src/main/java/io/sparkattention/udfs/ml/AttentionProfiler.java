package io.sparkattention.udfs.ml;

import io.sparkattention.udfs.function.BatchedFunction;
import io.sparkattention.udfs.function.BatchedFunctions;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;

/**
 * Adds statistics of what a model attends to in each text: the struct of {@code
 * attention_stats(text, options)} in a column {@code attention}. With {@code level} set to {@code
 * document} the statistics are fields of numbers, such as {@code attention.entropy}, which a next
 * stage can read.
 */
public final class AttentionProfiler extends FunctionTransformer<AttentionProfiler> {

  private static final long serialVersionUID = 1L;

  /** A stage with a uid of its own. */
  public AttentionProfiler() {
    this(randomUid("attentionProfiler"));
  }

  /** A stage with this uid, which no other in a pipeline may have. */
  public AttentionProfiler(String uid) {
    super(uid, "attention");
  }

  /** Reads what was saved. */
  public static MLReader<AttentionProfiler> read() {
    return new DefaultParamsReader<>();
  }

  /** The stage that was saved at a path. */
  public static AttentionProfiler load(String path) {
    return read().load(path);
  }

  @Override
  BatchedFunction function() {
    return BatchedFunctions.ATTENTION_STATS;
  }
}
