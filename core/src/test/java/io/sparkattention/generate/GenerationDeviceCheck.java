package io.sparkattention.generate;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.kvcache.CacheStorage;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.kvcache.PolicySpecs;
import io.sparkattention.model.ModelLoadException;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.decoder.Continuation;
import io.sparkattention.model.decoder.GenerativeModel;
import io.sparkattention.model.decoder.GoldenText;
import io.sparkattention.probe.AttentionProbe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Runs the golden checkpoints on a device, from core's directory: {@code GenerationDeviceCheck
 * gpu}. In float32 their tokens are those of transformers. In half precision, tokens read one by
 * one are at most three times as far from float32 as the same tokens read at once. Prints a line
 * for each check; ends with status 1 if one fails.
 */
public final class GenerationDeviceCheck {

  private static final KvCachePolicy FULL = KvCachePolicies.REGISTRY.parse("full");
  private static final int STEPS = 12;

  private static final AttentionProbe WATCHING = (input, attended) -> {};

  private final String device;
  private int passed;
  private int failed;

  private GenerationDeviceCheck(String device) {
    this.device = device;
  }

  /** Takes the name of a device. */
  public static void main(String[] arguments) {
    GenerationDeviceCheck check = new GenerationDeviceCheck(arguments[0]);
    for (KvCachePolicy policy : PolicySpecs.dropping(10)) {
      check.run("cache " + policy, () -> check.keptAsOnCpu(policy));
    }
    for (String storage : List.of("full:storage=int8", "full:storage=int4")) {
      KvCachePolicy policy = KvCachePolicies.REGISTRY.parse(storage);
      check.run("cache " + policy, () -> check.keptAsOnCpu(policy));
    }
    for (String name : GoldenText.namesWith("logits.0")) {
      check.run("fp32 tokens of " + name, () -> check.tokens(name));
      for (String dtype : List.of("bf16", "fp16")) {
        check.run(dtype + " steps of " + name, () -> check.stepsOrRefusal(name, dtype, 1));
        check.run(dtype + " beams of " + name, () -> check.stepsOrRefusal(name, dtype, 3));
      }
    }
    check.run("two threads", check::twoThreads);
    System.out.printf("%d passed, %d failed%n", check.passed, check.failed);
    System.exit(check.failed == 0 ? 0 : 1);
  }

  /** A check that tells what it measured. */
  private interface Measured {
    String run();
  }

  private void run(String what, Measured check) {
    try {
      String measured = check.run();
      passed++;
      System.out.println("pass  " + what + ": " + measured);
    } catch (AssertionError | RuntimeException e) {
      failed++;
      System.out.println("FAIL  " + what);
      e.printStackTrace(System.out);
    }
  }

  private GenerativeModel load(String name, String dtype) {
    ModelSpec spec = ModelSpec.of(name).withDtype(dtype).withDevice(device);
    return GenerativeModels.load(GoldenText.directory(name), spec);
  }

  private String tokens(String name) {
    int texts = 0;
    try (GoldenText golden = GoldenText.open(name);
        GenerativeModel model = load(name, "fp32")) {
      for (GoldenText.Decoded decoded : golden.decoded()) {
        GenerationConfig config =
            GenerationConfig.read(GoldenText.directory(name), decoded.settings());
        int rows = 7 * config.beams().count(); // fewer than prompts: rows leave and enter
        List<Generated> found = new Generator(model, config, FULL, rows).generate(golden.prompts());
        for (int i = 0; i < found.size(); i++, texts++) {
          if (!Arrays.equals(found.get(i).tokens(), decoded.tokens().get(i))) {
            throw new AssertionError(
                "%s, prompt %d: %s instead of %s"
                    .formatted(
                        decoded.settings(),
                        i,
                        Arrays.toString(found.get(i).tokens()),
                        Arrays.toString(decoded.tokens().get(i))));
          }
        }
      }
    }
    return texts + " texts are those of transformers";
  }

  /** A cache policy keeps on this device what it keeps on a CPU, and reads on in bf16. */
  private String keptAsOnCpu(KvCachePolicy policy) {
    String name = "qwen2";
    ModelSpec onCpu = ModelSpec.of(name);
    try (GoldenText golden = GoldenText.open(name);
        GenerativeModel cpu = GenerativeModels.load(GoldenText.directory(name), onCpu);
        GenerativeModel exact = load(name, "fp32");
        GenerativeModel half = load(name, "bf16")) {
      List<int[]> prompts = golden.prompts().subList(8, 14);
      int[][] said = // (STEPS, rows)
          IntStream.range(0, STEPS)
              .mapToObj(step -> IntStream.range(0, 6).map(i -> 5 + (7 * step + i) % 11).toArray())
              .toArray(int[][]::new);
      List<float[]> expected = read(cpu, policy, prompts, said, 1, List.of());
      List<float[]> found = read(exact, policy, prompts, said, 1, List.of());
      List<float[]> rounded = read(half, policy, prompts, said, 1, List.of());
      double worst = 0;
      double furthest = 0;
      for (int i = 0; i < expected.size(); i++) {
        worst = Math.max(worst, distance(found.get(i), expected.get(i)));
        furthest = Math.max(furthest, distance(rounded.get(i), expected.get(i)));
      }
      String measured = "fp32 is %.2e from the CPU, bf16 %.2e".formatted(worst, furthest);
      // where numbers are rounded to levels, the last bit of one may choose another level
      double most = policy.storage() == CacheStorage.MODEL ? 1e-3 : 5e-2;
      if (!(worst <= most) || !Double.isFinite(furthest)) {
        throw new AssertionError(measured);
      }
      return measured;
    }
  }

