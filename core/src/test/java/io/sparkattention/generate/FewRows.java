package io.sparkattention.generate;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.model.decoder.Continuation;
import io.sparkattention.model.decoder.GenerativeModel;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A model on a device with room for few tokens: reading one more than that fails as on a GPU.
 *
 * @param tokens that all rows may hold together
 * @param opened how many rows each continuation began with
 */
record FewRows(GenerativeModel model, int tokens, List<Integer> opened) implements GenerativeModel {

  FewRows(GenerativeModel model, int tokens) {
    this(model, tokens, new ArrayList<>());
  }

  @Override
  public List<String> unsupportedReasons(KvCachePolicy policy) {
    return model.unsupportedReasons(policy);
  }

  @Override
  public Continuation continuation(
      KvCachePolicy policy, int rows, int capacity, List<AttentionProbe> probes) {
    opened.add(rows);
    return new Limited(model.continuation(policy, rows, capacity, probes), new int[rows]);
  }

  private final class Limited implements Continuation {

    private final Continuation all;
    private int[] lengths;

    Limited(Continuation all, int[] lengths) {
      this.all = all;
      this.lengths = lengths;
    }

    private void check() {
      int held = 0;
      for (int length : lengths) {
        held += length;
      }
      if (held > tokens) {
        throw new EngineException("CUDA out of memory. Tried to allocate 2.00 GiB");
      }
    }

    @Override
    public NDArray begin(NDManager scope, int[] rows, List<int[]> prompts) {
      for (int i = 0; i < rows.length; i++) {
        lengths[rows[i]] = prompts.get(i).length;
      }
      check();
      return all.begin(scope, rows, prompts);
    }

    @Override
    public NDArray next(NDManager scope, int[] ids) {
      for (int row = 0; row < lengths.length; row++) {
        lengths[row]++;
      }
      check();
      return all.next(scope, ids);
    }

    @Override
    public void select(int[] rows) {
      int[] kept = new int[rows.length];
      for (int i = 0; i < rows.length; i++) {
        kept[i] = lengths[rows[i]];
      }
      lengths = kept;
      all.select(rows);
    }

    @Override
    public int rows() {
      return all.rows();
    }

    @Override
    public int[] decoderPrompt(int[] prompt) {
      return all.decoderPrompt(prompt);
    }

    @Override
    public int maxLength(int[] prompt) {
      return all.maxLength(prompt);
    }

    @Override
    public void close() {
      all.close();
    }
  }

  @Override
  public long textBytes(KvCachePolicy policy, int prompt, int capacity, int beams) {
    return model.textBytes(policy, prompt, capacity, beams);
  }

  @Override
  public Tokenizer tokenizer() {
    return model.tokenizer();
  }

  @Override
  public NDManager owner() {
    return model.owner();
  }

  @Override
  public Path directory() {
    return model.directory();
  }

  @Override
  public int vocabSize() {
    return model.vocabSize();
  }

  @Override
  public int maxPromptLength() {
    return model.maxPromptLength();
  }

  @Override
  public int decoderPromptLength(int[] prompt) {
    return model.decoderPromptLength(prompt);
  }

  @Override
  public void close() {
    model.close();
  }
}
