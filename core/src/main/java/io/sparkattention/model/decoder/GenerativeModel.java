package io.sparkattention.model.decoder;

import ai.djl.ndarray.NDManager;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;

/** A model that continues texts, with its tokenizer. */
public interface GenerativeModel extends AutoCloseable {

  /** Turns text into the model's tokens. */
  Tokenizer tokenizer();

  /** Owns what lives as long as the model; forward passes open their own scope below it. */
  NDManager owner();

  /** Where it was loaded from. */
  Path directory();

  /** How many tokens there are; ids are smaller. */
  int vocabSize();

  /** Tokens of the longest prompt that it reads. */
  int maxPromptLength();

  /** Tokens that the decoder reads of a prompt before the first new token. */
  int decoderPromptLength(int[] prompt);

  /**
   * About how many bytes one more text occupies beside the weights, on its device.
   *
   * @param prompt tokens of its prompt
   * @param capacity tokens that its cache has places for, those of the prompt and those after it
   * @param beams rows that go on from it
   */
  long textBytes(KvCachePolicy policy, int prompt, int capacity, int beams);

  /**
   * Limits what the model keeps of texts for others, and what it takes to read that.
   *
   * @param bytes that both may take
   * @return what they may take at most
   */
  default long keepUpTo(long bytes) {
    return 0;
  }

  /** Whether a prompt that is read part by part is understood as one that is read at once. */
  default boolean readsInParts(KvCachePolicy policy) {
    return false;
  }

  /**
   * Every reason why the decoder cannot read on under a policy; empty if it can. One that numbers
   * keys anew repeats positions for ever, which learned embeddings of positions were not made for.
   */
  List<String> unsupportedReasons(KvCachePolicy policy);

  /**
   * Rows without texts.
   *
   * @param policy which keys the decoder goes on reading
   * @param rows texts that are continued together
   * @param capacity tokens of the longest text that is expected
   * @param probes shown what every layer attended to
   */
  Continuation continuation(
      KvCachePolicy policy, int rows, int capacity, List<AttentionProbe> probes);

  @Override
  void close();
}
