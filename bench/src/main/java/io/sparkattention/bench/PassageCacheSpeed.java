package io.sparkattention.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sparkattention.generate.Generated;
import io.sparkattention.generate.GenerationConfig;
import io.sparkattention.generate.GenerationSpec;
import io.sparkattention.generate.PromptTokens;
import io.sparkattention.generate.TextGenerator;
import io.sparkattention.model.Inference;
import io.sparkattention.model.InferenceListener;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Prompts per second where they share passages: dense, by blocks that are read in every prompt, and
 * by blocks that are known once they were read. The model is new for each, so that the first
 * reading of every passage counts.
 *
 * <p>{@code bench/run PassageCacheSpeed [PROMPTS PASSAGES_OF_EACH TOKENS PASSAGES NEW_TOKENS]} (64
 * 8 256 32 8): every prompt holds some of the passages and a question of 32 tokens. {@code
 * -Dlayers=…}, {@code -Dheads=…}, {@code -DkeyHeads=…} are those of a Llama with random weights and
 * heads of 64 columns (6, 9, 3), {@code -Drepeats=…} says how often all is repeated (3), {@code
 * -Dkeep=…} how many MiB are kept (512).
 */
public final class PassageCacheSpeed {

  private static final int QUESTION = 32;
  private static final int WORDS = 8_192;
  private static final int REPEATS = Integer.getInteger("repeats", 3);
  private static final int KEEP = Integer.getInteger("keep", 512);

  private PassageCacheSpeed() {}

  /** Prints a line of JSON for each mechanism. */
  public static void main(String[] arguments) throws IOException {
    int[] sizes =
        arguments.length == 0
            ? new int[] {64, 8, 256, 32, 8}
            : Arrays.stream(arguments).mapToInt(Integer::parseInt).toArray();
    if (sizes.length != 5) {
      throw new IllegalArgumentException(
          "use: PROMPTS PASSAGES_OF_EACH TOKENS PASSAGES NEW_TOKENS");
    }
    RandomDecoder shape =
        new RandomDecoder(
            Integer.getInteger("layers", 6),
            Integer.getInteger("heads", 9),
            Integer.getInteger("keyHeads", 3),
            64,
            WORDS);
    Path directory = Files.createTempDirectory("passage-cache");
    shape.write(directory);
    List<PromptTokens> prompts = prompts(sizes);
    List<String> mechanisms =
        List.of(
            "dense",
            "block-diagonal:block=%d,keep=0".formatted(sizes[2]),
            "block-diagonal:block=%d,keep=%d".formatted(sizes[2], KEEP));
    double[][] seconds = new double[mechanisms.size()][REPEATS];
    long[] spared = new long[mechanisms.size()];
    List<List<int[]>> said = new ArrayList<>();
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      for (int i = 0; i < mechanisms.size(); i++) {
        AtomicLong counted = new AtomicLong();
        List<int[]> tokens = new ArrayList<>();
        ModelSpec spec = ModelSpec.of(directory.toString()).withAttention(mechanisms.get(i));
        seconds[i][repeat] = run(directory, spec, prompts, sizes[4], counted, tokens);
        spared[i] = counted.get();
        said.add(tokens);
      }
    }
    long all = prompts.stream().mapToLong(each -> each.ids().length).sum();
    for (int i = 0; i < mechanisms.size(); i++) {
      Arrays.sort(seconds[i]);
      System.out.printf(
          Locale.ROOT,
          "{\"attention\": \"%s\", \"prompts_per_s\": %.3f, \"range\": [%.3f, %.3f],"
              + " \"prompt_tokens\": %d, \"not_read_again\": %d, \"as_blocks\": %d}%n",
          mechanisms.get(i),
          prompts.size() / seconds[i][REPEATS / 2],
          prompts.size() / seconds[i][REPEATS - 1],
          prompts.size() / seconds[i][0],
          all,
          spared[i],
          same(said.get(i), said.get(1)));
    }
    for (String file : List.of("config.json", "tokenizer.json", "model.safetensors")) {
      Files.delete(directory.resolve(file));
    }
    Files.delete(directory);
  }

  /** How many texts are the same. */
  private static long same(List<int[]> some, List<int[]> others) {
    return IntStream.range(0, some.size())
        .filter(i -> Arrays.equals(some.get(i), others.get(i)))
        .count();
  }

  private static List<PromptTokens> prompts(int[] sizes) {
    Random random = new Random(7);
    List<int[]> passages = new ArrayList<>();
    for (int i = 0; i < sizes[3]; i++) {
      passages.add(random.ints(sizes[2], 5, WORDS).toArray());
    }
    List<PromptTokens> prompts = new ArrayList<>();
    for (int i = 0; i < sizes[0]; i++) {
      List<int[]> drawn = new ArrayList<>(passages);
      Collections.shuffle(drawn, random);
      int[] question = random.ints(QUESTION, 5, WORDS).toArray();
      prompts.add(
          PromptTokens.whole(
              Stream.concat(drawn.stream().limit(sizes[1]), Stream.of(question))
                  .flatMapToInt(Arrays::stream)
                  .toArray()));
    }
    return prompts;
  }

  private static double run(
      Path directory,
      ModelSpec spec,
      List<PromptTokens> prompts,
      int newTokens,
      AtomicLong spared,
      List<int[]> said) {
    InferenceListener listener =
        new InferenceListener() {
          @Override
          public void spared(long tokens) {
            spared.addAndGet(tokens);
          }
        };
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try (TextGenerator generator =
        TextGenerator.load(directory, spec, new Inference(pool, listener, Optional.empty()))) {
      GenerationConfig config =
          generator.config(JsonNodeFactory.instance.objectNode().put("max_new_tokens", newTokens));
      long start = System.nanoTime();
      List<Outcome<Generated>> outcomes =
          generator.generate(prompts, config, GenerationSpec.DEFAULT.policy());
      double seconds = (System.nanoTime() - start) / 1e9;
      outcomes.forEach(each -> said.add(each.value().tokens()));
      return seconds;
    } finally {
      pool.shutdown();
    }
  }
}
