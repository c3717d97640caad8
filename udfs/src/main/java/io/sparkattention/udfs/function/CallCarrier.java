package io.sparkattention.udfs.function;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.spark.api.python.PythonAccumulatorV2;
import org.apache.spark.api.python.PythonBroadcast;
import org.apache.spark.api.python.PythonFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.catalyst.expressions.PythonUDF;
import scala.collection.immutable.Seq;

/**
 * A call in the place where Catalyst keeps a Python function. There is nothing of Python in it.
 *
 * <p>Carriers of the same function with the same settings are equal, so that Spark sees equal calls
 * in a query, equal plans in its cache and equal exchanges.
 */
final class CallCarrier implements PythonFunction, Serializable {

  private static final long serialVersionUID = 1L;

  private final String name;
  private final List<String> arguments;
  private final TreeMap<String, String> settings;
  private final BatchedCall<?, ?> call;

  CallCarrier(BatchedFunction function, CallSettings settled) {
    this.name = function.name();
    this.arguments = function.arguments();
    this.settings = new TreeMap<>(settled.settings());
    this.call = settled.call();
  }

  /** Whether an expression is a call of ours. */
  static boolean carriedBy(PythonUDF expression) {
    return expression.func() instanceof CallCarrier;
  }

  /** The carrier of an expression that is a call of ours. */
  static CallCarrier of(PythonUDF expression) {
    return (CallCarrier) expression.func();
  }

  /** The names of the arguments. */
  List<String> arguments() {
    return arguments;
  }

  BatchedCall<?, ?> call() {
    return call;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CallCarrier carrier
        && name.equals(carrier.name)
        && settings.equals(carrier.settings);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, settings);
  }

  @Override
  public String toString() {
    return name + settings;
  }

  @Override
  public Seq<Object> command() {
    throw notPython();
  }

  @Override
  public Map<String, String> envVars() {
    throw notPython();
  }

  @Override
  public List<String> pythonIncludes() {
    throw notPython();
  }

  @Override
  public String pythonExec() {
    throw notPython();
  }

  @Override
  public String pythonVer() {
    throw notPython();
  }

  @Override
  public List<Broadcast<PythonBroadcast>> broadcastVars() {
    throw notPython();
  }

  /** Spark 3.5 declares this class, Spark 4 one above it. */
  @Override
  public PythonAccumulatorV2 accumulator() {
    throw notPython();
  }

  private IllegalStateException notPython() {
    return new IllegalStateException(
        name
            + " cannot be evaluated in this session: set spark.sql.extensions="
            + SparkAttentionExtensions.class.getName()
            + " when it starts, or call SparkAttention.register(spark)");
  }
}
