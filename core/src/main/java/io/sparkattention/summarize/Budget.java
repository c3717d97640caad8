package io.sparkattention.summarize;

import io.sparkattention.text.Words;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * How long a summary may be. A summary never exceeds its budget, and no sentence is cut for it: a
 * sentence that is too long for what is left is passed over for the next best that fits.
 *
 * <p>Written {@code sentences=3}, {@code words=100}, {@code tokens=128} or {@code compression=0.1}.
 *
 * @param unit what is counted
 * @param amount how many of it; of {@link Unit#COMPRESSION} the share of the source's words
 */
public record Budget(Unit unit, double amount) implements Serializable {

  /** Three sentences. */
  public static final Budget DEFAULT = new Budget(Unit.SENTENCES, 3);

  /** What a budget counts. Whatever it is, a sentence counts at least one. */
  public enum Unit {
    /** Sentences. */
    SENTENCES,
    /** Words, as {@link Words} counts them. */
    WORDS,
    /** The model's tokens, special ones left out; words for a strategy without a model. */
    TOKENS,
    /**
     * Words, as a share of the source's, above 0 and at most 1; at least those of the source's
     * shortest sentence, so that short documents have a summary too.
     */
    COMPRESSION
  }

  public Budget {
    if (unit == Unit.COMPRESSION) {
      if (!(amount > 0 && amount <= 1)) {
        throw new IllegalArgumentException(
            "compression must be above 0 and at most 1, but is " + amount);
      }
    } else if (!(amount >= 1 && amount <= Integer.MAX_VALUE && amount == Math.rint(amount))) {
      throw new IllegalArgumentException(
          name(unit) + " must be a whole number of at least 1, but is " + amount);
    }
  }

  /** A number of sentences. */
  public static Budget sentences(int count) {
    return new Budget(Unit.SENTENCES, count);
  }

  /**
   * Reads a budget such as {@code words=100}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Budget parse(String text) {
    String[] parts = text.split("=", -1);
    for (Unit unit : Unit.values()) {
      if (parts.length == 2 && parts[0].strip().equals(name(unit))) {
        return new Budget(unit, number(parts[1].strip()));
      }
    }
    String units =
        Arrays.stream(Unit.values())
            .map(unit -> name(unit) + "=" + (unit == Unit.COMPRESSION ? "0.1" : "100"))
            .sorted()
            .collect(Collectors.joining(", "));
    throw new IllegalArgumentException("'" + text + "' is no budget: write one such as " + units);
  }

  /**
   * How many tokens a model may write; empty for {@link #DEFAULT}, which leaves it to the model.
   *
   * @throws IllegalArgumentException if something else is counted, which a model cannot be held to
   */
  public OptionalInt newTokens() {
    if (equals(DEFAULT)) {
      return OptionalInt.empty();
    }
    if (unit != Unit.TOKENS) {
      throw new IllegalArgumentException(
          this + " cannot bound what a model writes: use tokens=128, or leave the budget out");
    }
    return OptionalInt.of((int) amount);
  }

  /**
   * The room that this budget leaves in one source.
   *
   * @param sentences all sentences of the source
   * @param tokens counts the tokens of a sentence
   * @throws IllegalArgumentException if not even the shortest sentence fits
   */
  Allowance allowance(List<String> sentences, ToIntFunction<String> tokens) {
    int[] costs =
        switch (unit) {
          case SENTENCES -> sentences.stream().mapToInt(sentence -> 1).toArray();
          case WORDS, COMPRESSION -> sentences.stream().mapToInt(Words::count).toArray();
          case TOKENS -> sentences.stream().mapToInt(tokens).toArray();
        };
    long limit = (long) amount;
    if (unit == Unit.COMPRESSION) {
      limit = (long) Math.floor(amount * Arrays.stream(costs).asLongStream().sum());
    }
    Arrays.setAll(costs, i -> Math.max(1, costs[i]));
    int shortest = Arrays.stream(costs).min().orElse(0);
    if (unit == Unit.COMPRESSION) {
      limit = Math.max(limit, shortest);
    }
    if (shortest > limit) {
      throw new IllegalArgumentException(
          "no sentence fits into " + this + ": the shortest has " + shortest + " " + name(unit));
    }
    return new Allowance(costs, limit);
  }

  @Override
  public String toString() {
    boolean whole = unit != Unit.COMPRESSION;
    return name(unit) + "=" + (whole ? String.valueOf((long) amount) : String.valueOf(amount));
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is not a number", e);
    }
  }

  private static String name(Unit unit) {
    return unit.name().toLowerCase(Locale.ROOT);
  }
}
