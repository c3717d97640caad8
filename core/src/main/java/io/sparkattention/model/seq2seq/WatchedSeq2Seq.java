package io.sparkattention.model.seq2seq;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionShape;
import io.sparkattention.attention.Direction;
import io.sparkattention.attention.PerLayerAttention;
import io.sparkattention.attention.Site;
import io.sparkattention.kvcache.FullPolicy;
import io.sparkattention.kvcache.KvCache;
import io.sparkattention.model.AttentionProjections;
import io.sparkattention.model.WatchedModel;
import io.sparkattention.model.WatchedSite;
import io.sparkattention.model.WatchedWriter;
import io.sparkattention.model.decoder.DecoderInput;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.probe.WritingProbe;
import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An encoder-decoder that is watched while it reads texts, or writes about them.
 *
 * @param encoderMechanisms of each layer of the encoder
 */
public record WatchedSeq2Seq(
    Seq2SeqLm lm, WatchedSite site, List<Attention> encoderMechanisms, String fingerprint)
    implements WatchedWriter {

  /**
   * Watches a site of a model.
   *
   * @throws IllegalArgumentException if the site cannot be watched
   */
  public static WatchedSeq2Seq of(Seq2SeqLm lm, WatchedSite site, String fingerprint) {
    Seq2SeqConfig config = lm.model().config();
    if (site == WatchedSite.GENERATION) {
      throw new IllegalArgumentException(
          config.modelType()
              + " reads its text and what it wrote by two attentions: watch decoder or cross");
    }
    if (site == WatchedSite.SELF && config.sideBlock() > 0) {
      throw new IllegalArgumentException(
          "the encoder of "
              + config.modelType()
              + " reads keys that stand for blocks of tokens, which have no place in the text:"
              + " watch decoder or cross");
    }
    return new WatchedSeq2Seq(
        lm, site, config.encoderMechanisms(lm.model().attention()), fingerprint);
  }

  private EncoderDecoder model() {
    return lm.model();
  }

  @Override
  public Tokenizer tokenizer() {
    return lm.tokenizer();
  }

  @Override
  public NDManager owner() {
    return lm.owner();
  }

  @Override
  public Path directory() {
    return lm.directory();
  }

  @Override
  public int layers() {
    Seq2SeqConfig config = model().config();
    return site == WatchedSite.SELF ? config.encoder().layers() : config.decoder().layers();
  }

  @Override
  public int maxTokens() {
    return model().config().maxTextLength();
  }

  @Override
  public int vocabSize() {
    return lm.vocabSize();
  }

  @Override
  public AttentionShape shape() {
    return switch (site) {
      case SELF -> lm.attentionShapes().get(0);
      case CROSS -> lm.attentionShapes().get(2);
      default -> lm.attentionShapes().get(1);
    };
  }

  @Override
  public Attention mechanism() {
    return PerLayerAttention.of(IntStream.range(0, layers()).mapToObj(this::mechanism).toList());
  }

  private Attention mechanism(int layer) {
    return switch (site) {
      case SELF -> encoderMechanisms.get(layer);
      case CROSS -> at(layer, Site.Kind.CROSS, Direction.BIDIRECTIONAL);
      default -> at(layer, Site.Kind.SELF, Direction.CAUSAL);
    };
  }

  private Attention at(int layer, Site.Kind kind, Direction direction) {
    return model().attention().at(new Site(layer, kind, Site.Phase.PREFILL), direction);
  }

  @Override
  public NDArray read(NDManager scope, TokenBatch batch, List<AttentionProbe> probes) {
    return model().encode(scope, batch, encoderMechanisms, probes, hidden -> {});
  }

  @Override
  public List<NDArray> hiddenStates(NDManager scope, TokenBatch batch) {
    List<NDArray> states = new ArrayList<>();
    NDArray encoded =
        model()
            .encode(
                scope,
                batch,
                encoderMechanisms,
                List.of(),
                hidden -> {
                  NDArray copy = hidden.duplicate(); // (N, hidden)
                  copy.attach(scope);
                  states.add(copy);
                });
    encoded.close();
    return states;
  }

  /** The encoder's layers by another mechanism. */
  @Override
  public WatchedModel withAttention(Attention other) {
    List<Attention> all =
        IntStream.range(0, encoderMechanisms.size())
            .mapToObj(i -> other.at(Site.encoder(i), Direction.BIDIRECTIONAL))
            .toList();
    return new WatchedSeq2Seq(lm, site, all, fingerprint);
  }

  @Override
  public AttentionProjections projections() {
    return lm.projections(site);
  }

  @Override
  public int[] start() {
    return site == WatchedSite.DECODER ? decoderStart() : new int[0];
  }

  private int[] decoderStart() {
    return new int[] {model().config().decoderStart()};
  }

  @Override
  public int maxWritten(int source) {
    return model().config().maxLength() - 1;
  }

  /**
   * Reads all that was written in one call: in self-attention the start token and what was written,
   * in cross-attention the tokens after which each was chosen.
   */
  @Override
  public void write(NDManager scope, TokenBatch sources, List<int[]> written, WritingProbe probe) {
    TokenBatch targets = TokenBatch.ofIds(written.stream().map(this::target).toList());
    try (NDManager local = scope.newSubManager()) {
      NDArray encoded = read(local, sources, List.of()); // (N, hidden)
      try (Memory memory = model().remember(local, encoded, sources.offsets());
          KvCache cache =
              model().newCache(local, FullPolicy.USUAL, targets.size(), targets.longest())) {
        int[] rows = IntStream.range(0, targets.size()).toArray();
        DecoderInput in = new DecoderInput(targets, cache, rows);
        model().read(local, in, memory, 1, List.of(probe), hidden -> {}).close();
      }
    }
  }

  private int[] target(int[] written) {
    int length = site == WatchedSite.DECODER ? written.length : Math.max(0, written.length - 1);
    return Stream.of(decoderStart(), Arrays.copyOf(written, length))
        .flatMapToInt(Arrays::stream)
        .toArray();
  }
}
