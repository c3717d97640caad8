package io.sparkattention.udfs.function;

import io.sparkattention.udfs.config.JobOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry$;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistryBase;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Brings the functions to a session that starts with {@code
 * spark.sql.extensions=io.sparkattention.udfs.function.SparkAttentionExtensions}.
 */
public final class SparkAttentionExtensions
    extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {

  /** Spark makes one by this constructor. */
  public SparkAttentionExtensions() {}

  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    addTo(FunctionRegistry$.MODULE$.builtin()); // which the session copies after this
    extensions.injectPlannerStrategy(
        new AbstractFunction1<SparkSession, SparkStrategy>() {
          @Override
          public SparkStrategy apply(SparkSession session) {
            return new BatchedFunctionsStrategy();
          }
        });
    return BoxedUnit.UNIT;
  }

  /** Brings the functions to a session that runs already; again does nothing. */
  static void addTo(SparkSession spark) {
    addTo(FunctionRegistry$.MODULE$.builtin());
    addTo(spark.sessionState().functionRegistry());
    boolean planned =
        ScalaCollections.list(spark.sessionState().planner().strategies()).stream()
            .anyMatch(BatchedFunctionsStrategy.class::isInstance);
    if (!planned) {
      List<SparkStrategy> strategies = new ArrayList<>();
      strategies.add(new BatchedFunctionsStrategy());
      strategies.addAll(ScalaCollections.list(spark.experimental().extraStrategies()));
      spark.experimental().extraStrategies_$eq(ScalaCollections.seq(strategies));
    }
  }

  /**
   * Adds the functions where they are not. What is injected is temporary to Spark, which keeps it
   * out of permanent views; so all are built in.
   */
  private static void addTo(FunctionRegistryBase<Expression> registry) {
    for (BatchedFunction function : BatchedFunctions.ALL) {
      FunctionIdentifier id = new FunctionIdentifier(function.name());
      if (!registry.functionExists(id)) {
        registry.registerFunction(id, description(function), new CallBuilder(function));
      }
    }
  }

  /** What {@code DESCRIBE FUNCTION} shows. */
  private static ExpressionInfo description(BatchedFunction function) {
    StringBuilder options = new StringBuilder("\n    Options:\n");
    for (JobOption<?> option : function.options()) {
      options.append(String.format("      * %s - %s%n", option.name(), option.doc()));
    }
    return new ExpressionInfo(
        SparkAttentionExtensions.class.getName(),
        null,
        function.name(),
        CallBuilder.signature(function) + " - " + function.summary() + ".",
        options.toString(),
        "",
        "",
        "",
        "",
        "",
        "");
  }
}
