package io.sparkattention.udfs.executor;

import io.sparkattention.generate.TextGenerator;
import io.sparkattention.model.AttentionReader;
import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.WatchedSite;
import java.util.ArrayList;
import java.util.List;

/** The models that one task uses, leased from its executor until this is closed. */
public final class TaskModels implements AutoCloseable {

  private final List<Lease<?>> leases = new ArrayList<>();

  /**
   * The model of a spec that reads texts; loaded if no other task of this executor has done so.
   *
   * @throws IllegalArgumentException with every reason why the model cannot be loaded
   */
  public LoadedModel model(ModelSpec spec) {
    Lease<LoadedModel> lease = ExecutorModels.acquire(spec);
    leases.add(lease);
    return lease.instance();
  }

  /**
   * The model of a spec that generates texts; loaded if no other task of this executor has done so.
   *
   * @throws IllegalArgumentException with every reason why the model cannot be loaded
   */
  public TextGenerator generator(ModelSpec spec) {
    Lease<TextGenerator> lease = ExecutorModels.acquireGenerator(spec);
    leases.add(lease);
    return lease.instance();
  }

  /**
   * What shows the attention of a spec's model, which may read texts or generate them; loaded if no
   * other task of this executor has done so.
   *
   * @throws IllegalArgumentException with every reason why the model cannot be loaded or watched
   */
  public AttentionReader attentionReader(ModelSpec spec, WatchedSite site) {
    Lease<AttentionReader> lease = ExecutorModels.acquireReader(spec, site);
    leases.add(lease);
    return lease.instance();
  }

  @Override
  public void close() {
    leases.forEach(Lease::close);
    leases.clear();
  }
}
