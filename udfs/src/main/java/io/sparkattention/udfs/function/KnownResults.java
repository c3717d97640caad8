package io.sparkattention.udfs.function;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.PythonUDF;
import org.apache.spark.sql.catalyst.plans.logical.BatchEvalPython;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;

/**
 * Results that a node need not compute, because one below it has computed them. Spark pushes
 * filters down by copying what they read: {@code SELECT s FROM (SELECT summarize(text) AS s FROM t)
 * WHERE s.error IS NULL} has the call in the filter and above it once more.
 *
 * <p>Only nodes are passed that make no exchange: adaptive execution finds those by identity, and
 * they must not be copied.
 *
 * @param results a node's results, each with the result below that is equal
 */
record KnownResults(Map<Attribute, Attribute> results) {

  /** What is known below a node. */
  static KnownResults below(BatchEvalPython node) {
    Map<Attribute, Attribute> known = new LinkedHashMap<>();
    LogicalPlan plan = node.child();
    while (plan instanceof Project || plan instanceof Filter || plan instanceof BatchEvalPython) {
      if (plan instanceof BatchEvalPython below) {
        for (int i = 0; i < node.udfs().size(); i++) {
          PythonUDF call = node.udfs().apply(i);
          for (int j = 0; CallCarrier.carriedBy(call) && j < below.udfs().size(); j++) {
            if (call.semanticEquals(below.udfs().apply(j))) {
              known.put(node.resultAttrs().apply(i), below.resultAttrs().apply(j));
            }
          }
        }
      }
      plan = plan.children().head();
    }
    return new KnownResults(known);
  }

  boolean isEmpty() {
    return results.isEmpty();
  }

  boolean holds(Attribute result) {
    return results.containsKey(result);
  }

  /** The same plan with the results that are known in its output. */
  LogicalPlan exposedIn(LogicalPlan plan) {
    if (isEmpty()) {
      return plan;
    }
    if (plan instanceof Filter filter) {
      return new Filter(filter.condition(), exposedIn(filter.child()));
    }
    if (plan instanceof BatchEvalPython node) {
      return new BatchEvalPython(node.udfs(), node.resultAttrs(), exposedIn(node.child()));
    }
    if (plan instanceof Project project) {
      LogicalPlan child = exposedIn(project.child());
      List<NamedExpression> columns = new ArrayList<>(ScalaCollections.list(project.projectList()));
      for (Attribute result : results.values()) {
        if (child.outputSet().contains(result) && !project.outputSet().contains(result)) {
          columns.add(result);
        }
      }
      return new Project(ScalaCollections.seq(columns), child);
    }
    return plan;
  }
}
