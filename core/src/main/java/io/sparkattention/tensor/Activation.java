package io.sparkattention.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The non-linearity between the two products of a feed-forward block. */
public enum Activation {
  GELU("torch.gelu(%s)", "\"gelu\", [], \"none\"", "gelu"),
  GELU_TANH(
      "torch.gelu(%s, approximate=\"tanh\")",
      "\"gelu\", [], \"tanh\"", "gelu_fast", "gelu_new", "gelu_pytorch_tanh"),
  RELU("torch.relu(%s)", "\"relu\", [], \"\"", "relu"),
  SILU("torch.silu(%s)", "\"swish\", [], \"\"", "silu", "swish");

  private final String script;
  private final String oneDnnAttributes;
  private final String[] spellings;

  Activation(String script, String oneDnnAttributes, String... spellings) {
    this.script = script;
    this.oneDnnAttributes = oneDnnAttributes;
    this.spellings = spellings;
  }

  /**
   * The activation that a {@code config.json} names.
   *
   * @throws IllegalArgumentException if it is not supported
   */
  public static Activation of(String name) {
    return Arrays.stream(values())
        .filter(each -> Arrays.asList(each.spellings).contains(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown activation '"
                        + name
                        + "': the supported ones are "
                        + Arrays.stream(values())
                            .flatMap(each -> Arrays.stream(each.spellings))
                            .sorted()
                            .collect(Collectors.joining(", "))));
  }

  String script(String argument) {
    return script.formatted(argument);
  }

  String oneDnnAttributes() {
    return oneDnnAttributes;
  }
}
