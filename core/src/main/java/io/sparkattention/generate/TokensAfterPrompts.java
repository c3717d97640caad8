package io.sparkattention.generate;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.model.InferenceListener;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.decoder.Continuation;
import io.sparkattention.model.decoder.GenerativeModel;
import io.sparkattention.text.BatchPlanner;
import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.TokenBudget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads prompts and tells how likely some tokens come next: one forward pass for each prompt, and
 * nothing is written. Prompts that begin alike are read together, what they share once for all of
 * them; or else prompts of similar length, as many as fit; where a device has no room for them
 * nevertheless, they are read in halves. One thread at a time.
 */
final class TokensAfterPrompts {

  private static final Logger LOG = LoggerFactory.getLogger(TokensAfterPrompts.class);
  private static final KvCachePolicy FULL = KvCachePolicies.REGISTRY.parse("full");

  /** Tokens of one pass, as encoders read them too: what processors and GPUs like best. */
  private static final int TOKENS_OF_CPU = 4_096;

  private static final int TOKENS_OF_GPU = 131_072;

  private final GenerativeModel model;
  private final int[] asked;
  private final RowLimit limit;
  private final InferenceListener listener;
  private final Runnable betweenPasses;
  private final boolean inParts;

  /**
   * @param asked ids of the tokens that are asked for
   * @param betweenPasses called before each pass; what it throws ends the reading
   */
  TokensAfterPrompts(
      GenerativeModel model,
      int[] asked,
      RowLimit limit,
      InferenceListener listener,
      Runnable betweenPasses) {
    this.model = model;
    this.asked = asked.clone();
    this.limit = limit;
    this.listener = listener;
    this.betweenPasses = betweenPasses;
    this.inParts = model.readsInParts(FULL);
  }

  /**
   * Reads prompts; one that cannot be read costs only itself.
   *
   * @return per prompt the log-probability of each token that is asked for
   */
  List<Outcome<double[]>> after(List<int[]> prompts) {
    PromptCheck check =
        new PromptCheck(model, new GenerationConfig.Limits(1, 0, 0, 0, List.of(), List.of()));
    List<Outcome<double[]>> outcomes = new ArrayList<>(Collections.nCopies(prompts.size(), null));
    List<Integer> sound = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      List<String> problems = check.problems(prompts.get(i));
      if (problems.isEmpty()) {
        sound.add(i);
      } else {
        outcomes.set(i, Outcome.failure("the prompt " + String.join("; ", problems)));
      }
    }
    if (sound.isEmpty()) {
      return outcomes;
    }
    if (inParts) {
      sound.sort(Comparator.comparing(prompts::get, SharedPrefixes.order()));
    }
    for (int[] batch : batches(sound.stream().map(prompts::get).toList())) {
      read(prompts, Arrays.stream(batch).map(sound::get).toArray(), outcomes);
    }
    return outcomes;
  }

  /** Prompts that begin alike are read together where that spares much, else those as long. */
  private List<int[]> batches(List<int[]> prompts) {
    int[] lengths = prompts.stream().mapToInt(ids -> ids.length).toArray();
    boolean gpu = model.owner().getDevice().isGpu();
    TokenBudget budget =
        new TokenBudget(
            gpu ? TOKENS_OF_GPU : TOKENS_OF_CPU, rowsFor(prompts), TokenBudget.Padding.FREE);
    if (inParts) {
      SharedPrefixes shared = SharedPrefixes.of(prompts);
      if (shared.worthIt(prompts)) {
        return shared.batches(prompts, budget);
      }
    }
    return BatchPlanner.plan(lengths, budget);
  }

  /** How many rows fit that are as long as the longest prompt. */
  private int rowsFor(List<int[]> prompts) {
    int longest = prompts.stream().mapToInt(ids -> ids.length).max().orElseThrow();
    return limit.fitting(model, FULL, longest, longest, 1);
  }

  private void read(List<int[]> prompts, int[] batch, List<Outcome<double[]>> outcomes) {
    betweenPasses.run();
    List<int[]> ids = Arrays.stream(batch).mapToObj(prompts::get).toList();
    try {
      double[][] told = pass(ids);
      for (int i = 0; i < batch.length; i++) {
        outcomes.set(batch[i], Outcome.of(told[i]));
      }
      return;
    } catch (EngineException e) {
      NoRoom room = NoRoom.of(model.owner().getDevice(), batch.length, e);
      listener.outOfMemory(TokenBatch.ofIds(ids));
      if (batch.length == 1) {
        outcomes.set(batch[0], room.failure(ids.get(0)));
        return;
      }
      LOG.warn("{} prompts do not fit on {}: reading them in halves", batch.length, room.device());
    }
    int middle = batch.length / 2;
    read(prompts, Arrays.copyOfRange(batch, 0, middle), outcomes);
    read(prompts, Arrays.copyOfRange(batch, middle, batch.length), outcomes);
  }

  private double[][] pass(List<int[]> ids) {
    int rows = ids.size();
    int capacity = ids.stream().mapToInt(model::decoderPromptLength).max().orElse(1);
    SharedPrefixes shared = inParts ? SharedPrefixes.of(ids) : null;
    boolean sharing =
        inParts
            && shared.worthIt(ids)
            && shared.beginsAll()
            && shared.groups().size() + rows
                <= rowsFor(ids); // both are there while rows are copied
    int begun = sharing ? shared.groups().size() : rows;
    try (NDManager scope = model.owner().newSubManager();
        Continuation texts = model.continuation(FULL, begun, capacity, List.of())) {
      NDArray logits = // (R, vocabulary) float32
          sharing ? inParts(scope, texts, ids, shared.groups()) : read(scope, texts, ids);
      listener.spared(texts.spared());
      NDArray likely = logits.logSoftmax(1); // (R, vocabulary)
      long[] columns = new long[rows * asked.length];
      Arrays.setAll(columns, i -> asked[i % asked.length]);
      NDArray index = scope.create(columns, new Shape(rows, asked.length)); // (R, asked)
      float[] told = likely.gather(index, 1).toFloatArray(); // (R, asked)
      double[][] byRow = new double[rows][asked.length];
      for (int i = 0; i < told.length; i++) {
        byRow[i / asked.length][i % asked.length] = told[i];
      }
      return byRow;
    }
  }

  private NDArray read(NDManager scope, Continuation texts, List<int[]> ids) {
    listener.read(TokenBatch.ofIds(ids));
    return texts.begin(scope, IntStream.range(0, ids.size()).toArray(), ids);
  }

  /** Reads what each group shares, and then the rest of every prompt behind a copy of that. */
  private NDArray inParts(
      NDManager scope, Continuation texts, List<int[]> ids, List<SharedPrefixes.Group> groups) {
    List<int[]> prefixes = new ArrayList<>();
    List<int[]> rest = new ArrayList<>();
    int[] groupOf = new int[ids.size()];
    for (SharedPrefixes.Group group : groups) {
      for (int i = group.from(); i < group.to(); i++) {
        rest.add(Arrays.copyOfRange(ids.get(i), group.tokens(), ids.get(i).length));
        groupOf[i] = prefixes.size();
      }
      prefixes.add(Arrays.copyOf(ids.get(group.from()), group.tokens()));
    }
    read(scope, texts, prefixes).close();
    texts.select(groupOf);
    listener.read(TokenBatch.ofIds(rest));
    return texts.readOn(scope, IntStream.range(0, ids.size()).toArray(), rest);
  }
}
