package io.sparkattention.udfs.executor;

import io.sparkattention.udfs.config.ConfigKey;
import io.sparkattention.udfs.location.HubSettings;
import java.util.List;

/** The keys that no job owns. */
public final class ApplicationKeys {

  /** All of them, in the order of their names. */
  public static final List<ConfigKey<?>> ALL =
      List.of(
          HubSettings.ENDPOINT,
          InferencePool.THREADS,
          ExecutorMetrics.INTERVAL,
          StageResources.KEY);

  private ApplicationKeys() {}
}
