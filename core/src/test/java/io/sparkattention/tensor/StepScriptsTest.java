package io.sparkattention.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The scripts of steps know every operator they call, those for a GPU too. */
class StepScriptsTest {

  @ParameterizedTest
  @EnumSource
  void ofDecoders(StepAttention attention) {
    for (Set<DecoderPart> parts :
        List.of(EnumSet.noneOf(DecoderPart.class), EnumSet.allOf(DecoderPart.class))) {
      DecoderForm form =
          new DecoderForm(4, 2, 8, 32, Activation.SILU, NormKind.RMS, 1e-6, 2.5, parts);
      List<DecoderSteps.Layer> layers =
          List.of(
              new DecoderSteps.Layer(0, 0, 0.5),
              new DecoderSteps.Layer(1, 4, 0.5),
              new DecoderSteps.Layer(-1, 0, 0.25));
      try (DecoderSteps steps =
          DecoderSteps.load(Device.cpu(), LinearProducts.PLAIN, attention, form, layers)) {
        assertThat(steps.windows()).containsExactly(0, 4);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void ofEncoderDecoders(StepAttention attention) {
    for (NormPlace place : NormPlace.values()) {
      SublayerForm sublayers =
          new SublayerForm(
              4,
              8,
              32,
              Activation.GELU,
              SublayerForm.Gate.NONE,
              SublayerForm.Bias.EVERYWHERE,
              NormKind.LAYER,
              place,
              1e-5);
      for (Set<Seq2SeqSteps.Part> parts :
          List.of(
              EnumSet.noneOf(Seq2SeqSteps.Part.class), EnumSet.allOf(Seq2SeqSteps.Part.class))) {
        Seq2SeqSteps.Form form = new Seq2SeqSteps.Form(2, sublayers, 2, 0.5, 0.5, parts);
        try (Seq2SeqSteps steps =
            Seq2SeqSteps.load(Device.cpu(), LinearProducts.PLAIN, attention, form)) {
          assertThat(steps).isNotNull();
        }
      }
    }
  }
}
