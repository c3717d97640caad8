package io.sparkattention.model;

import static io.sparkattention.Tolerances.HALF_ABSOLUTE;
import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.attention.Attended;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.Attentions;
import io.sparkattention.attention.DenseAttention;
import io.sparkattention.attention.EagerAttention;
import io.sparkattention.attention.Layout;
import io.sparkattention.attention.Site;
import io.sparkattention.attention.Weighting;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.registry.Registry;
import io.sparkattention.tensor.NativeArrays;
import io.sparkattention.tensor.Precision;
import io.sparkattention.text.Tokens;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What must not change what an encoder reads: company, order, path, mechanism. */
class PostNormEncoderTest {

  private static final double TIGHT = 2e-5;
  private static final int POSITIONS = 60; // of every golden checkpoint at least

  private static List<Tokens> sequences(Random random, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> sequence(random, 1 + random.nextInt(POSITIONS)))
        .toList();
  }

  private static Tokens sequence(Random random, int length) {
    int[] ids = random.ints(length, 5, 150).toArray();
    return new Tokens(ids, new int[length], new int[length], new int[length]);
  }

  private static TinyEncoder open(String name, Attention attention) {
    return TinyEncoder.open(name, attention, Precision.FP32, POSITIONS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta", "distilbert", "mpnet"})
  void companyAndOrderChangeNothing(String name) {
    long seed = 11;
    Random random = new Random(seed);
    for (Attention attention :
        List.of(
            new DenseAttention(), new SeamAttention(Layout.Kind.PACKED), new EagerAttention())) {
      try (TinyEncoder encoder = open(name, attention)) {
        List<Tokens> sequences = sequences(random, 9);
        List<float[]> together = encoder.encode(sequences);
        List<Integer> order = IntStream.range(0, 9).boxed().collect(Collectors.toList());
        Collections.shuffle(order, random);
        List<float[]> shuffled = encoder.encode(order.stream().map(sequences::get).toList());
        for (int i = 0; i < 9; i++) {
          String what = name + ", " + attention + ", sequence " + i + ", seed " + seed;
          float[] alone = encoder.encode(sequences.subList(i, i + 1)).get(0);
          assertClose(together.get(i), alone, TIGHT, "in company: " + what);
          assertClose(shuffled.get(order.indexOf(i)), alone, TIGHT, "in another order: " + what);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "xlm-roberta", "mpnet"})
  void pathChangesNothing(String name) {
    long seed = 12;
    List<Tokens> sequences = sequences(new Random(seed), 6);
    List<float[]> joined;
    try (TinyEncoder dense = open(name, new DenseAttention())) {
      joined = dense.encode(sequences);
      assertAll(dense.encode(sequences, (in, attended) -> {}), joined, "watched, seed " + seed);
    }
    for (Layout.Kind layout : Layout.Kind.values()) {
      try (TinyEncoder halves = open(name, new SeamAttention(layout))) {
        assertAll(halves.encode(sequences), joined, "halves, " + layout + ", seed " + seed);
      }
    }
  }

  private static void assertAll(List<float[]> actual, List<float[]> expected, String what) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertClose(actual.get(i), expected.get(i), TIGHT, what + ", sequence " + i);
    }
  }

  /** Serve cross attention alone. */
  private static final Set<String> CROSS_ONLY = Set.of("el-cross", "knn-cross");

  /** Mean to change what a model attends to, whatever the room. */
  private static final Set<String> CHANGES =
      Set.of("calibrated", "content-mask", "entropy-temperature", "sink-scale", "steered");

  /** Each mechanism of chosen keys with every number of its options larger than any sequence. */
  static Stream<String> generousSpecs() {
    return Attentions.REGISTRY.entries().stream()
        .filter(entry -> !CROSS_ONLY.contains(entry.name()) && !CHANGES.contains(entry.name()))
        .map(PostNormEncoderTest::generous)
        .filter(spec -> Attentions.REGISTRY.parse(spec).weighting() == Weighting.SOFTMAX);
  }

  private static String generous(Registry.Entry<Attention> entry) {
    Map<String, Integer> values =
        Map.of("window", 256, "block", 256, "chunk", 256, "rows", 256, "stride", 1);
    String options =
        entry.options().stream()
            .filter(option -> option.type() == int.class && values.containsKey(option.name()))
            .map(option -> option.name() + "=" + values.get(option.name()))
            .collect(Collectors.joining(","));
    return options.isEmpty() ? entry.name() : entry.name() + ":" + options;
  }

  @ParameterizedTest
  @MethodSource("generousSpecs")
  void mechanismWithRoomForAllIsDense(String spec) {
    long seed = 13;
    List<Tokens> sequences = sequences(new Random(seed), 5);
    Attention attention = Attentions.REGISTRY.parse(spec);
    for (String name : List.of("bert", "mpnet")) {
      try (LoadedModel model = Golden.load(name)) {
        if (!attention.unsupportedReasons(model.attentionReader().shape()).isEmpty()) {
          assertThat(name).as("refused by %s", spec).isEqualTo("mpnet");
          continue;
        }
      }
      try (TinyEncoder dense = open(name, new DenseAttention());
          TinyEncoder other = open(name, attention)) {
        assertAll(
            other.encode(sequences),
            dense.encode(sequences),
            spec + " of " + name + ", seed " + seed);
      }
    }
  }

  /** Notes what it is shown. */
  private static final class Notes implements AttentionProbe {
    final Map<Site, String> seen = new LinkedHashMap<>();
    final int onlyLayer;

    Notes(int onlyLayer) {
      this.onlyLayer = onlyLayer;
    }

    @Override
    public boolean watches(Site site) {
      return onlyLayer < 0 || site.layer() == onlyLayer;
    }

    @Override
    public void observe(AttentionInput input, Attended attended) {
      String shapes =
          "%s %s %s -> %s, %s"
              .formatted(
                  input.query().getShape(),
                  input.key().getShape(),
                  input.value().getShape(),
                  attended.output().getShape(),
                  input.layout().kind());
      assertThat(seen.put(input.site(), shapes)).as("seen before at %s", input.site()).isNull();
    }
  }

  @Test
  void probesSeeEveryLayerOnce() {
    List<Tokens> sequences = List.of(sequence(new Random(1), 7), sequence(new Random(2), 30));
    for (Attention attention :
        List.of(new DenseAttention(), new SeamAttention(Layout.Kind.PADDED))) {
      try (TinyEncoder encoder = open("bert", attention)) {
        Notes all = new Notes(-1);
        Notes second = new Notes(1);
        encoder.encode(sequences, all, second);
        String shapes =
            "(2, 4, 30, 8) (2, 4, 30, 8) (2, 4, 30, 8) -> (2, 4, 30, 8), " + Layout.Kind.PADDED;
        Site first = new Site(0, Site.Kind.SELF, Site.Phase.PREFILL);
        Site last = new Site(1, Site.Kind.SELF, Site.Phase.PREFILL);
        assertThat(all.seen).containsExactly(Map.entry(first, shapes), Map.entry(last, shapes));
        assertThat(second.seen).containsExactly(Map.entry(last, shapes));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"BF16", "FP16"})
  void reducedPrecisionStaysNear(Precision precision) {
    List<Tokens> sequences = sequences(new Random(14), 4);
    try (TinyEncoder exact = open("bert", new DenseAttention());
        TinyEncoder half = TinyEncoder.open("bert", new DenseAttention(), precision, POSITIONS);
        TinyEncoder seam =
            TinyEncoder.open("bert", new SeamAttention(Layout.Kind.PACKED), precision, POSITIONS)) {
      List<float[]> expected = exact.encode(sequences);
      List<float[]> joined = half.encode(sequences);
      List<float[]> halves = seam.encode(sequences);
      for (int i = 0; i < expected.size(); i++) {
        // two layers of numbers that reach 4
        assertClose(joined.get(i), expected.get(i), 4 * HALF_ABSOLUTE, precision + " joined " + i);
        assertClose(halves.get(i), expected.get(i), 4 * HALF_ABSOLUTE, precision + " halves " + i);
      }
    }
  }

  @Test
  void positionsBeyondTheModelsStartAgain() {
    try (TinyEncoder encoder =
        TinyEncoder.open("bert", new DenseAttention(), Precision.FP32, 200)) {
      int positions = encoder.encoder().config().maxPositions();
      Tokens once = sequence(new Random(3), positions);
      int[] ids = new int[2 * positions];
      System.arraycopy(once.ids(), 0, ids, 0, positions);
      System.arraycopy(once.ids(), 0, ids, positions, positions);
      Tokens twice = new Tokens(ids, new int[ids.length], new int[ids.length], new int[ids.length]);
      float[] expected = encoder.encode(List.of(once)).get(0);
      float[] actual = encoder.encode(List.of(twice)).get(0);
      // Every key is there twice with the same position: the same means over twice as many keys.
      for (int half = 0; half < 2; half++) {
        float[] part = new float[expected.length];
        System.arraycopy(actual, half * expected.length, part, 0, part.length);
        assertClose(part, expected, TIGHT, "half " + half);
      }
    }
  }

  @Test
  void hiddenStatesBeginWithEmbeddingsAndEndWithTheEncoding() {
    List<Tokens> sequences = sequences(new Random(4), 1);
    try (TinyEncoder encoder = open("bert", new DenseAttention());
        var scope = encoder.encoder().owner().newSubManager()) {
      var states =
          encoder.encoder().hiddenStates(scope, io.sparkattention.text.TokenBatch.of(sequences));
      assertThat(states).hasSize(3);
      assertClose(states.get(2).toFloatArray(), encoder.encode(sequences).get(0), 0, "last");
      assertThat(NativeArrays.count(scope)).as("arrays besides the states").isEqualTo(3);
    }
  }

  @Test
  void failingProbeLeavesNothingOpen() {
    List<Tokens> sequences = sequences(new Random(5), 2);
    try (TinyEncoder encoder = open("bert", new DenseAttention())) {
      encoder.encode(sequences);
      int before = NativeArrays.count(encoder.encoder().owner());
      List<Throwable> thrown = new ArrayList<>();
      try {
        encoder.encode(
            sequences,
            (in, attended) -> {
              throw new IllegalStateException("cannot watch");
            });
      } catch (IllegalStateException e) {
        thrown.add(e);
      }
      assertThat(thrown).singleElement().asString().contains("cannot watch");
      assertThat(NativeArrays.count(encoder.encoder().owner())).isEqualTo(before);
    }
  }
}
