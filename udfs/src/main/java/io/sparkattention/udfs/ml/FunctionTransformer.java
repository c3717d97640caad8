package io.sparkattention.udfs.ml;

import io.sparkattention.registry.Spelling;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.function.BatchedFunction;
import io.sparkattention.udfs.function.ResultColumn;
import io.sparkattention.udfs.function.ResultColumn.ColumnName;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A stage that adds the results of a SQL function: a struct with its {@code error} and where it
 * came from. Rows are never left out.
 *
 * <p>Each option of the function is a Param of the same name, which holds text. Where it is not
 * set, the configuration of the session decides at each use, and then the default. All Params are
 * checked at once when a schema or rows are transformed; what is wrong is told by a {@link
 * io.sparkattention.udfs.config.UsageException}.
 *
 * @param <T> the class of the stage
 */
public abstract class FunctionTransformer<T extends FunctionTransformer<T>> extends Transformer
    implements DefaultParamsWritable {

  private static final long serialVersionUID = 1L;

  private final String uid;
  private final Param<String> inputCol;
  private final Param<String> outputCol;
  private final TreeMap<String, Param<String>> options = new TreeMap<>();

  /** A stage that reads {@code text} and adds a column of that name, unless others are set. */
  FunctionTransformer(String uid, String output) {
    this.uid = uid;
    this.inputCol = column("inputCol", "The column of texts");
    this.outputCol = column("outputCol", "The column to add");
    setDefault(inputCol, "text");
    setDefault(outputCol, output);
    for (JobOption<?> option : function().options()) {
      options.put(option.name(), new Param<>(this, option.name(), doc(option)));
    }
  }

  /** A uid that no other stage has. */
  static String randomUid(String prefix) {
    return Identifiable$.MODULE$.randomUID(prefix);
  }

  private static String doc(JobOption<?> option) {
    return option.doc()
        + "; "
        + option.type().label()
        + (option.defaultText() == null ? "" : ", " + option.defaultText() + " unless configured");
  }

  /** A Param that names a column. */
  final Param<String> column(String name, String doc) {
    return new Param<>(this, name, doc);
  }

  /** What the stage computes. */
  abstract BatchedFunction function();

  /** The columns of the function's arguments, in their order. */
  List<ColumnName> inputs() {
    return List.of(named(inputCol));
  }

  /** The column that a Param names. */
  final ColumnName named(Param<String> param) {
    return new ColumnName(getOrDefault(param), param.name());
  }

  @Override
  public final String uid() {
    return uid;
  }

  /** The column of texts: {@code text}, unless it is set; {@code page.body} is a field. */
  public final Param<String> inputCol() {
    return inputCol;
  }

  /** The column to add. */
  public final Param<String> outputCol() {
    return outputCol;
  }

  /** Names the column of texts. */
  public final T setInputCol(String name) {
    return with(inputCol, name);
  }

  /** Names the column to add. */
  public final T setOutputCol(String name) {
    return with(outputCol, name);
  }

  /**
   * The Param of an option of the function, for grids and maps of Params.
   *
   * @throws io.sparkattention.udfs.config.UsageException if there is none of that name
   */
  public final Param<String> option(String name) {
    Problems problems = new Problems();
    problems.check(() -> requireOption(name));
    problems.throwIfAny();
    return options.get(name);
  }

  /** Sets an option of the function. */
  public final T setOption(String name, String value) {
    return setOptions(Collections.singletonMap(name, value));
  }

  /**
   * Sets options of the function; those that are not named stay as they are.
   *
   * @throws io.sparkattention.udfs.config.UsageException if some are unknown or null; none is set
   *     then
   */
  public final T setOptions(Map<String, String> values) {
    Problems problems = new Problems();
    Map<String, String> sorted = new TreeMap<>(values);
    sorted.forEach(
        (name, value) -> {
          problems.check(() -> requireOption(name));
          if (value == null) {
            problems.add("option " + name + " is null: give it a value, or leave it out");
          }
        });
    problems.throwIfAny();
    sorted.forEach((name, value) -> set(options.get(name), value));
    return self();
  }

  /** The same for Scala. */
  public final T setOptions(scala.collection.Map<String, String> values) {
    return setOptions(CollectionConverters.asJava(values));
  }

  private void requireOption(String name) {
    if (!options.containsKey(name)) {
      throw new IllegalArgumentException(
          "unknown option '"
              + name
              + "'"
              + Spelling.hint(name, options.keySet())
              + ": use "
              + String.join(", ", options.keySet()));
    }
  }

  /** Those that name columns, and those of options, by name. */
  @Override
  public final Param<?>[] params() {
    return Stream.concat(Stream.of(super.params()), options.values().stream())
        .sorted(Comparator.comparing(Param::name))
        .toArray(Param<?>[]::new);
  }

  /**
   * The rows with the column of results, which is computed lazily and in batches.
   *
   * @throws io.sparkattention.udfs.config.UsageException with every reason why it cannot be added
   */
  @Override
  public Dataset<Row> transform(Dataset<?> rows) {
    Map<String, String> given = new TreeMap<>();
    options.forEach(
        (name, param) -> {
          if (isSet(param)) {
            given.put(name, getOrDefault(param));
          }
        });
    return new ResultColumn(function(), inputs(), named(outputCol), given).addedTo(rows);
  }

  /**
   * The schema with the columns that are added.
   *
   * @throws io.sparkattention.udfs.config.UsageException with every reason why they cannot be added
   */
  @Override
  public final StructType transformSchema(StructType schema) {
    return transform(SparkSession.active().createDataFrame(List.<Row>of(), schema)).schema();
  }

  @Override
  public final T copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** The stage with a Param set. */
  final T with(Param<String> param, String value) {
    set(param, value);
    return self();
  }

  @SuppressWarnings("unchecked")
  private T self() {
    return (T) this;
  }
}
