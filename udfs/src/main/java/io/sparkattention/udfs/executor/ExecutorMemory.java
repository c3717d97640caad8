package io.sparkattention.udfs.executor;

import io.sparkattention.model.NativeRoom;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/** How much memory outside the heap the cluster gives an executor. */
final class ExecutorMemory {

  private static final String OVERHEAD = "spark.executor.memoryOverhead";
  private static final long LEAST_MIB = 384;

  private ExecutorMemory() {}

  /** That of this process, which only YARN and Kubernetes watch. */
  static Optional<NativeRoom> nativeRoom() {
    SparkEnv env = SparkEnv.get();
    return env == null ? Optional.empty() : nativeRoom(env.conf());
  }

  static Optional<NativeRoom> nativeRoom(SparkConf conf) {
    String master = conf.get("spark.master", "");
    if (!master.equals("yarn") && !master.startsWith("k8s://")) {
      return Optional.empty();
    }
    double factor = conf.getDouble("spark.executor.memoryOverheadFactor", 0.1);
    long heap = conf.getSizeAsMb("spark.executor.memory", "1g");
    long mib =
        conf.contains(OVERHEAD)
            ? conf.getSizeAsMb(OVERHEAD)
            : Math.max(LEAST_MIB, (long) (factor * heap));
    return Optional.of(new NativeRoom(mib << 20, InferencePool.threads(conf), OVERHEAD));
  }
}
