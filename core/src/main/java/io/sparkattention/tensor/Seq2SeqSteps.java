package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One more token of every row through all layers of the decoder of an encoder-decoder with dense
 * attention, in one scripted call. The rows of a text read what was encoded of it together.
 */
public final class Seq2SeqSteps implements AutoCloseable {

  /** Arrays of the weights before those of the first layer. */
  private static final int SHARED = 9;

  private static final int OF_SUBLAYER = 6;

  private final TorchScript script;

  /** What some decoders have and others have not. */
  public enum Part {
    POSITIONS,
    EMBEDDING_NORM,
    FINAL_NORM,
    LOGIT_BIAS,
    /** Scores of self-attention have a bias by distance. */
    BUCKETS
  }

  /**
   * What a decoder looks like.
   *
   * @param sublayers what its sublayers look like
   * @param embeddingScale what word embeddings are multiplied with
   * @param attentionScale what scores are multiplied with
   * @param logitScale what activations are multiplied with before they score tokens
   */
  public record Form(
      int layers,
      SublayerForm sublayers,
      double embeddingScale,
      double attentionScale,
      double logitScale,
      Set<Part> parts) {}

  /**
   * The tokens of a step.
   *
   * @param now (4, rows) int64: ids, rows of the position embeddings, places in the cache, places
   *     in the row
   * @param span tokens of the longest row, this one included
   * @param even whether all rows are equally long
   */
  public record Tokens(NDArray now, int span, boolean even) {}

  /**
   * Which tokens of the memory the rows read.
   *
   * @param arrays empty to read runs, otherwise for variable-length attention: cumulative numbers
   *     of rows (texts + 1), first tokens (texts + 1) and lengths (texts), int32
   * @param runs of neighbouring texts of equal lengths: first text, first token, texts, length
   * @param rowsPerText how many neighbouring rows read each text
   * @param longest tokens of the longest text
   */
  public record Reads(TensorList arrays, long[] runs, int rowsPerText, int longest) {}

  private Seq2SeqSteps(TorchScript script) {
    this.script = script;
  }

  /** Loads the operators of a device. */
  public static Seq2SeqSteps load(Device device, Precision precision, Form form) {
    return load(
        device,
        LinearProducts.ofDecoders(device, precision),
        StepAttention.of(device, precision, form.sublayers().headSize()),
        form);
  }

  static Seq2SeqSteps load(Device device, LinearProducts products, StepAttention cross, Form form) {
    Map<String, String> values = form.sublayers().substitutions();
    values.put("linear", products.linear());
    values.put("added", form.sublayers().added(products));
    values.put("scale", String.valueOf(form.attentionScale()));
    values.put("embedded", embedded(form));
    values.put("seen", seen(form));
    values.put("layers", unrolled(form.layers()));
    values.put("final", has(form, Part.FINAL_NORM) ? "self.norm(x, w[4], w[5])" : "x");
    values.put("logits", logits(form));
    StepAttention own = has(form, Part.BUCKETS) ? StepAttention.PLAIN : cross;
    List<String> resources =
        List.of("seq2seq-step.torchscript", own.resource(), cross.crossResource());
    return new Seq2SeqSteps(TorchScript.load(resources, values, device));
  }

  private static boolean has(Form form, Part part) {
    return form.parts().contains(part);
  }

  private static String embedded(Form form) {
    String x = "torch.embedding(w[0], ids)";
    if (form.embeddingScale() != 1) {
      x += " * " + form.embeddingScale();
    }
    if (has(form, Part.POSITIONS)) {
      x += " + torch.embedding(w[1], positions)";
    }
    return has(form, Part.EMBEDDING_NORM) ? "self.norm(%s, w[2], w[3])".formatted(x) : x;
  }

  private static String seen(Form form) {
    return has(form, Part.BUCKETS)
        ? "    seen = [self.biased(last, span, buckets, w[8], even)]\n    alike = False"
        : "    if not even:\n      seen = self.views(last, [0], [0], span, cache.size(2), x)";
  }

  private static String logits(Form form) {
    String y = form.logitScale() == 1 ? "y" : "y * " + form.logitScale();
    String scores = "self.linear(%s, w[6], None).to(6)".formatted(y);
    return has(form, Part.LOGIT_BIAS) ? scores + " + w[7]" : scores;
  }

  private static String unrolled(int layers) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      int from = SHARED + 3 * OF_SUBLAYER * i;
      lines.add(
          "    x = self.own(x, %s, torch.select(cache, 0, %d), places, seen, span, alike)"
              .formatted(slice(from), i));
      lines.add(
          "    x = self.other(x, %s, memory[%d], reads, runs, beams, longest)"
              .formatted(slice(from + OF_SUBLAYER), i));
      lines.add("    x = self.feed(x, %s)".formatted(slice(from + 2 * OF_SUBLAYER)));
    }
    return String.join("\n", lines);
  }

  private static String slice(int from) {
    return "torch.slice(w, %d, %d, 1)".formatted(from, from + OF_SUBLAYER);
  }

  /**
   * Reads one more token in every row, whose keys and values are written into the cache.
   *
   * @param weights word embeddings, position embeddings, weight and bias of the embeddings' norm
   *     and of the last norm, head, bias of the logits, bias by distance; then for each layer the
   *     six arrays of self-attention, cross-attention and feed-forward
   * @param memory keys and values of what was encoded, (N, 2, H, D) for each layer
   * @param cache (layers, rows, capacity, 2 · H, D)
   * @param buckets the row of the bias for each distance, int64; any array where there is none
   * @return (rows, vocabulary) float32, unnormalized
   */
  public NDArray step(
      NDManager scope,
      Tokens tokens,
      TensorList weights,
      TensorList memory,
      Reads reads,
      NDArray cache,
      NDArray buckets) {
    return script
        .call(
            scope,
            "step",
            tokens.now(),
            weights,
            memory,
            cache,
            buckets,
            reads.arrays(),
            reads.runs(),
            reads.rowsPerText(),
            reads.longest(),
            tokens.span(),
            tokens.even())
        .get(0);
  }

  @Override
  public void close() {
    script.close();
  }
}
