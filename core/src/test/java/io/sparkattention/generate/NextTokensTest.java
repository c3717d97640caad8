package io.sparkattention.generate;

import static io.sparkattention.Tolerances.assertClose;

import ai.djl.ndarray.NDManager;
import io.sparkattention.OneThread;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.decoder.Continuation;
import io.sparkattention.model.decoder.GenerativeModel;
import io.sparkattention.model.decoder.GoldenText;
import io.sparkattention.probe.AttentionProbe;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Steps that read all layers in one call against the same steps through the seam, which a probe
 * asks for: rows of different and of equal lengths, rows that leave, are moved and go on as
 * several.
 */
@ExtendWith(OneThread.class)
class NextTokensTest {

  private static final KvCachePolicy FULL = KvCachePolicies.REGISTRY.parse("full");
  private static final AttentionProbe WATCHING = (input, attended) -> {};

  static List<String> models() {
    return GoldenText.namesWith("logits.0");
  }

  @ParameterizedTest
  @MethodSource("models")
  void asThroughTheSeam(String name) {
    try (GenerativeModel model =
        GenerativeModels.load(GoldenText.directory(name), ModelSpec.of(name))) {
      for (int[] lengths : new int[][] {{3, 17, 9, 12, 12}, {11, 11, 11, 11, 11}}) {
        List<float[]> joined = scores(model, lengths, List.of());
        List<float[]> watched = scores(model, lengths, List.of(WATCHING));
        for (int i = 0; i < watched.size(); i++) {
          assertClose(joined.get(i), watched.get(i), 1e-4, name + ", step " + i);
        }
      }
    }
  }

  /** The scores of every step. */
  private static List<float[]> scores(
      GenerativeModel model, int[] lengths, List<AttentionProbe> probes) {
    Random random = new Random(21);
    List<int[]> prompts = new ArrayList<>();
    for (int length : lengths) {
      prompts.add(random.ints(length, 5, 300).toArray());
    }
    List<float[]> all = new ArrayList<>();
    try (Continuation rows = model.continuation(FULL, lengths.length, 40, probes);
        NDManager scope = model.owner().newSubManager()) {
      all.add(rows.begin(scope, new int[] {0, 1, 2, 3, 4}, prompts).toFloatArray());
      step(rows, scope, random, 3, all);
      rows.select(new int[] {0, 4, 2, 3}); // the last row takes the place of one that leaves
      step(rows, scope, random, 2, all);
      rows.begin(scope, new int[] {1}, prompts.subList(0, 1));
      step(rows, scope, random, 1, all);
      rows.select(new int[] {3, 1});
      step(rows, scope, random, 1, all);
      rows.spread(3);
      step(rows, scope, random, 1, all);
      rows.select(new int[] {1, 1, 0, 5, 3, 4});
      step(rows, scope, random, 2, all);
      rows.select(new int[] {4, 3, 3});
      step(rows, scope, random, 2, all);
    }
    return all;
  }

  private static void step(
      Continuation rows, NDManager scope, Random random, int count, List<float[]> all) {
    for (int i = 0; i < count; i++) {
      all.add(rows.next(scope, random.ints(rows.rows(), 5, 300).toArray()).toFloatArray());
    }
  }
}
