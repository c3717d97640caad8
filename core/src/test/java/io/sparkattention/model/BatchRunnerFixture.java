package io.sparkattention.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attention;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.tensor.NativeArrays;
import io.sparkattention.tensor.TorchEngine;
import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.TokenBudget;
import io.sparkattention.text.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A runner of two threads over an encoder that only owns memory, of which nothing must be left. */
@Timeout(60)
abstract class BatchRunnerFixture {

  final ExecutorService inference = Executors.newFixedThreadPool(2);
  private final FakeEncoder encoder = new FakeEncoder();

  /** An encoder of which only the owner is asked for. */
  private static final class FakeEncoder implements Encoder {
    final NDManager owner = TorchEngine.newManager(Device.cpu());

    @Override
    public EncoderConfig config() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int maxTokens() {
      throw new UnsupportedOperationException();
    }

    @Override
    public NDManager owner() {
      return owner;
    }

    @Override
    public NDArray encode(NDManager scope, TokenBatch batch, List<AttentionProbe> probes) {
      throw new UnsupportedOperationException();
    }

    @Override
    public NDArray encode(NDManager scope, TokenBatch batch, int[] attendedTo) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<NDArray> hiddenStates(NDManager scope, TokenBatch batch) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Encoder withAttention(Attention other) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      owner.close();
    }
  }

  @AfterEach
  void nothingIsLeft() throws InterruptedException {
    inference.shutdown();
    assertThat(inference.awaitTermination(10, TimeUnit.SECONDS)).as("pool ends").isTrue();
    assertThat(NativeArrays.count(encoder.owner)).as("open arrays").isZero();
    encoder.close();
  }

  /** What the runner told: "read 16" and "no room for 32", in tokens. */
  final List<String> told = Collections.synchronizedList(new ArrayList<>());

  private final InferenceListener listener =
      new InferenceListener() {
        @Override
        public void read(TokenBatch batch) {
          told.add("read " + batch.tokens());
        }

        @Override
        public void outOfMemory(TokenBatch batch) {
          told.add("no room for " + batch.tokens());
        }
      };

  /** A runner whose batches have so many tokens. */
  BatchRunner runner(int budget) {
    return new BatchRunner(encoder.owner(), TokenBudget.packed(budget), inference, listener);
  }

  /** A sequence of one token again and again. */
  static Tokens tokens(int length, int id) {
    int[] ids = new int[length];
    Arrays.fill(ids, id);
    return new Tokens(ids, new int[length], new int[length], new int[length]);
  }

  /** Each sequence's result is the id of its tokens. */
  static List<Integer> ids(NDManager scope, TokenBatch batch, List<Tokens> sequences) {
    scope.create(batch.ids());
    return sequences.stream().map(each -> each.ids()[0]).toList();
  }
}
