package io.sparkattention.udfs.executor;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.sparkattention.generate.GenerativeModels;
import io.sparkattention.generate.TextGenerator;
import io.sparkattention.model.AttentionReader;
import io.sparkattention.model.Inference;
import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.WatchedSite;
import io.sparkattention.udfs.location.ModelLocalizer;
import io.sparkattention.udfs.metrics.InferenceActivity;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of this executor: one per spec and device, loaded on first use and shared by all
 * tasks. A model that no task uses stays until another one must be loaded.
 */
public final class ExecutorModels {

  private static final Logger LOG = LoggerFactory.getLogger(ExecutorModels.class);
  private static final InferenceActivity ACTIVITY = InferenceActivity.ofThisProcess();
  private static final SharedInstances<Key, Counted> MODELS =
      new SharedInstances<>(ExecutorModels::load);

  private ExecutorModels() {}

  /** How a model is read: the same files may be an encoder to one task and generate for another. */
  private enum Kind {
    READS,
    GENERATES
  }

  private record Key(ModelSpec spec, Kind kind) {
    @Override
    public String toString() {
      return spec.toString();
    }
  }

  /** A model whose closing is counted; one of the two is not null. */
  private record Counted(LoadedModel model, TextGenerator generator) implements AutoCloseable {

    NDManager owner() {
      return model == null ? generator.owner() : model.owner();
    }

    AttentionReader attentionReader(ModelSpec spec, WatchedSite site) {
      if (model == null) {
        return generator.attentionReader(site);
      }
      if (site != WatchedSite.SELF) {
        throw new IllegalArgumentException(
            "model '%s' is an encoder, which writes nothing and has no cross-attention: use site"
                    .formatted(spec.location())
                + " self, or a model that generates");
      }
      return model.attentionReader();
    }

    @Override
    public void close() {
      if (model != null) {
        model.close();
      } else {
        generator.close();
      }
      ACTIVITY.modelClosed();
    }
  }

  /**
   * Leases a model that reads texts, on the device of the calling task.
   *
   * @throws IllegalArgumentException with every reason why the model cannot be loaded
   */
  public static Lease<LoadedModel> acquire(ModelSpec spec) {
    return acquire(spec, Kind.READS, Counted::model);
  }

  /**
   * Leases a model that generates texts, on the device of the calling task.
   *
   * @throws IllegalArgumentException with every reason why the model cannot be loaded
   */
  public static Lease<TextGenerator> acquireGenerator(ModelSpec spec) {
    return acquire(spec, Kind.GENERATES, Counted::generator);
  }

  /**
   * Leases what shows the attention of a model, on the device of the calling task.
   *
   * @throws IllegalArgumentException with every reason why the model cannot be loaded or watched
   */
  public static Lease<AttentionReader> acquireReader(ModelSpec spec, WatchedSite site) {
    boolean generates = GenerativeModels.holds(ModelLocalizer.localize(spec.location()));
    Lease<Counted> lease = acquire(spec, generates ? Kind.GENERATES : Kind.READS, each -> each);
    try {
      return new Lease<>(lease.instance().attentionReader(spec, site), lease::close);
    } catch (RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  private static <M> Lease<M> acquire(ModelSpec spec, Kind kind, Function<Counted, M> part) {
    Lease<Counted> lease = MODELS.acquire(new Key(TaskDevice.resolve(spec), kind));
    ACTIVITY.useBegins();
    return new Lease<>(
        part.apply(lease.instance()),
        () -> {
          ACTIVITY.useEnds();
          lease.close();
        });
  }

  /** Frees the models that no task uses. */
  public static void closeUnused() {
    MODELS.closeUnused();
  }

  /** Frees all models: those that tasks use when these give them back. */
  static void closeAll() {
    MODELS.retireAll();
  }

  /** The devices that hold a model. */
  static Set<Device> devices() {
    return MODELS.instances().stream()
        .map(each -> each.owner().getDevice())
        .collect(Collectors.toSet());
  }

  private static Counted load(Key key) {
    ModelSpec spec = key.spec();
    Inference inference =
        new Inference(InferencePool.shared(), ACTIVITY, ExecutorMemory.nativeRoom());
    long start = System.nanoTime();
    Path directory = ModelLocalizer.localize(spec.location());
    Counted loaded =
        switch (key.kind()) {
          case READS -> new Counted(LoadedModel.load(directory, spec, inference), null);
          case GENERATES -> new Counted(null, TextGenerator.load(directory, spec, inference));
        };
    ACTIVITY.modelLoaded();
    LOG.info("Loaded {} in {} ms", spec, (System.nanoTime() - start) / 1_000_000);
    return loaded;
  }
}
