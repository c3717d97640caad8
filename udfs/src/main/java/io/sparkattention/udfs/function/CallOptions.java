package io.sparkattention.udfs.function;

import io.sparkattention.udfs.config.Problems;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.MapType;
import scala.jdk.javaapi.CollectionConverters;

/** The last argument of a call: a constant map of options. */
final class CallOptions {

  private static final String WRITE = ": write map('model', 'minilm')";

  private CallOptions() {}

  /** The options; those that can be read after noting why others cannot. */
  static Map<String, String> read(Expression argument, Problems problems) {
    Map<String, String> options = new TreeMap<>();
    if (!(argument.dataType() instanceof MapType)) {
      problems.add("the options are of type " + argument.dataType().sql() + WRITE);
      return options;
    }
    if (!argument.foldable()) {
      problems.add(
          "the options "
              + argument.sql()
              + " are not constant, but a call has one model and one strategy for all rows: give"
              + " constants, and call the function once for each choice");
      return options;
    }
    Object value;
    try {
      value = CatalystTypeConverters.convertToScala(argument.eval(null), argument.dataType());
    } catch (RuntimeException e) { // a key that stands twice, for one
      problems.add("the options " + argument.sql() + " cannot be read: " + e.getMessage());
      return options;
    }
    if (value == null) {
      problems.add("the options are null" + WRITE + ", or leave them out");
      return options;
    }
    CollectionConverters.asJava((scala.collection.Map<?, ?>) value)
        .forEach(
            (key, text) -> {
              if (text == null) {
                problems.add("option " + key + " is null: give it a value, or leave it out");
              } else {
                options.put(key.toString(), text.toString());
              }
            });
    return options;
  }
}
