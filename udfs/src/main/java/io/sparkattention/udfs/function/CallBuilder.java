package io.sparkattention.udfs.function;

import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.config.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.api.python.PythonEvalType;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression$;
import org.apache.spark.sql.catalyst.expressions.NamedLambdaVariable;
import org.apache.spark.sql.catalyst.expressions.PythonUDF;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StringType;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/**
 * Makes the expression of a call from its arguments, while a query is analyzed: whatever can be
 * wrong with a call is told here, all of it at once.
 */
final class CallBuilder extends AbstractFunction1<Seq<Expression>, Expression> {

  private final BatchedFunction function;

  CallBuilder(BatchedFunction function) {
    this.function = function;
  }

  @Override
  public Expression apply(Seq<Expression> given) {
    List<Expression> arguments = ScalaCollections.list(given);
    int inputs = function.arguments().size();
    Problems problems = new Problems();
    if (arguments.size() < inputs || arguments.size() > inputs + 1) {
      problems.add(
          arguments.size()
              + (arguments.size() == 1 ? " argument is" : " arguments are")
              + " given: write "
              + signature(function));
      throw refusal(arguments, problems);
    }
    List<Expression> texts = new ArrayList<>();
    for (int i = 0; i < inputs; i++) {
      texts.add(text(function.arguments().get(i), arguments.get(i), problems));
    }
    Map<String, String> options =
        arguments.size() > inputs ? CallOptions.read(arguments.get(inputs), problems) : Map.of();
    Optional<CallSettings> settled =
        CallSettings.settle(function, options, List.of(), configuration(), problems);
    if (!problems.isEmpty()) {
      throw refusal(arguments, problems);
    }
    return new PythonUDF(
        function.name(),
        new CallCarrier(function, settled.orElseThrow()),
        settled.orElseThrow().call().type(),
        ScalaCollections.seq(texts),
        PythonEvalType.SQL_BATCHED_UDF(),
        true,
        NamedExpression$.MODULE$.newExprId());
  }

  /** That of the session for which a query is analyzed. */
  private static Map<String, String> configuration() {
    return CollectionConverters.asJava(SQLConf.get().getAllConfs());
  }

  /** How a function is called. */
  static String signature(BatchedFunction function) {
    return function.name() + "(" + String.join(", ", function.arguments()) + "[, options])";
  }

  private static Expression text(String name, Expression argument, Problems problems) {
    if (inLambda(argument)) {
      problems.add(
          name
              + " is a variable of a lambda function, and rows are batched, not elements: explode"
              + " the array, call the function on its elements, and collect them again");
    } else if (argument.dataType() instanceof NullType) {
      return Literal.create(null, DataTypes.StringType);
    } else if (!(argument.dataType() instanceof StringType)) {
      problems.add(
          name
              + " is of type "
              + argument.dataType().sql()
              + ": give text, such as CAST("
              + argument.sql()
              + " AS STRING)");
    }
    return argument;
  }

  private static boolean inLambda(Expression expression) {
    return expression instanceof NamedLambdaVariable
        || ScalaCollections.list(expression.children()).stream().anyMatch(CallBuilder::inLambda);
  }

  private RuntimeException refusal(List<Expression> arguments, Problems problems) {
    String call =
        arguments.stream()
            .map(Expression::sql)
            .collect(Collectors.joining(", ", function.name() + "(", ")"));
    List<String> reasons = new ArrayList<>();
    try {
      problems.throwIfAny();
    } catch (UsageException e) {
      reasons.addAll(e.problems());
    }
    // the one condition for arguments in Spark 3.5 to 4.1 that takes a text of ours
    return unchecked(
        new AnalysisException(
            "DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT",
            ScalaCollections.map(
                Map.of(
                    "sqlExpr",
                    "\"" + call + "\"",
                    "msg",
                    String.join("; ", reasons),
                    "hint",
                    ""))));
  }

  /** Throws what Scala does not declare. */
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> RuntimeException unchecked(Throwable thrown) throws E {
    throw (E) thrown;
  }
}
