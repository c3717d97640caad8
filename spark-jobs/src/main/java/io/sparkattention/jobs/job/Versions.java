package io.sparkattention.jobs.job;

import ai.djl.engine.Engine;
import io.sparkattention.tensor.TorchEngine;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;

/** The versions of what a run was made with. */
final class Versions {

  private Versions() {}

  static Map<String, String> of(SparkSession spark) {
    Map<String, String> versions = new TreeMap<>();
    String own = Versions.class.getPackage().getImplementationVersion();
    versions.put("spark-attention", own == null ? "unpackaged" : own);
    versions.put("spark", spark.version());
    versions.put("scala", scala.util.Properties.versionNumberString());
    versions.put("java", Runtime.version().toString());
    versions.put("djl", String.valueOf(Engine.getDjlVersion()));
    versions.put("engine", TorchEngine.NAME);
    return versions;
  }
}
