package io.sparkattention.udfs.function;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.PythonUDF;
import org.apache.spark.sql.catalyst.plans.logical.BatchEvalPython;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import org.apache.spark.sql.execution.python.BatchEvalPythonExec;
import scala.collection.immutable.Seq;

/**
 * Plans calls of the functions. Spark has gathered them in nodes for Python's functions by then;
 * strategies that are injected come before its own, and this one takes those nodes that hold calls
 * of ours.
 */
final class BatchedFunctionsStrategy extends SparkStrategy {

  @Override
  public Seq<SparkPlan> apply(LogicalPlan plan) {
    if (plan instanceof BatchEvalPython node
        && ScalaCollections.<PythonUDF>list(node.udfs()).stream()
            .anyMatch(call -> chain(call).stream().anyMatch(CallCarrier::carriedBy))) {
      return ScalaCollections.seq(List.of(planned(node)));
    }
    return ScalaCollections.seq(List.of());
  }

  private SparkPlan planned(BatchEvalPython node) {
    KnownResults known = KnownResults.below(node);
    SparkPlan plan = planLater(known.exposedIn(node.child()));
    List<PythonUDF> calls = ScalaCollections.list(node.udfs());
    List<Attribute> results = ScalaCollections.list(node.resultAttrs());
    List<PythonUDF> ours = new ArrayList<>();
    List<Attribute> oursAs = new ArrayList<>();
    boolean inOrder = known.isEmpty();
    for (int i = 0; i < calls.size(); i++) {
      List<PythonUDF> chain = chain(calls.get(i));
      if (known.holds(results.get(i))) {
        continue;
      }
      if (chain.size() == 1 && CallCarrier.carriedBy(calls.get(i))) {
        ours.add(calls.get(i));
        oursAs.add(results.get(i));
      } else {
        plan = oneByOne(chain, results.get(i), plan);
        inOrder = false;
      }
    }
    if (!ours.isEmpty()) {
      plan =
          new BatchedFunctionsExec(ScalaCollections.seq(ours), ScalaCollections.seq(oursAs), plan);
    }
    return inOrder ? plan : project(node, known.results(), plan);
  }

  /**
   * Calls around calls, some of them Python's, as an operator each. (Calls of ours return structs
   * and read text, so that none stands directly in another.)
   */
  private static SparkPlan oneByOne(List<PythonUDF> chain, Attribute result, SparkPlan child) {
    SparkPlan plan = child;
    Expression below = null;
    for (int i = chain.size() - 1; i >= 0; i--) {
      PythonUDF call = chain.get(i);
      if (below != null) {
        call = (PythonUDF) call.withNewChildren(ScalaCollections.<Expression>seq(List.of(below)));
      }
      Attribute as = i == 0 ? result : call.resultAttribute();
      Seq<PythonUDF> calls = ScalaCollections.seq(List.of(call));
      Seq<Attribute> results = ScalaCollections.seq(List.of(as));
      plan =
          CallCarrier.carriedBy(call)
              ? new BatchedFunctionsExec(calls, results, plan)
              : new BatchEvalPythonExec(calls, results, plan);
      below = as;
    }
    return plan;
  }

  /** The output that a node promises, from one that has its columns in another order. */
  private static SparkPlan project(
      BatchEvalPython node, Map<Attribute, Attribute> known, SparkPlan plan) {
    List<NamedExpression> columns = new ArrayList<>(ScalaCollections.list(node.child().output()));
    for (Attribute result : ScalaCollections.<Attribute>list(node.resultAttrs())) {
      columns.add(known.containsKey(result) ? renamed(known.get(result), result) : result);
    }
    return new ProjectExec(ScalaCollections.seq(columns), plan);
  }

  private static Alias renamed(Attribute from, Attribute as) {
    return new Alias(
        from,
        as.name(),
        as.exprId(),
        ScalaCollections.seq(List.of()),
        scala.Option.empty(),
        ScalaCollections.seq(List.of()));
  }

  /** Calls of one argument that stand in each other, the outermost first. */
  private static List<PythonUDF> chain(PythonUDF outermost) {
    List<PythonUDF> chain = new ArrayList<>(List.of(outermost));
    PythonUDF last = outermost;
    while (last.children().size() == 1 && last.children().head() instanceof PythonUDF inner) {
      chain.add(inner);
      last = inner;
    }
    return chain;
  }
}
