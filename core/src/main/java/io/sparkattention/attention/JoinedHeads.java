package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.HeadOperators;
import io.sparkattention.tensor.Uploads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.LongStream;

/** What heads attended to that are served by different mechanisms. */
final class JoinedHeads implements Attended {

  /**
   * Some heads and their mechanism.
   *
   * @param keyValueHeads numbers of key and value heads; query heads go with theirs
   */
  record Part(long[] keyValueHeads, Attention mechanism) {}

  private final AttentionInput input;
  private final NDManager held;
  private final List<NDArray> heads = new ArrayList<>(); // (h) each, key and value heads
  private final List<Attended> parts = new ArrayList<>();
  private final NDArray order; // (H)
  private final NDArray output;
  private final NDArray logSumExp;

  private JoinedHeads(AttentionInput in, List<Part> chosen) {
    input = in;
    held = in.scope().newSubManager();
    int group = in.heads() / in.keyValueHeads();
    long[] places = new long[in.heads()];
    int place = 0;
    for (Part part : chosen) {
      long[] queryHeads =
          LongStream.of(part.keyValueHeads())
              .flatMap(head -> LongStream.range(head * group, (head + 1) * group))
              .toArray();
      for (long head : queryHeads) {
        places[(int) head] = place++;
      }
      NDArray index = Uploads.of(held, part.keyValueHeads());
      heads.add(index);
      parts.add(Attentions.attend(part.mechanism(), inputOf(index, Uploads.of(held, queryHeads))));
    }
    order = Uploads.of(held, places);
    output = joined(held, Attended::output);
    logSumExp = joined(held, Attended::logSumExp);
  }

  /**
   * Attends.
   *
   * @param in padded
   * @param chosen name every head once; parts without heads are left out
   */
  static Attended attend(AttentionInput in, List<Part> chosen) {
    List<Part> some = chosen.stream().filter(part -> part.keyValueHeads().length > 0).toList();
    return some.size() == 1
        ? Attentions.attend(some.get(0).mechanism(), in)
        : new JoinedHeads(in, some);
  }

  private AttentionInput inputOf(NDArray keyValueHeads, NDArray queryHeads) {
    HeadOperators operators = HeadOperators.on(held);
    return new AttentionInput(
        operators.pick(held, input.query(), queryHeads),
        operators.pick(held, input.key(), keyValueHeads),
        operators.pick(held, input.value(), keyValueHeads),
        input.scale(),
        input.layout(),
        input.mask(),
        input.positionBias().map(bias -> new HeadBias(bias, queryHeads)).orElse(null),
        input.site(),
        held);
  }

  /** The bias of some heads. */
  private record HeadBias(PositionBias all, NDArray heads) implements PositionBias {
    @Override
    public NDArray block(NDManager scope, int queryFrom, int queryTo, int keyFrom, int keyTo) {
      NDArray bias = all.block(scope, queryFrom, queryTo, keyFrom, keyTo);
      return HeadOperators.on(scope).pick(scope, bias, heads);
    }

    @Override
    public boolean byDistance(int keyFrom) {
      return all.byDistance(keyFrom);
    }
  }

  /** The same array of every part, in the order of the heads. */
  private NDArray joined(NDManager scope, Function<Attended, NDArray> array) {
    NDList arrays = new NDList();
    parts.forEach(part -> arrays.add(array.apply(part)));
    return HeadOperators.on(scope).join(scope, arrays, order);
  }

  /** Joins arrays (B, h, ...) and closes them. */
  private NDArray joined(List<NDArray> arrays) {
    try (NDList list = new NDList(arrays)) {
      return HeadOperators.on(input.scope()).join(input.scope(), list, order);
    }
  }

  @Override
  public NDArray output() {
    return output;
  }

  @Override
  public NDArray logSumExp() {
    return logSumExp;
  }

  @Override
  public NDArray mix(NDArray values) {
    List<NDArray> mixed = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      try (NDArray own = HeadOperators.on(held).pick(held, values, heads.get(i))) {
        mixed.add(parts.get(i).mix(own));
      }
    }
    return joined(mixed);
  }

  @Override
  public NDArray weights(int from, int to) {
    return joined(parts.stream().map(part -> part.weights(from, to)).toList());
  }

  @Override
  public AttentionMoments moments(NDArray columns) {
    List<AttentionMoments> all = parts.stream().map(part -> part.moments(columns)).toList();
    return new AttentionMoments(
        joined(all.stream().map(AttentionMoments::entropy).toList()),
        joined(all.stream().map(AttentionMoments::mix).toList()),
        joined(all.stream().map(AttentionMoments::pastMix).toList()),
        joined(all.stream().map(AttentionMoments::received).toList()));
  }

  @Override
  public void close() {
    parts.forEach(Attended::close);
    held.close();
  }

  /** The heads from 0 on that are not among some. */
  static long[] others(int keyValueHeads, long[] some) {
    return LongStream.range(0, keyValueHeads)
        .filter(head -> Arrays.stream(some).noneMatch(each -> each == head))
        .toArray();
  }
}
