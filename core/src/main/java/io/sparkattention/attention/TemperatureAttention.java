package io.sparkattention.attention;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.attention.Layout.Kind;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import java.util.EnumSet;
import java.util.Set;

/**
 * Divides all scores by a temperature: above 1 weights spread, below 1 they concentrate. Selective
 * Attention (arXiv:2411.12892), which learns a temperature for every query; here it is one number.
 */
@Described(
    summary = "Another mechanism with scores divided by a temperature",
    source = "Selective Attention, arXiv:2411.12892")
public record TemperatureAttention(
    @Default(value = "1", means = "what scores are divided by; 1 changes nothing") double value,
    @Default(value = "dense", means = "the mechanism that attends") Attention of)
    implements InputRewrite {

  public TemperatureAttention {
    OptionCheck check = new OptionCheck();
    if (!(value >= 1e-3 && value <= 1e3)) {
      check.problem("value=" + value + " must be from 0.001 to 1000");
    }
    check.done();
  }

  @Override
  public Set<Kind> layouts() {
    return EnumSet.allOf(Kind.class);
  }

  @Override
  public AttentionInput rewrite(AttentionInput in, NDManager held) {
    AttentionInput scaled = in.withScale(in.scale() / value);
    return in.bias() == null
        ? scaled
        : scaled.withBias(
            new ScaledBias(
                in.bias(), held.create(new float[] {(float) (1 / value)}, new Shape(1, 1, 1, 1))));
  }
}
