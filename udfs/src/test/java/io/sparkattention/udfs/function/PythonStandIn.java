package io.sparkattention.udfs.function;

import java.util.List;
import java.util.Map;
import org.apache.spark.api.python.PythonAccumulatorV2;
import org.apache.spark.api.python.PythonBroadcast;
import org.apache.spark.api.python.PythonEvalType;
import org.apache.spark.api.python.PythonFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.expressions.NamedExpression$;
import org.apache.spark.sql.catalyst.expressions.PythonUDF;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction1;

/** A function {@code stand_in(text)} that is planned as Python's are, and cannot run. */
final class PythonStandIn implements PythonFunction {

  private static final FunctionIdentifier ID = new FunctionIdentifier("stand_in");

  static void register() {
    FunctionRegistry$.MODULE$
        .builtin()
        .registerFunction(
            ID,
            new ExpressionInfo(PythonStandIn.class.getName(), ID.funcName()),
            new AbstractFunction1<Seq<Expression>, Expression>() {
              @Override
              public Expression apply(Seq<Expression> arguments) {
                return new PythonUDF(
                    ID.funcName(),
                    new PythonStandIn(),
                    DataTypes.StringType,
                    arguments,
                    PythonEvalType.SQL_BATCHED_UDF(),
                    true,
                    NamedExpression$.MODULE$.newExprId());
              }
            });
  }

  @Override
  public Seq<Object> command() {
    return null;
  }

  @Override
  public Map<String, String> envVars() {
    return null;
  }

  @Override
  public List<String> pythonIncludes() {
    return null;
  }

  @Override
  public String pythonExec() {
    return null;
  }

  @Override
  public String pythonVer() {
    return null;
  }

  @Override
  public List<Broadcast<PythonBroadcast>> broadcastVars() {
    return null;
  }

  @Override
  public PythonAccumulatorV2 accumulator() {
    return null;
  }
}
