package io.sparkattention.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkattention.OneThread;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.model.InferenceListener;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.decoder.GenerativeModel;
import io.sparkattention.model.decoder.GoldenText;
import io.sparkattention.tensor.NativeArrays;
import io.sparkattention.text.TokenBatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prompts that are read while others are continued, on devices with little room. */
@ExtendWith(OneThread.class)
class GenerationTest {

  private static final KvCachePolicy FULL = KvCachePolicies.REGISTRY.parse("full");
  private static final Comparator<Double> NEAR =
      (a, b) -> Math.abs(a - b) < 1e-5 ? 0 : Double.compare(a, b);

  @ParameterizedTest
  @CsvSource({"llama, 1", "bart, 1", "t5, 3"})
  void promptsThatCannotBeContinuedCostOnlyThemselves(String name, int beams) {
    try (GoldenText golden = GoldenText.open(name);
        GenerativeModel model = load(name)) {
      List<int[]> prompts = golden.prompts().subList(5, 12);
      Generator generator = generator(model, beams, RowLimit.of(3));
      List<Generated> expected = generator.generate(prompts);
      List<PromptTokens> mixed =
          new ArrayList<>(prompts.stream().map(PromptTokens::whole).toList());
      mixed.add(0, PromptTokens.whole(new int[0]));
      mixed.add(4, PromptTokens.whole(new int[] {5, 320}));
      mixed.add(PromptTokens.whole(new int[] {-1}));
      List<Outcome<Generated>> found = all(generator.generate(mixed.iterator(), () -> {}));
      assertThat(found).hasSize(10);
      assertThat(found.get(0).error()).isEqualTo("the prompt is empty: give at least one token");
      assertThat(found.get(4).error())
          .isEqualTo("the prompt has the id 320 at token 1: ids of this model are 0 to 319");
      assertThat(found.get(9).error()).contains("has the id -1 at token 0");
      assertThat(found.stream().filter(each -> !each.failed()).map(Outcome::value).toList())
          .usingRecursiveComparison()
          .withComparatorForType(NEAR, Double.class)
          .isEqualTo(expected);
    }
  }

  @Test
  void everythingIsToldOfAText() {
    try (GoldenText golden = GoldenText.open("llama");
        GenerativeModel model = load("llama")) {
      int[] ids = golden.prompts().get(9);
      Generated made =
          all(generator(model, 1, RowLimit.of(1))
                  .generate(List.of(new PromptTokens(ids, true)).iterator(), () -> {}))
              .get(0)
              .value();
      assertThat(made.text()).isEqualTo(model.tokenizer().decode(made.tokens()));
      assertThat(made.newTokens()).isEqualTo(made.tokens().length).isPositive();
      assertThat(made.promptTokens()).isEqualTo(ids.length);
      assertThat(made.truncated()).isTrue();
    }
  }

