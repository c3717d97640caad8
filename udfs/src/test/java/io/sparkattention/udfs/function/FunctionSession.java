package io.sparkattention.udfs.function;

import io.sparkattention.udfs.LocalSpark;
import org.apache.spark.sql.SparkSession;

/** A session with the extension, on the context that all tests share. */
final class FunctionSession {

  private static SparkSession session;

  private FunctionSession() {}

  static synchronized SparkSession session() {
    if (session == null) {
      session = started();
    }
    return session;
  }

  /** Another one; the shared session stays the default. */
  static SparkSession started() {
    SparkSession shared = LocalSpark.session();
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
    try {
      return SparkSession.builder().withExtensions(new SparkAttentionExtensions()).getOrCreate();
    } finally {
      SparkSession.setActiveSession(shared);
      SparkSession.setDefaultSession(shared);
    }
  }
}
