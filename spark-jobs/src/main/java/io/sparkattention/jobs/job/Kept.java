package io.sparkattention.jobs.job;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;

/** What executors keep for a search until its results are written. */
final class Kept {

  private final JavaSparkContext context;
  private final List<Runnable> releases = new ArrayList<>();

  Kept(JavaSparkContext context) {
    this.context = context;
  }

  /** Sends a value to every executor. */
  <T> Broadcast<T> broadcast(T value) {
    Broadcast<T> sent = context.broadcast(value);
    releases.add(sent::destroy);
    return sent;
  }

  /** Keeps rows once they are computed. */
  <T> JavaRDD<T> persist(JavaRDD<T> rows) {
    JavaRDD<T> persisted = rows.persist(StorageLevel.MEMORY_AND_DISK());
    releases.add(persisted::unpersist);
    return persisted;
  }

  /** Lets go of everything. */
  void release() {
    releases.forEach(Runnable::run);
    releases.clear();
  }
}
