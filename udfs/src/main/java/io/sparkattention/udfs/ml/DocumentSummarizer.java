package io.sparkattention.udfs.ml;

import io.sparkattention.udfs.function.BatchedFunction;
import io.sparkattention.udfs.function.BatchedFunctions;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;

/**
 * Adds the summary of each text: the struct of {@code summarize(text, options)} in a column {@code
 * summary}, whose field {@code summary.summary} a next stage can read.
 */
public final class DocumentSummarizer extends FunctionTransformer<DocumentSummarizer> {

  private static final long serialVersionUID = 1L;

  /** A stage with a uid of its own. */
  public DocumentSummarizer() {
    this(randomUid("documentSummarizer"));
  }

  /** A stage with this uid, which no other in a pipeline may have. */
  public DocumentSummarizer(String uid) {
    super(uid, "summary");
  }

  /** Reads what was saved. */
  public static MLReader<DocumentSummarizer> read() {
    return new DefaultParamsReader<>();
  }

  /** The stage that was saved at a path. */
  public static DocumentSummarizer load(String path) {
    return read().load(path);
  }

  @Override
  BatchedFunction function() {
    return BatchedFunctions.SUMMARIZE;
  }
}
