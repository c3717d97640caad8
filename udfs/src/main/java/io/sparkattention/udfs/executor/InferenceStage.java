package io.sparkattention.udfs.executor;

import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * The stages that run models, which may ask for resources that other stages do not need ({@code
 * spark.attention.stage-resources}). In local mode there is nobody to ask.
 */
public final class InferenceStage {

  private InferenceStage() {}

  /**
   * Maps partitions in such a stage.
   *
   * @param type the columns that the mapper writes
   */
  public static Dataset<Row> map(
      Dataset<Row> rows, MapPartitionsFunction<Row, Row> mapper, StructType type) {
    SparkConf conf = rows.sparkSession().sparkContext().getConf();
    Optional<ResourceProfile> profile = profile(conf);
    if (profile.isEmpty()) {
      return rows.mapPartitions(mapper, Encoders.row(type));
    }
    JavaRDD<Row> mapped = rows.toJavaRDD().mapPartitions(mapper::call).withResources(profile.get());
    return rows.sparkSession().createDataFrame(mapped, type);
  }

  /** The same rows, computed in such a stage. */
  public static <T> JavaRDD<T> of(JavaRDD<T> rows) {
    return profile(rows.context().getConf()).map(rows::withResources).orElse(rows);
  }

  private static Optional<ResourceProfile> profile(SparkConf conf) {
    return TaskDevice.isLocal(conf.get("spark.master", "local"))
        ? Optional.empty()
        : StageResources.of(conf).map(resources -> resources.profile(conf));
  }
}
