package io.sparkattention.jobs.job;

import ai.djl.engine.Engine;
import io.sparkattention.tensor.TorchEngine;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;

/** The versions of what a run was made with. */
public final class Versions {

  private Versions() {}

  /** That of this library; {@code unpackaged} where its classes are in no jar. */
  public static String own() {
    String version = Versions.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  /** Those of what every run is made with. */
  static Map<String, String> of(SparkSession spark) {
    Map<String, String> versions = new TreeMap<>();
    versions.put("spark-attention", own());
    versions.put("spark", spark.version());
    versions.put("scala", scala.util.Properties.versionNumberString());
    versions.put("java", Runtime.version().toString());
    return versions;
  }

  /** The same, and those of what models run on, which starts it. */
  static Map<String, String> withEngine(SparkSession spark) {
    Map<String, String> versions = of(spark);
    versions.put("djl", String.valueOf(Engine.getDjlVersion()));
    versions.put("engine", TorchEngine.NAME + " " + engineVersion());
    return versions;
  }

  /** That of libtorch; unknown where it does not run on this machine, but on others. */
  private static String engineVersion() {
    try {
      return Engine.getEngine(TorchEngine.NAME).getVersion();
    } catch (RuntimeException | LinkageError e) {
      return "unknown";
    }
  }
}
