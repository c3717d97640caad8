package io.sparkattention.udfs.function;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.PythonUDF;

/**
 * One call of an operator.
 *
 * @param call what it computes
 * @param names of its arguments
 * @param arguments over the rows of the child
 */
record CallStep(BatchedCall<?, ?> call, List<String> names, List<Expression> arguments)
    implements Serializable {

  static CallStep of(PythonUDF expression) {
    CallCarrier carrier = CallCarrier.of(expression);
    return new CallStep(
        carrier.call(), carrier.arguments(), ScalaCollections.list(expression.children()));
  }
}
