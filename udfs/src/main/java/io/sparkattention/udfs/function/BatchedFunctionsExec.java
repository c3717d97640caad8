package io.sparkattention.udfs.function;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.AttributeSet$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.PythonUDF;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.UnaryExecNode;
import org.apache.spark.sql.execution.metric.SQLMetric;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Map;
import scala.collection.immutable.Seq;

/**
 * Appends the results of calls to the rows of a child, whose order and partitions stay. Generated
 * code stops here, and columns become rows.
 */
public final class BatchedFunctionsExec extends SparkPlan implements UnaryExecNode {

  private static final long serialVersionUID = 1L;

  private final Seq<PythonUDF> calls;
  private final Seq<Attribute> results;
  private final SparkPlan child;
  private transient CallMetrics metrics;

  /**
   * Catalyst copies a node by the public constructor that takes the elements of the product.
   *
   * @param calls all of them ours
   * @param results one for each call
   */
  public BatchedFunctionsExec(Seq<PythonUDF> calls, Seq<Attribute> results, SparkPlan child) {
    this.calls = calls;
    this.results = results;
    this.child = child;
  }

  @Override
  public Seq<Attribute> output() {
    List<Attribute> columns = new ArrayList<>(ScalaCollections.list(child.output()));
    columns.addAll(ScalaCollections.list(results));
    return ScalaCollections.seq(columns);
  }

  @Override
  public AttributeSet producedAttributes() {
    return AttributeSet$.MODULE$.apply(
        ScalaCollections.<Expression>seq(ScalaCollections.list(results)));
  }

  @Override
  public Partitioning outputPartitioning() {
    return child.outputPartitioning();
  }

  @Override
  public Seq<SortOrder> outputOrdering() {
    return child.outputOrdering();
  }

  @Override
  public Map<String, SQLMetric> metrics() {
    return callMetrics().byName();
  }

  private synchronized CallMetrics callMetrics() {
    if (metrics == null) {
      metrics = CallMetrics.of(sparkContext());
    }
    return metrics;
  }

  @Override
  public RDD<InternalRow> doExecute() {
    List<CallStep> steps =
        ScalaCollections.<PythonUDF>list(calls).stream().map(CallStep::of).toList();
    CallProgram program = // the closure holds this, never the node
        new CallProgram(
            steps,
            ScalaCollections.list(child.output()),
            ScalaCollections.list(output()),
            callMetrics());
    JavaRDD<InternalRow> rows = child.execute().toJavaRDD();
    return rows.mapPartitionsWithIndex((i, partition) -> program.evaluate(i, partition), true)
        .rdd();
  }

  @Override
  public SparkPlan child() {
    return child;
  }

  @Override
  public Seq<SparkPlan> children() {
    return ScalaCollections.seq(List.of(child));
  }

  @Override
  public SparkPlan withNewChildInternal(SparkPlan other) {
    return new BatchedFunctionsExec(calls, results, other);
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> others) {
    return withNewChildInternal(others.head());
  }

  @Override
  public int productArity() {
    return 3;
  }

  @Override
  public Object productElement(int i) {
    return i == 0 ? calls : i == 1 ? results : child;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof BatchedFunctionsExec;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BatchedFunctionsExec node
        && calls.equals(node.calls)
        && results.equals(node.results)
        && child.equals(node.child);
  }

  @Override
  public int hashCode() {
    return Objects.hash(calls, results, child);
  }
}
