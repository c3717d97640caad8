package io.sparkattention.jobs;

import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.function.BatchedFunction;
import io.sparkattention.udfs.function.BatchedFunctions;
import io.sparkattention.udfs.work.Provenance;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.types.StructField;

/** Tables of the SQL functions, written from their declarations. */
public final class FunctionTables {

  private FunctionTables() {}

  /** All tables in Markdown, by the name that a page calls them by. */
  public static Map<String, String> all() {
    return Map.of(
        "functions", functions(),
        "fields of every function", fields(),
        "options of functions", options());
  }

  private static String functions() {
    return table(
        "| Function | What it makes | Fields |",
        BatchedFunctions.ALL.stream()
            .map(
                function ->
                    "| `"
                        + function.name()
                        + "("
                        + String.join(", ", function.arguments())
                        + "[, options])` | "
                        + function.summary()
                        + " | "
                        + ownFields(function)
                        + " |"));
  }

  private static String ownFields(BatchedFunction function) {
    Problems problems = new Problems();
    JobSettings defaults =
        JobSettings.resolve(function.job(), function.options(), List.of(), problems);
    problems.throwIfAny();
    StructField[] fields = function.call(defaults).type().fields();
    return Arrays.stream(fields)
        .limit(fields.length - Provenance.COLUMNS.size())
        .map(field -> "`" + field.name() + "` (" + field.dataType().catalogString() + ")")
        .collect(Collectors.joining(", "));
  }

  private static String fields() {
    return table(
        "| Field | Type | Meaning |",
        Provenance.COLUMNS.stream()
            .map(
                field ->
                    "| `"
                        + field.name()
                        + "` | `"
                        + field.dataType().catalogString()
                        + "` | "
                        + field.getComment().get()
                        + " |"));
  }

  private static String options() {
    Map<String, TreeSet<String>> functions = new LinkedHashMap<>(); // by what a row says of it
    for (BatchedFunction function : BatchedFunctions.ALL) {
      for (JobOption<?> option : function.options()) {
        functions.computeIfAbsent(row(option), row -> new TreeSet<>()).add(function.name());
      }
    }
    return table(
        "| Option | Value | Default | Meaning | Functions |",
        functions.entrySet().stream()
            .map(
                entry ->
                    entry.getKey()
                        + (entry.getValue().size() == BatchedFunctions.ALL.size()
                            ? "all"
                            : "`" + String.join("`, `", entry.getValue()) + "`")
                        + " |"));
  }

  private static String row(JobOption<?> option) {
    return "| `"
        + option.name()
        + "` | `"
        + option.type().label().replace("|", "\\|")
        + "` | "
        + (option.defaultText() == null ? "" : "`" + option.defaultText() + "`")
        + " | "
        + option.doc()
        + " | ";
  }

  private static String table(String head, Stream<String> rows) {
    String rule = head.replaceAll("[^|]+", " --- ");
    return Stream.concat(Stream.of(head, rule), rows).collect(Collectors.joining("\n", "", "\n"));
  }
}
