package io.sparkattention.attention;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.Downloads;
import io.sparkattention.tensor.HostIndexOperators;
import io.sparkattention.tensor.RetrievalOperators;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.Uploads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Cross attention that reads the keys nearest to each query, of a text of any length. Unlimiformer
 * (arXiv:2305.01625).
 *
 * <p>Where a model tells what its keys were projected from, these hidden states are the one index
 * of all layers and heads: a query is multiplied with the projection of the keys and compared with
 * them, exactly. Otherwise the keys of each layer are searched. Queries of a text that is read at
 * once choose in blocks.
 *
 * <p>The index lies where the model does and is scanned whole, or with {@code index=host} in the
 * memory of the host, after RetrievalAttention (arXiv:2409.10516): there the hidden states of a
 * text, or the keys of a layer, are parted into as many clusters as the root of their number, where
 * the paper links them to a graph, and a query looks through those clusters alone whose means
 * promise most attention. Keys and values stay where the model holds them; those that were found
 * are read there. A text may be as long as its encoder can read.
 */
@Described(
    summary = "Cross attention that reads the nearest keys of an index of hidden states",
    source = "Unlimiformer, arXiv:2305.01625")
public record KnnCrossAttention(
    @Default(value = "1024", means = "keys that each head reads") int k,
    @Default(value = "16", means = "neighbouring queries that choose together") int rows,
    @Default(
            value = "device",
            means =
                "where what is searched lies: on the device, scanned whole, or in clusters on the host")
        Index index,
    @Default(value = "16", means = "clusters of a text that are looked through with index=host")
        int probes)
    implements Attention {

  /** Where what is searched lies. */
  public enum Index {
    /** Where the model does; every key is looked at. */
    DEVICE,
    /** In the memory of the host, in clusters. */
    HOST
  }

  private static final long NO_KEY = 1L << 40;

  public KnnCrossAttention {
    new OptionCheck()
        .atLeast(1, "k", k)
        .atLeast(1, "rows", rows)
        .atLeast(1, "probes", probes)
        .done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    List<String> reasons = new ArrayList<>(Reasons.unbiased("knn-cross", shape));
    if (shape.kind() != Site.Kind.CROSS) {
      reasons.add(
          "knn-cross is for cross attention: use per-site:cross=knn-cross in an encoder-decoder");
    }
    return reasons;
  }

  @Override
  public boolean readsSource() {
    return true;
  }

  @Override
  public Attended attend(AttentionInput in) {
    if (k >= in.key().getShape().get(2)) {
      return new DenseAttention().attend(in);
    }
    ChosenKeys keys = new ChosenKeys(in, in.scope().newSubManager());
    if (index == Index.HOST) {
      return found(in, keys);
    }
    return keys.attend(
        rows,
        (scope, queries) -> {
          try (NDArray mass = mass(in, keys, scope, queries)) {
            return keys.best(scope, mass, queries, k);
          }
        });
  }

  private Attended found(AttentionInput in, ChosenKeys keys) {
    try (NDManager local = in.scope().newSubManager();
        NDManager onHost = local.newSubManager(Device.cpu())) {
      HostIndex host = host(in, local);
      Optional<KeySource> source = in.keySource();
      NDArray searched = source.map(each -> each.hidden().expandDims(1)).orElse(in.key());
      host.follow(searched, in.mask().keyLengths()); // (B, 1 or Hkv, S, M or D)
      NDArray weight = source.map(KeySource::keyWeight).orElse(null);
      NDArray asked = // (B, Hkv, G, T, M or D)
          Downloads.of(
              onHost,
              RetrievalOperators.on(local)
                  .asked(local, in.query(), weight, in.keyValueHeads(), in.scale()));
      for (Span queries : keys.spans(rows)) {
        keys.add(chosen(in, keys, host, asked, queries), false);
      }
      return keys.attended();
    }
  }

  /** What is remembered of the texts: for all layers together where they search hidden states. */
  private HostIndex host(AttentionInput in, NDManager local) {
    Site site =
        in.keySource().isPresent() ? new Site(0, Site.Kind.CROSS, in.site().phase()) : in.site();
    return in.sequenceMemory()
        .map(memory -> memory.of(this, site, HostIndex.class, HostIndex::new))
        .orElseGet(() -> new HostIndex(local));
  }

  /** What a block of queries reads: fewer than k keys where the clusters hold no more. */
  private IndexSelection chosen(
      AttentionInput in, ChosenKeys keys, HostIndex host, NDArray asked, Span queries) {
    int batch = in.mask().batch();
    int heads = in.keyValueHeads();
    int most = Math.min(k, (int) in.key().getShape().get(2));
    long[] places = new long[batch * heads * most];
    Arrays.fill(places, NO_KEY);
    try (NDManager local = asked.getManager().newSubManager()) {
      for (int b = 0; b < batch; b++) {
        int to = Math.min(queries.to(), in.mask().queryLengths()[b]);
        Span real = new Span(queries.from(), Math.max(queries.from(), to));
        for (int h = 0; h < heads; h++) {
          NDArray query = HostIndexOperators.onHost().queries(local, asked, b, h, real);
          int head = in.keySource().isPresent() ? 0 : h;
          long[] found = host.search(local, b, head, query, probes, k);
          System.arraycopy(found, 0, places, (b * heads + h) * most, found.length);
        }
      }
    }
    try (NDManager local = in.scope().newSubManager()) {
      NDArray uploaded = Uploads.of(local, places).reshape(batch, heads, most); // (B, Hkv, K)
      NDList read = keys.reads(queries, uploaded);
      return new IndexSelection(in, queries, read.get(0), read.get(1));
    }
  }

  /** (B, Hkv, S). */
  private static NDArray mass(AttentionInput in, ChosenKeys keys, NDManager scope, Span queries) {
    RetrievalOperators operators = RetrievalOperators.on(scope);
    Optional<KeySource> source = in.keySource();
    return source.isPresent()
        ? operators.mass(
            scope,
            in.query(),
            source.get().hidden(),
            source.get().keyWeight(),
            keys.frame(),
            queries,
            in.scale())
        : operators.mass(scope, in.query(), in.key(), keys.frame(), queries, in.scale());
  }
}
