package io.sparkattention.attention;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.registry.Registry.Entry;
import io.sparkattention.registry.Registry.Option;
import io.sparkattention.tensor.NativeArrays;
import io.sparkattention.tensor.TorchEngine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random option strings over random shapes: an answer of finite numbers or a refusal that says why.
 * Each mechanism has cases of its own, so that a new one changes none of the others'. {@code
 * -Dfuzz.case=NAME:NUMBER} repeats one case, {@code -Dfuzz.cases=100000} tries more of them.
 */
class AttentionFuzzTest {

  private static final int FEW = 500;
  private static final int MANY = 10_000;
  private static final String CASE = "fuzz.case";
  private static final double SLOW = 20; // seconds that none of these small shapes may take
  private static final int LONGEST = 90;
  private static final int[] NUMBERS = {
    -1, 0, 1, 1, 2, 2, 3, 4, 5, 7, 8, 8, 16, 16, 33, 64, 100, 1_000, 4_096, 65_536
  };
  private static final List<String> FRACTIONS = List.of("-0.5", "0", "0.1", "0.5", "1", "2", "NaN");
  private static final List<String> OTHERS = // their own options are tried by themselves
      List.of("dense", "chunked", "[sink-window:window=8]", "[window-global:window=5]", "nothing");
  private static final List<String> NONSENSE = List.of("x", "[", "1=2", "auto", "1e9", "[dense]");

  /** How a case ended. */
  private enum End {
    ANSWERED,
    SPEC_REFUSED,
    SHAPE_REFUSED
  }

  @Test
  @Timeout(600)
  void fewRandomSpecsAreAnsweredOrRefused() {
    String one = System.getProperty(CASE);
    if (one != null) {
      String[] parts = one.split(":");
      assertThat(failures(parts[0], Integer.parseInt(parts[1]), 1, new TreeMap<>())).isEmpty();
      return;
    }
    run(FEW, 0);
  }

  @Test
  @Tag("thorough")
  @Timeout(3_600)
  void manyRandomSpecsAreAnsweredOrRefused() {
    System.out.println("fuzz: " + run(Integer.getInteger("fuzz.cases", MANY), 1_000_000));
  }

  private static Map<End, Integer> run(int count, int first) {
    Map<End, Integer> ends = new TreeMap<>();
    List<String> failures = new ArrayList<>();
    List<Entry<Attention>> entries = Attentions.REGISTRY.entries();
    int each = count / entries.size() + 1;
    for (Entry<Attention> entry : entries) {
      failures.addAll(failures(entry.name(), first, each, ends));
    }
    assertThat(failures).as("failures").isEmpty();
    assertThat(ends.get(End.ANSWERED)).as("answered of %s", ends).isGreaterThan(count / 10);
    return ends;
  }

  /** What went wrong in some cases of a mechanism. */
  private static List<String> failures(String name, int first, int count, Map<End, Integer> ends) {
    List<String> failures = new ArrayList<>();
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      for (int number = first; number < first + count; number++) {
        long seed = 31L * number + Math.abs((long) name.hashCode());
        String spec = spec(name, new Random(seed));
        AttentionCase given = broken(AttentionCase.of(seed, LONGEST));
        long started = System.nanoTime();
        try {
          ends.merge(end(given, spec, root), 1, Integer::sum);
          assertThat((System.nanoTime() - started) / 1e9).as("seconds").isLessThan(SLOW);
          assertThat(NativeArrays.count(root)).as("arrays left open").isZero();
        } catch (AssertionError | RuntimeException e) {
          failures.add("-D%s=%s:%d: %s over %s: %s".formatted(CASE, name, number, spec, given, e));
        }
      }
    }
    return failures;
  }

  private static End end(AttentionCase given, String spec, NDManager root) {
    Attention mechanism;
    try {
      mechanism = Attentions.REGISTRY.parse(spec);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).as("why %s is refused", spec).isNotBlank();
      return End.SPEC_REFUSED;
    }
    List<String> reasons = mechanism.unsupportedReasons(given.shape(root));
    if (!reasons.isEmpty()) {
      assertThat(reasons).allSatisfy(reason -> assertThat(reason).isNotBlank());
      return End.SHAPE_REFUSED;
    }
    try (NDManager scope = root.newSubManager()) {
      AttentionInput input = given.input(scope, 0);
      try (Attended attended = mechanism.attend(input)) {
        long[] shape = {given.batch(), given.heads(), given.queries(), given.headSize()};
        assertThat(attended.output().getShape()).isEqualTo(new Shape(shape));
        assertFinite(attended.output(), "output");
        int row = new Random(given.seed()).nextInt(given.queries());
        assertFinite(attended.weights(row, row + 1), "weights of row " + row);
        assertFinite(attended.mix(given.values(scope, given.headSize())), "mix");
      }
    }
    return End.ANSWERED;
  }

  /** In half of the cases somebody says where lines end. */
  private static AttentionCase broken(AttentionCase given) {
    Random random = new Random(given.seed() + 1);
    if (random.nextBoolean()) {
      return given;
    }
    int[][] breaks =
        Arrays.stream(given.mask().keyLengths())
            .mapToObj(length -> random.ints(length, -6, 4).map(n -> Math.max(0, n)).toArray())
            .toArray(int[][]::new);
    return new AttentionCase(
        given.seed(),
        given.heads(),
        given.keyValueHeads(),
        given.headSize(),
        given.queries(),
        given.keys(),
        given.mask().broken(text -> breaks[text]),
        given.kind(),
        given.biased());
  }

  private static void assertFinite(NDArray array, String what) {
    for (float number : array.toFloatArray()) {
      if (!Float.isFinite(number)) {
        throw new AssertionError(what + " holds " + number);
      }
    }
  }

  private static String spec(String name, Random random) {
    Entry<Attention> entry =
        Attentions.REGISTRY.entries().stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow();
    List<String> options = new ArrayList<>();
    for (Option option : entry.options()) {
      if (random.nextInt(3) > 0 || option.defaultValue() == null) {
        options.add(option.name() + "=" + value(option, random));
      }
    }
    if (random.nextInt(40) == 0) {
      options.add("no-such=1");
    }
    return options.isEmpty() ? name : name + ":" + String.join(",", options);
  }

  private static String value(Option option, Random random) {
    if (random.nextInt(60) == 0) {
      return NONSENSE.get(random.nextInt(NONSENSE.size()));
    }
    Class<?> type = option.type();
    if (type.isEnum()) {
      Object[] constants = type.getEnumConstants();
      Enum<?> chosen = (Enum<?>) constants[random.nextInt(constants.length)];
      return chosen.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
    if (type == int.class || type == long.class) {
      return String.valueOf(NUMBERS[random.nextInt(NUMBERS.length)]);
    }
    if (type == double.class) {
      return FRACTIONS.get(random.nextInt(FRACTIONS.size()));
    }
    if (type == boolean.class) {
      return String.valueOf(random.nextBoolean());
    }
    if (type == Attention.class) {
      return OTHERS.get(random.nextInt(OTHERS.size()));
    }
    return option.defaultValue() == null ? "dense" : option.defaultValue();
  }
}
