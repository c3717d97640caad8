package io.sparkattention.udfs.ml;

import io.sparkattention.udfs.function.BatchedFunction;
import io.sparkattention.udfs.function.BatchedFunctions;
import io.sparkattention.udfs.function.ResultColumn.ColumnName;
import java.util.List;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;

/**
 * Adds how relevant each passage is to its query: the struct of {@code rerank_score(query, passage,
 * options)} in a column {@code relevance}. It reads the queries in {@code queryCol} and the
 * passages in {@code inputCol}.
 */
public final class PassageScorer extends FunctionTransformer<PassageScorer> {

  private static final long serialVersionUID = 1L;

  private final Param<String> queryCol = column("queryCol", "The column of queries");

  /** A stage with a uid of its own. */
  public PassageScorer() {
    this(randomUid("passageScorer"));
  }

  /** A stage with this uid, which no other in a pipeline may have. */
  public PassageScorer(String uid) {
    super(uid, "relevance");
    setDefault(queryCol, "query");
  }

  /** Reads what was saved. */
  public static MLReader<PassageScorer> read() {
    return new DefaultParamsReader<>();
  }

  /** The stage that was saved at a path. */
  public static PassageScorer load(String path) {
    return read().load(path);
  }

  @Override
  BatchedFunction function() {
    return BatchedFunctions.RERANK_SCORE;
  }

  @Override
  List<ColumnName> inputs() {
    return List.of(named(queryCol), named(inputCol()));
  }

  /** The column of queries: {@code query}, unless it is set. */
  public Param<String> queryCol() {
    return queryCol;
  }

  /** Names the column of queries. */
  public PassageScorer setQueryCol(String name) {
    return with(queryCol, name);
  }
}
