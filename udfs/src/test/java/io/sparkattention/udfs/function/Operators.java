package io.sparkattention.udfs.function;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
import org.apache.spark.sql.execution.adaptive.QueryStageExec;

/** The operators of a query that ran, and what they counted. */
record Operators(List<BatchedFunctionsExec> nodes) {

  /** Those of a dataset whose own plan was executed, by {@code collect} and the like. */
  static Operators of(Dataset<?> dataset) {
    List<BatchedFunctionsExec> nodes = new ArrayList<>();
    collect(dataset.queryExecution().executedPlan(), nodes);
    return new Operators(nodes);
  }

  private static void collect(SparkPlan plan, List<BatchedFunctionsExec> nodes) {
    if (plan instanceof AdaptiveSparkPlanExec adaptive) {
      collect(adaptive.executedPlan(), nodes);
    } else if (plan instanceof QueryStageExec stage) {
      collect(stage.plan(), nodes);
    }
    if (plan instanceof BatchedFunctionsExec node) {
      nodes.add(node);
    }
    ScalaCollections.<SparkPlan>list(plan.children()).forEach(child -> collect(child, nodes));
    ScalaCollections.<SparkPlan>list(plan.subqueries()).forEach(query -> collect(query, nodes));
  }

  long rows() {
    return sum("numOutputRows");
  }

  long batches() {
    return sum("numBatches");
  }

  long errors() {
    return sum("numErrors");
  }

  private long sum(String metric) {
    return nodes.stream().mapToLong(node -> (Long) node.metrics().apply(metric).value()).sum();
  }
}
