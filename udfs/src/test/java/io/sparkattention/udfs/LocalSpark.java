package io.sparkattention.udfs;

import io.sparkattention.udfs.executor.SparkAttentionPlugin;
import org.apache.spark.sql.SparkSession;

/** The one {@code local[2]} session that all tests of a module share; never stop it. */
public final class LocalSpark {

  private static final String SERVLET = "spark.metrics.conf.*.sink.prometheusServlet.";
  private static SparkSession session;

  private LocalSpark() {}

  /** The shared session, started by the first caller. */
  public static synchronized SparkSession session() {
    if (session == null) {
      session =
          SparkSession.builder()
              .master("local[2]")
              .appName("spark-attention-tests")
              .config("spark.ui.port", "0")
              .config("spark.locality.wait", "0") // as the launcher has it in local mode
              .config("spark.ui.showConsoleProgress", "false")
              .config(SERVLET + "class", "org.apache.spark.metrics.sink.PrometheusServlet")
              .config(SERVLET + "path", "/metrics/prometheus")
              .config("spark.plugins", SparkAttentionPlugin.class.getName())
              .config("spark.attention.metrics.seconds", "1")
              .config("spark.sql.shuffle.partitions", "2")
              .config("spark.sql.session.timeZone", "UTC")
              .config("spark.sql.warehouse.dir", "target/spark-warehouse")
              .getOrCreate();
    }
    return session;
  }
}
