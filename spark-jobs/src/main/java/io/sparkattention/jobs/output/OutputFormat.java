package io.sparkattention.jobs.output;

import io.sparkattention.registry.Spelling;
import io.sparkattention.udfs.config.UsageException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.mapreduce.Job;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.SupportsCatalogOptions;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.execution.datasources.DataSource;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.execution.datasources.v2.FileDataSourceV2;
import org.apache.spark.sql.sources.CreatableRelationProvider;
import org.apache.spark.sql.sources.RelationProvider;
import org.apache.spark.sql.sources.SchemaRelationProvider;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.Map$;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A data source of Spark that results can be written to: a format of files, or tables that keep
 * their own commits.
 */
public final class OutputFormat {

  private static final List<String> FAMILIAR =
      List.of("avro", "csv", "delta", "iceberg", "json", "orc", "parquet");

  /** What makes a format hold any text, where its defaults do not. */
  private static final Map<String, Map<String, String>> OPTIONS =
      Map.of("csv", Map.of("header", "true", "multiLine", "true", "escape", "\""));

  private static final String USE_ANOTHER = ": use another, such as json, orc or parquet";

  private final String name;
  private final Class<?> provider;
  private final FileFormat files;

  private OutputFormat(String name, Class<?> provider, FileFormat files) {
    this.name = name;
    this.provider = provider;
    this.files = files;
  }

  /**
   * Finds a data source.
   *
   * @throws UsageException if Spark knows none of that name, or cannot write to it and read it back
   */
  public static OutputFormat of(SparkSession spark, String name) {
    Class<?> provider = provider(spark, name);
    try {
      if (FileDataSourceV2.class.isAssignableFrom(provider)) {
        Class<? extends FileFormat> type = ((FileDataSourceV2) made(provider)).fallbackFileFormat();
        return new OutputFormat(name, provider, (FileFormat) made(type));
      }
      if (FileFormat.class.isAssignableFrom(provider)) {
        return new OutputFormat(name, provider, (FileFormat) made(provider));
      }
    } catch (ReflectiveOperationException e) {
      throw new UsageException(List.of("--output-format " + name + " cannot be used: " + e));
    }
    boolean table = TableProvider.class.isAssignableFrom(provider);
    boolean read =
        RelationProvider.class.isAssignableFrom(provider)
            || SchemaRelationProvider.class.isAssignableFrom(provider);
    boolean written = CreatableRelationProvider.class.isAssignableFrom(provider);
    if (!table && !(read && written)) {
      throw new UsageException(
          List.of(
              "--output-format "
                  + name
                  + ": Spark cannot "
                  + (written ? "read it back" : "write it")
                  + ": use another, such as "
                  + String.join(", ", FAMILIAR)));
    }
    return new OutputFormat(name, provider, null);
  }

  private static Class<?> provider(SparkSession spark, String name) {
    try {
      return DataSource.lookupDataSource(name, spark.sessionState().conf());
    } catch (Exception e) { // Spark throws checked exceptions that its methods do not declare
      throw new UsageException(
          List.of(
              "--output-format "
                  + name
                  + ": Spark finds no such data source"
                  + Spelling.hint(name, FAMILIAR)
                  + ": use csv, json, orc or parquet, or put the library of another, such as avro,"
                  + " delta or iceberg, on Spark's class path (--packages, --jars)"));
    }
  }

  private static Object made(Class<?> type) throws ReflectiveOperationException {
    return type.getDeclaredConstructor().newInstance();
  }

  /** As it was asked for. */
  public String name() {
    return name;
  }

  /** Whether slices become files of one directory; otherwise each is appended to a table. */
  boolean isOfFiles() {
    return files != null;
  }

  /** Whether tables of it lie in catalogs, which tell to append and to create apart. */
  boolean isOfCatalogs() {
    return SupportsCatalogOptions.class.isAssignableFrom(provider);
  }

  /** What it is read with. */
  Map<String, String> options() {
    return OPTIONS.getOrDefault(name, Map.of());
  }

  /**
   * What rows are written with. Parquet looks for repeated numbers before it stores a column; among
   * the numbers of vectors there are next to none, and looking takes longer than writing.
   */
  Map<String, String> options(StructType type) {
    Map<String, String> options = new HashMap<>(options());
    if (name.equalsIgnoreCase("parquet")) {
      for (StructField field : type.fields()) {
        if (field.dataType() instanceof ArrayType array
            && array.elementType().equals(DataTypes.FloatType)) {
          options.put("parquet.enable.dictionary#" + field.name() + ".list.element", "false");
        }
      }
    }
    return options;
  }

  /**
   * Checks that it can be written and hold some columns.
   *
   * @throws UsageException if it is only read, or with every column that it cannot hold
   */
  public void requireHolds(SparkSession spark, StructType type) {
    requireColumns(type);
    try {
      if (isOfFiles()) {
        Job job = Job.getInstance(spark.sessionState().newHadoopConf());
        Map<String, String> options = options(type);
        files.prepareWrite(
            spark, job, Map$.MODULE$.from(CollectionConverters.asScala(options)), type);
      } else if (!takesBatches(type)) {
        throw new UnsupportedOperationException("it takes no batches of rows");
      }
    } catch (Exception e) { // Spark throws checked exceptions that its methods do not declare
      throw new UsageException(
          List.of(
              "--output-format " + name + " cannot be written: " + e.getMessage() + USE_ANOTHER));
    }
  }

  /** Whether tables of it take batches of rows; one that only tells of a table that exists may. */
  private boolean takesBatches(StructType type) {
    if (CreatableRelationProvider.class.isAssignableFrom(provider) || isOfCatalogs()) {
      return true;
    }
    try {
      Table table = ((TableProvider) made(provider)).getTable(type, new Transform[0], Map.of());
      return table.capabilities().contains(TableCapability.BATCH_WRITE);
    } catch (Exception e) { // Spark throws checked exceptions that its methods do not declare
      return true;
    }
  }

  private void requireColumns(StructType type) {
    List<String> refused = new ArrayList<>();
    for (StructField field : type.fields()) {
      if (isOfFiles() && !files.supportDataType(field.dataType())) {
        refused.add(field.name() + " (" + field.dataType().simpleString() + ")");
      }
    }
    if (!refused.isEmpty()) {
      throw new UsageException(
          List.of(
              "--output-format "
                  + name
                  + " cannot hold "
                  + String.join(", ", refused)
                  + USE_ANOTHER));
    }
  }
}
