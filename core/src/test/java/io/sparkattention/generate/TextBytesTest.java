package io.sparkattention.generate;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.sparkattention.OneThread;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.decoder.Continuation;
import io.sparkattention.model.decoder.GenerativeModel;
import io.sparkattention.model.decoder.GoldenText;
import io.sparkattention.tensor.NativeArrays;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What texts are taken to occupy, against what their continuations hold. */
@ExtendWith(OneThread.class)
class TextBytesTest {

  private static final int NEW_TOKENS = 20;

  @ParameterizedTest
  @CsvSource({
    "llama, full, true",
    "gpt2, full, true",
    "llama, full:storage=int8, false",
    "llama-rope-dynamic, full, false",
    "bart, full, false" // they share what they read of the encoder
  })
  void beamsOccupyWhatTheyDoNotShare(String name, String spec, boolean shared) {
    KvCachePolicy policy = KvCachePolicies.REGISTRY.parse(spec);
    try (GenerativeModel model =
        GenerativeModels.load(GoldenText.directory(name), ModelSpec.of(name))) {
      int[] prompt = new int[30];
      Arrays.fill(prompt, 7);
      int capacity = model.decoderPromptLength(prompt) + NEW_TOKENS;
      long reading = model.textBytes(policy, prompt.length, 0, 1); // without a cache
      long scores = 4L * Float.BYTES * model.vocabSize();
      long row = held(model, policy, prompt, capacity, 1);
      assertThat(model.textBytes(policy, prompt.length, capacity, 1) - reading).isEqualTo(row);
      for (int beams : new int[] {3, 5}) {
        long told = model.textBytes(policy, prompt.length, capacity, beams);
        long cache = told - reading - (beams - 1) * scores;
        long held = held(model, policy, prompt, capacity, beams);
        assertThat(cache).as("%d beams", beams).isEqualTo(shared ? held : held + row);
        assertThat(held < beams * row).isEqualTo(shared);
      }
    }
  }

  /** Bytes of keys and values once beams go on. */
  private static long held(
      GenerativeModel model, KvCachePolicy policy, int[] prompt, int capacity, int beams) {
    try (NDManager scope = model.owner().newSubManager();
        Continuation texts = model.continuation(policy, 1, capacity, List.of())) {
      texts.begin(scope, new int[] {0}, List.of(prompt)).close();
      if (beams > 1) {
        texts.spread(beams);
      }
      return NativeArrays.under(model.owner()).stream()
          .filter(each -> each.getShape().dimension() == 5) // layers, rows, places, heads, columns
          .mapToLong(each -> each.size() * each.getDataType().getNumOfBytes())
          .sum();
    }
  }
}
