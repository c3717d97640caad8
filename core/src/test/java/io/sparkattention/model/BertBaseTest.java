package io.sparkattention.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.Tokens;
import io.sparkattention.weights.TestModels;
import java.util.List;
import org.junit.jupiter.api.Test;

/** BERT-base's masked language model, with real weights. */
class BertBaseTest {

  @Test
  void knowsTheCapitalOfFrance() {
    try (LoadedModel model =
        LoadedModel.load(
            TestModels.directory("bert-base"), ModelSpec.of("bert-base"), Golden.POOL)) {
      Tokens tokens = model.tokenizer().encode("the capital of france is [MASK].");
      int mask = model.tokenizer().encodeContent("[MASK]").ids()[0];
      int position = 0;
      while (tokens.ids()[position] != mask) {
        position++;
      }
      float[] logits = model.maskedLm().logits(TokenBatch.of(List.of(tokens))).get(position);
      int best = 0;
      for (int i = 0; i < logits.length; i++) {
        best = logits[i] > logits[best] ? i : best;
      }
      assertThat(model.tokenizer().decode(new int[] {best})).isEqualTo("paris");
    }
  }
}
