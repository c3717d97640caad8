package io.sparkattention.generate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.DecodingOperators;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** The processors that a configuration asks for, in the order of transformers. */
final class ScoreProcessors {

  private final GenerationConfig config;
  private final List<ScoreProcessor> processors = new ArrayList<>();

  private ScoreProcessors(GenerationConfig config) {
    this.config = config;
  }

  static List<ScoreProcessor> of(GenerationConfig config) {
    return new ScoreProcessors(config).all();
  }

  private List<ScoreProcessor> all() {
    GenerationConfig.Constraints constraints = config.constraints();
    GenerationConfig.Limits limits = config.limits();
    if (constraints.repetitionPenalty() != 1) {
      processors.add(this::penalized);
    }
    if (constraints.noRepeatNgramSize() > 0) {
      processors.add(hiding(this::repeating));
    }
    if (limits.minLength() > 0 || limits.minNewTokens() > 0) {
      processors.add(hiding(text -> tooShort(text) ? new HashSet<>(limits.ends()) : Set.of()));
    }
    if (constraints.forcedBos() >= 0) {
      processors.add(forcing(text -> text.length() == 1, List.of(constraints.forcedBos())));
    }
    if (!constraints.forcedEos().isEmpty()) {
      processors.add(forcing(this::oneTokenLeft, constraints.forcedEos()));
    }
    if (!constraints.suppressed().isEmpty()) {
      processors.add(hiding(text -> new HashSet<>(constraints.suppressed())));
    }
    if (!constraints.suppressedFirst().isEmpty()) {
      processors.add(
          hiding(text -> isFirst(text) ? new HashSet<>(constraints.suppressedFirst()) : Set.of()));
    }
    return processors;
  }

  private boolean tooShort(RunningText text) {
    GenerationConfig.Limits limits = config.limits();
    return text.length() < limits.minLength() || text.newTokens() < limits.minNewTokens();
  }

  private boolean oneTokenLeft(RunningText text) {
    return text.newTokens() == config.limits().newTokens(text.promptLength()) - 1;
  }

  /** Whether the next token is the first that is not forced. */
  private boolean isFirst(RunningText text) {
    boolean forced = config.constraints().forcedBos() >= 0 && text.promptLength() == 1;
    return text.newTokens() == (forced ? 1 : 0);
  }

  /** The tokens that would repeat an n-gram. */
  private Set<Integer> repeating(RunningText text) {
    int size = config.constraints().noRepeatNgramSize();
    Set<Integer> tokens = new HashSet<>();
    int suffix = text.length() - size + 1;
    for (int start = 0; start + size <= text.length(); start++) {
      boolean same = true;
      for (int i = 0; same && i < size - 1; i++) {
        same = text.token(start + i) == text.token(suffix + i);
      }
      if (same) {
        tokens.add(text.token(start + size - 1));
      }
    }
    return tokens;
  }

  private NDArray penalized(NDManager scope, NDArray scores, List<RunningText> texts) {
    long vocabulary = scores.getShape().get(1);
    long[] places =
        IntStream.range(0, texts.size())
            .boxed()
            .flatMapToLong(row -> seen(texts.get(row)).map(id -> row * vocabulary + id))
            .toArray();
    return operators(scope)
        .penalize(scope, scores, places, config.constraints().repetitionPenalty());
  }

  private static LongStream seen(RunningText text) {
    return IntStream.range(0, text.length()).map(text::token).distinct().asLongStream();
  }

  /** A processor that makes some tokens of each row impossible. */
  private static ScoreProcessor hiding(Function<RunningText, Set<Integer>> tokens) {
    return (scope, scores, texts) -> {
      long vocabulary = scores.getShape().get(1);
      List<Long> places = new ArrayList<>();
      for (int row = 0; row < texts.size(); row++) {
        for (int token : tokens.apply(texts.get(row))) {
          if (token < vocabulary) {
            places.add(row * vocabulary + token);
          }
        }
      }
      long[] all = places.stream().mapToLong(Long::longValue).toArray();
      return all.length == 0 ? scores : operators(scope).hide(scope, scores, all);
    };
  }

  /** A processor that makes tokens certain in the rows that fulfil a condition. */
  private static ScoreProcessor forcing(Predicate<RunningText> condition, List<Integer> tokens) {
    return (scope, scores, texts) -> {
      long[] rows =
          IntStream.range(0, texts.size())
              .filter(row -> condition.test(texts.get(row)))
              .asLongStream()
              .toArray();
      long[] ids = LongStream.of(rows).map(row -> tokens.get(0)).toArray();
      return rows.length == 0 ? scores : operators(scope).force(scope, scores, rows, ids);
    };
  }

  private static DecodingOperators operators(NDManager scope) {
    return DecodingOperators.on(scope.getDevice());
  }
}