  /** Two models at once, which share what recorded steps lie in, say what each says alone. */
  private String twoThreads() {
    List<String> names = List.of("llama", "qwen2");
    List<List<int[]>> alone = names.stream().map(this::said).toList();
    for (int turn = 0; turn < 10; turn++) {
      List<List<int[]>> together = names.parallelStream().map(this::said).toList();
      for (int i = 0; i < names.size(); i++) {
        for (int j = 0; j < alone.get(i).size(); j++) {
          if (!Arrays.equals(together.get(i).get(j), alone.get(i).get(j))) {
            throw new AssertionError(names.get(i) + ", prompt " + j + " in turn " + turn);
          }
        }
      }
    }
    return "10 turns say what each says alone";
  }

  private List<int[]> said(String name) {
    try (GoldenText golden = GoldenText.open(name);
        GenerativeModel model = load(name, "bf16")) {
      GenerationConfig config =
          GenerationConfig.read(
              model.directory(),
              new ObjectMapper()
                  .createObjectNode()
                  .put("min_new_tokens", 40)
                  .put("max_new_tokens", 40));
      return new Generator(model, config, FULL, 8)
          .generate(golden.prompts().subList(0, 8)).stream().map(Generated::tokens).toList();
    }
  }

  /** Families whose activations overflow in fp16 are refused in it, and nothing else is. */
  private String stepsOrRefusal(String name, String dtype, int beams) {
    try {
      return steps(name, dtype, beams);
    } catch (ModelLoadException refused) {
      if (dtype.equals("fp16") && refused.getMessage().contains("overflow in fp16")) {
        return "refused";
      }
      throw refused;
    }
  }

  private String steps(String name, String dtype, int beams) {
    try (GoldenText golden = GoldenText.open(name);
        GenerativeModel exact = load(name, "fp32");
        GenerativeModel half = load(name, dtype)) {
      List<int[]> prompts = golden.prompts().subList(0, 6);
      int rows = 6 * beams;
      int[][] said = // (STEPS, rows)
          IntStream.range(0, STEPS)
              .mapToObj(
                  step -> IntStream.range(0, rows).map(i -> 5 + (7 * step + i) % 11).toArray())
              .toArray(int[][]::new);
      List<float[]> expected = read(exact, FULL, prompts, said, beams, List.of());
      List<float[]> stepped = read(half, FULL, prompts, said, beams, List.of());
      List<float[]> watched = read(half, FULL, prompts, said, beams, List.of(WATCHING));
      double first = distance(stepped.get(0), expected.get(0)); // the prompts, read at once
      double worst = furthest(stepped, expected);
      double apart = furthest(watched, expected); // layer by layer, nothing recorded
      String measured =
          "steps are %.2e from fp32, %.2e when watched, prompts %.2e"
              .formatted(worst, apart, first);
      if (!(worst <= Math.max(3 * first, 1.5 * apart) + 1e-2)) {
        throw new AssertionError(measured);
      }
      return measured;
    }
  }

  private static double furthest(List<float[]> steps, List<float[]> expected) {
    double worst = 0;
    for (int i = 1; i < expected.size(); i++) {
      worst = Math.max(worst, distance(steps.get(i), expected.get(i)));
    }
    return worst;
  }

  /**
   * What comes next after the prompts and after each step; beams of a prompt continue one another.
   */
  private static List<float[]> read(
      GenerativeModel model,
      KvCachePolicy policy,
      List<int[]> prompts,
      int[][] said,
      int beams,
      List<AttentionProbe> probes) {
    List<float[]> all = new ArrayList<>();
    int[] rows = IntStream.range(0, prompts.size()).toArray();
    try (NDManager scope = model.owner().newSubManager();
        Continuation texts = model.continuation(policy, rows.length, 64, probes)) {
      all.add(texts.begin(scope, rows, prompts).toFloatArray());
      if (beams > 1) {
        texts.spread(beams);
      }
      for (int[] ids : said) {
        all.add(texts.next(scope, ids).toFloatArray());
        if (beams > 1) {
          texts.select(
              IntStream.range(0, ids.length)
                  .map(row -> row / beams * beams + (row * 5 + ids[row]) % beams)
                  .toArray());
        }
      }
    }
    return all;
  }

  /** Root of the mean square of the differences, as a share of that of what is expected. */
  private static double distance(float[] found, float[] expected) {
    double differences = 0;
    double squares = 0;
    for (int i = 0; i < expected.length; i++) {
      differences += Math.pow(found[i] - expected[i], 2);
      squares += Math.pow(expected[i], 2);
    }
    return Math.sqrt(differences / squares);
  }
}
