package io.sparkattention.udfs.config;

import io.sparkattention.registry.Registry;
import io.sparkattention.registry.SpecList;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What an option's text may be.
 *
 * @param label how help texts name a value, such as {@code <path>}
 * @param parser text to value; throws IllegalArgumentException for what is not allowed
 */
public record OptionType<T>(String label, Function<String, T> parser) {

  private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]+");
  private static final Pattern DECIMAL = Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)");

  /** Any text but none. */
  public static final OptionType<String> TEXT = text("text");

  /** A path or a glob on any file system, or the name of a table. */
  public static final OptionType<String> PATH = text("path");

  /** The name of a column. */
  public static final OptionType<String> COLUMN = text("column");

  /** {@code true} or {@code false}; on the command line the bare option means true. */
  public static final OptionType<Boolean> FLAG =
      new OptionType<>(
          "true|false",
          text -> {
            if (!text.equals("true") && !text.equals("false")) {
              throw new IllegalArgumentException("use true or false");
            }
            return Boolean.valueOf(text);
          });

  /** A share between 0 and 1. */
  public static final OptionType<Double> RATE =
      new OptionType<>(
          "0..1",
          text -> {
            double rate = DECIMAL.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
            if (!(rate >= 0 && rate <= 1)) {
              throw new IllegalArgumentException("use a number from 0 to 1");
            }
            return rate;
          });

  /** A whole number that is at least {@code minimum}. */
  public static OptionType<Integer> wholeNumber(int minimum) {
    return new OptionType<>(
        "number",
        text -> {
          if (!WHOLE.matcher(text).matches()) {
            throw new IllegalArgumentException("use a whole number, in digits");
          }
          BigInteger number = new BigInteger(text);
          if (number.compareTo(BigInteger.valueOf(minimum)) < 0 || number.bitLength() > 31) {
            throw new IllegalArgumentException(
                "use a whole number from " + minimum + " to " + Integer.MAX_VALUE);
          }
          return number.intValue();
        });
  }

  /** One of some words. */
  public static OptionType<String> oneOf(String... words) {
    List<String> allowed = Arrays.stream(words).sorted().toList();
    return new OptionType<>(
        String.join("|", allowed),
        text -> {
          if (!allowed.contains(text)) {
            throw new IllegalArgumentException("use one of " + String.join(", ", allowed));
          }
          return text;
        });
  }

  /** A spec such as {@code lexrank:threshold=0.2} that a registry understands. */
  public static <T> OptionType<T> spec(Registry<T> registry) {
    return new OptionType<>("name[:key=value,…]", registry::parse);
  }

  /** Specs separated by commas; one that holds commas itself stands in brackets. */
  public static <T> OptionType<T> specs(Function<List<String>, T> parser) {
    return new OptionType<>("spec,spec,…", text -> parser.apply(SpecList.split(text)));
  }

  private static OptionType<String> text(String label) {
    return new OptionType<>(
        label,
        text -> {
          if (text.isBlank()) {
            throw new IllegalArgumentException("it is empty");
          }
          return text;
        });
  }
}
