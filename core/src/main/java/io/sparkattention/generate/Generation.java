package io.sparkattention.generate;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.model.InferenceListener;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.decoder.Continuation;
import io.sparkattention.model.decoder.GenerativeModel;
import io.sparkattention.text.TokenBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a model says after prompts that are read one after the other: rows leave as their texts end,
 * and waiting prompts take their places. There are as many rows as fit; where a device has no room
 * for them nevertheless, half of them go on, and those that had begun begin anew. One thread at a
 * time.
 */
public final class Generation implements Iterator<Outcome<Generated>>, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Generation.class);

  /** A prompt and its place among all, from 0. */
  record Waiting(long number, PromptTokens prompt) {

    int[] ids() {
      return prompt.ids();
    }
  }

  private final GenerativeModel model;
  private final GenerationConfig config;
  private final KvCachePolicy policy;
  private final InferenceListener listener;
  private final Iterator<PromptTokens> prompts;
  private final Runnable betweenSteps;
  private final PromptCheck check;
  private final Endings endings;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final Map<Long, Outcome<Generated>> ended = new HashMap<>();
  private RowLimit limit;
  private TokenByToken rows; // null while none run
  private long read;
  private long told;

  Generation(
      GenerativeModel model,
      GenerationConfig config,
      KvCachePolicy policy,
      RowLimit limit,
      InferenceListener listener,
      Iterator<PromptTokens> prompts,
      Runnable betweenSteps) {
    this.model = model;
    this.config = config;
    this.policy = policy;
    this.limit = limit;
    this.listener = listener;
    this.prompts = prompts;
    this.betweenSteps = betweenSteps;
    this.check = new PromptCheck(model, config.limits());
    this.endings = new Endings(config.limits(), model.tokenizer());
  }

  @Override
  public boolean hasNext() {
    return told < read || prompts.hasNext();
  }

  /**
   * What was said after the next prompt, or why nothing was.
   *
   * @throws io.sparkattention.model.DeviceFailedError if the device fails for good
   */
  @Override
  public Outcome<Generated> next() {
    if (!hasNext()) {
      throw new NoSuchElementException("there are no more prompts");
    }
    while (!ended.containsKey(told)) {
      readAhead();
      if (rows != null || !waiting.isEmpty()) {
        betweenSteps.run();
        advance();
      }
    }
    return ended.remove(told++);
  }

  /** Reads as many prompts as could begin; those that cannot be continued end here. */
  private void readAhead() {
    while (waiting.size() < limit.rows() && prompts.hasNext()) {
      Waiting next = new Waiting(read++, prompts.next());
      List<String> problems = check.problems(next.ids());
      if (problems.isEmpty()) {
        waiting.add(next);
      } else {
        ended.put(next.number, Outcome.failure("the prompt " + String.join("; ", problems)));
      }
    }
  }

  private void advance() {
    List<Waiting> tried = new ArrayList<>();
    try {
      if (config.beams().count() > 1) {
        search(tried);
        return;
      }
      if (rows == null) {
        rows = open(tried);
      }
      rows.advance(waiting, this::end);
      if (rows.isIdle()) {
        closeRows();
      }
    } catch (EngineException e) {
      List<Waiting> unended = rows == null ? tried : rows.begun();
      closeRows();
      outOfMemory(unended, e);
    }
  }

  /**
   * Makes rows for waiting prompts.
   *
   * @param tried is given the prompts that they are made for
   */
  private TokenByToken open(List<Waiting> tried) {
    int capacity = capacity(waiting);
    int longest = longest(waiting);
    int count = Math.min(waiting.size(), limit.fitting(model, policy, longest, capacity, 1));
    waiting.stream().limit(count).forEach(tried::add);
    Continuation texts = model.continuation(policy, count, capacity, List.of());
    return new TokenByToken(
        model.owner(),
        texts,
        new TokenChooser(config),
        endings,
        (prompt, held) -> fits(prompt, held, Math.max(longest, prompt.length), capacity),
        listener);
  }

  /** Whether rows that are there have room for a prompt, or can be given it. */
  private boolean fits(int[] prompt, int held, int longest, int capacity) {
    int needed = needed(prompt);
    int grown = needed <= capacity ? capacity : Math.max(needed, capacity + capacity / 2);
    return limit.fitting(model, policy, longest, grown, 1) >= held;
  }

  /** Continues some prompts by several beams each, to their ends. */
  private void search(List<Waiting> tried) {
    int beams = config.beams().count();
    int together = limit.fitting(model, policy, longest(waiting), capacity(waiting), beams);
    while (tried.size() < together && !waiting.isEmpty()) {
      tried.add(waiting.remove());
    }
    List<int[]> ids = tried.stream().map(Waiting::ids).toList();
    listener.read(TokenBatch.ofIds(ids));
    NDManager owner = model.owner();
    try (Continuation texts = model.continuation(policy, ids.size(), capacity(tried), List.of())) {
      List<Said> said = new BeamSearch(owner, texts, config, endings).run(ids, betweenSteps);
      listener.spared(texts.spared());
      for (int i = 0; i < said.size(); i++) {
        end(tried.get(i), said.get(i));
      }
    }
  }

  private void end(Waiting prompt, Said said) {
    PromptTokens given = prompt.prompt();
    listener.wrote(said.tokens().length);
    Generated made =
        new Generated(
            endings.spelled(said),
            said.tokens(),
            given.ids().length,
            given.truncated(),
            said.reason(),
            said.meanLogProbability());
    ended.put(prompt.number, Outcome.of(made));
  }

  private int capacity(Iterable<Waiting> some) {
    int capacity = 1;
    for (Waiting each : some) {
      capacity = Math.max(capacity, needed(each.ids()));
    }
    return capacity;
  }

  private int needed(int[] prompt) {
    int length = model.decoderPromptLength(prompt);
    return policy.places((long) length + config.limits().newTokens(length));
  }

  private static int longest(Iterable<Waiting> some) {
    int longest = 0;
    for (Waiting each : some) {
      longest = Math.max(longest, each.ids().length);
    }
    return longest;
  }

  /** Goes on with half of the rows; a prompt that was alone is given up. */
  private void outOfMemory(List<Waiting> tried, EngineException e) {
    NoRoom room = NoRoom.of(model.owner().getDevice(), tried.size(), e);
    waiting.removeAll(tried);
    listener.outOfMemory(TokenBatch.ofIds(tried.stream().map(Waiting::ids).toList()));
    if (tried.size() == 1) {
      Waiting alone = tried.get(0);
      ended.put(alone.number, room.failure(alone.ids()));
      return;
    }
    LOG.warn(
        "{} prompts do not fit on {}: going on with half of them", tried.size(), room.device());
    limit = limit.halved(tried.size() * config.beams().count());
    for (int i = tried.size() - 1; i >= 0; i--) {
      waiting.addFirst(tried.get(i));
    }
  }

  private void closeRows() {
    if (rows != null) {
      rows.close();
      rows = null;
    }
  }

  /** Gives up what is not ended, and releases its memory. */
  @Override
  public void close() {
    closeRows();
  }
}