  @Test
  void noMorePromptsAreReadThanCanWait() {
    try (GoldenText golden = GoldenText.open("llama");
        GenerativeModel model = load("llama")) {
      AtomicInteger read = new AtomicInteger();
      Iterator<PromptTokens> prompts =
          golden.prompts().stream()
              .map(PromptTokens::whole)
              .peek(each -> read.incrementAndGet())
              .iterator();
      try (Generation generation =
          generator(model, 1, RowLimit.of(2)).generate(prompts, () -> {})) {
        assertThat(read).hasValue(0);
        generation.next();
        assertThat(read.get()).isLessThan(12);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"llama, 1", "bart, 1", "t5, 2"})
  void halfOfTheRowsGoOnWhereTheDeviceHasNoRoom(String name, int beams) {
    try (GoldenText golden = GoldenText.open(name);
        GenerativeModel model = load(name)) {
      List<int[]> prompts = golden.prompts(); // the longest has 37 tokens
      List<Generated> expected = generator(model, beams, RowLimit.of(8)).generate(prompts);
      FewRows small = new FewRows(model, 34);
      AtomicInteger told = new AtomicInteger();
      InferenceListener listener =
          new InferenceListener() {
            @Override
            public void outOfMemory(TokenBatch batch) {
              told.incrementAndGet();
            }
          };
      int before = NativeArrays.count(model.owner());
      List<Outcome<Generated>> found =
          all(
              new Generator(small, config(model, beams), FULL, RowLimit.of(8), listener)
                  .generate(prompts.stream().map(PromptTokens::whole).iterator(), () -> {}));
      assertThat(NativeArrays.count(model.owner())).isEqualTo(before);
      assertThat(told).hasPositiveValue();
      assertThat(small.opened()).contains(1);
      assertThat(found.get(19).error())
          .startsWith("the prompt has 37 tokens, which do not fit on cpu: shorten it (CUDA out");
      for (int i = 0; i < 20; i++) {
        boolean fits = beams * (prompts.get(i).length + 6) <= small.tokens();
        assertThat(fits && found.get(i).failed()).as("prompt %d: %s", i, found.get(i)).isFalse();
        if (!found.get(i).failed()) {
          assertThat(found.get(i).value().tokens()).isEqualTo(expected.get(i).tokens());
        }
      }
    }
  }

  @Test
  void rowsFitIntoBytes() {
    try (GoldenText golden = GoldenText.open("llama");
        GenerativeModel model = load("llama")) {
      List<int[]> prompts = golden.prompts();
      List<Generated> expected = generator(model, 1, RowLimit.of(20)).generate(prompts);
      FewRows counted = new FewRows(model, Integer.MAX_VALUE);
      long bytes = 3 * model.textBytes(FULL, 37, 37 + 6, 1);
      GenerationConfig config = config(model, 1);
      List<Generated> found =
          new Generator(counted, config, FULL, new RowLimit(20, bytes), InferenceListener.NONE)
              .generate(prompts);
      assertThat(found)
          .usingRecursiveComparison()
          .withComparatorForType(NEAR, Double.class)
          .isEqualTo(expected);
      assertThat(counted.opened())
          .isNotEmpty()
          .allSatisfy(rows -> assertThat(rows).isBetween(1, 20));
      int[] longest = counted.opened().stream().mapToInt(Integer::intValue).toArray();
      assertThat(longest[longest.length - 1]).isLessThanOrEqualTo(4);
      assertThat(new RowLimit(20, 1).fitting(model, FULL, 37, 43, 1)).isEqualTo(1);
    }
  }

  @Test
  void generationEndsBetweenSteps() {
    try (GoldenText golden = GoldenText.open("llama");
        GenerativeModel model = load("llama")) {
      for (int beams : new int[] {1, 2}) {
        AtomicInteger steps = new AtomicInteger();
        Runnable stop =
            () -> {
              if (steps.incrementAndGet() == 4) {
                throw new CancellationException("enough");
              }
            };
        int before = NativeArrays.count(model.owner());
        assertThatThrownBy(
                () ->
                    all(
                        generator(model, beams, RowLimit.of(4))
                            .generate(
                                golden.prompts().stream().map(PromptTokens::whole).iterator(),
                                stop)))
            .isInstanceOf(CancellationException.class);
        assertThat(NativeArrays.count(model.owner())).isEqualTo(before);
      }
    }
  }

  private static List<Outcome<Generated>> all(Generation generation) {
    List<Outcome<Generated>> outcomes = new ArrayList<>();
    try (generation) {
      generation.forEachRemaining(outcomes::add);
    }
    return outcomes;
  }

  private static GenerativeModel load(String name) {
    return GenerativeModels.load(GoldenText.directory(name), ModelSpec.of(name));
  }

  private static GenerationConfig config(GenerativeModel model, int beams) {
    ObjectNode settings = new ObjectMapper().createObjectNode();
    return GenerationConfig.read(
        model.directory(), settings.put("num_beams", beams).put("max_new_tokens", 6));
  }

  private static Generator generator(GenerativeModel model, int beams, RowLimit limit) {
    return new Generator(model, config(model, beams), FULL, limit, InferenceListener.NONE);
  }
}
