package io.sparkattention.udfs.executor;

import io.sparkattention.udfs.config.ConfigKey;
import io.sparkattention.udfs.config.OptionType;
import io.sparkattention.udfs.metrics.InferenceActivity;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/**
 * The threads on which an executor runs models. There are few and they stay: PyTorch keeps memory
 * for every thread that ever ran it, and Spark's task threads come and go.
 */
public final class InferencePool {

  static final ConfigKey<Integer> THREADS =
      new ConfigKey<>(
          "inference.threads",
          OptionType.wholeNumber(1),
          "tasks that an executor runs at a time; of a GPU at most 2",
          "Threads that run models in an executor");

  /** One computes while the other brings tokens to the device, or results from it. */
  private static final int THREADS_OF_A_GPU = 2;

  private static final String INTRA_OP_THREADS = "ai.djl.pytorch.num_threads";
  private static final Pattern LOCAL_MASTER = Pattern.compile("local\\[(\\d+|\\*).*]");
  private static ExecutorService shared;

  private InferencePool() {}

  /** The pool of this process; made on the first call. */
  public static synchronized ExecutorService shared() {
    if (shared == null) {
      SparkEnv env = SparkEnv.get();
      SparkConf conf = env == null ? new SparkConf() : env.conf();
      if (System.getProperty(INTRA_OP_THREADS) == null) {
        System.setProperty(
            INTRA_OP_THREADS, conf.get("spark.task.cpus", "1")); // read at engine start
      }
      shared = newPool(threads(conf));
    }
    return shared;
  }

  /**
   * How many threads a configuration asks for.
   *
   * @throws IllegalArgumentException if it is not a positive whole number
   */
  static int threads(SparkConf conf) {
    return THREADS.value(conf).orElseGet(() -> threadsForTasks(conf));
  }

  private static int threadsForTasks(SparkConf conf) {
    int tasks = Math.max(1, cores(conf) / conf.getInt("spark.task.cpus", 1));
    int ofStage = StageResources.of(conf).map(StageResources::amount).orElse(0);
    int gpus = conf.getInt("spark.executor.resource.gpu.amount", ofStage);
    return gpus == 0 ? tasks : Math.min(tasks, THREADS_OF_A_GPU * gpus);
  }

  private static int cores(SparkConf conf) {
    String master = conf.get("spark.master", "");
    Matcher local = LOCAL_MASTER.matcher(master);
    if (local.matches() && !local.group(1).equals("*")) {
      return Integer.parseInt(local.group(1));
    }
    if (master.equals("local")) {
      return 1;
    }
    return conf.getInt("spark.executor.cores", Runtime.getRuntime().availableProcessors());
  }

  private static ExecutorService newPool(int threads) {
    InferenceActivity activity = InferenceActivity.ofThisProcess();
    activity.poolOf(threads);
    AtomicInteger number = new AtomicInteger();
    return new BusyThreads(
        threads,
        task -> {
          Thread thread = new Thread(task, "spark-attention-inference-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        },
        activity);
  }

  /** A fixed pool that tells how long its threads run. */
  private static final class BusyThreads extends ThreadPoolExecutor {

    private final InferenceActivity activity;
    private final ThreadLocal<Long> started = new ThreadLocal<>();

    private BusyThreads(int threads, ThreadFactory factory, InferenceActivity activity) {
      super(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
      this.activity = activity;
    }

    @Override
    protected void beforeExecute(Thread thread, Runnable task) {
      started.set(System.nanoTime());
    }

    @Override
    protected void afterExecute(Runnable task, Throwable failure) {
      activity.busy(System.nanoTime() - started.get());
    }
  }
}
