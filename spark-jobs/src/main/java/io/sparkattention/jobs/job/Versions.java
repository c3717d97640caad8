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

  static Map<String, String> of(SparkSession spark) {
    Map<String, String> versions = new TreeMap<>();
    versions.put("spark-attention", own());
    versions.put("spark", spark.version());
    versions.put("scala", scala.util.Properties.versionNumberString());
    versions.put("java", Runtime.version().toString());
    versions.put("djl", String.valueOf(Engine.getDjlVersion()));
    versions.put("engine", TorchEngine.NAME + " " + engineVersion());
    return versions;
  }

  /** That of libtorch; unknown where this process runs no model. */
  private static String engineVersion() {
    try {
      return Engine.getEngine(TorchEngine.NAME).getVersion();
    } catch (RuntimeException | LinkageError e) {
      return "unknown";
    }
  }
}
