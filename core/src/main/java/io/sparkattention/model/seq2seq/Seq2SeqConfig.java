package io.sparkattention.model.seq2seq;

import ai.djl.Device;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionShape;
import io.sparkattention.attention.Direction;
import io.sparkattention.attention.Site;
import io.sparkattention.kvcache.CacheShape;
import io.sparkattention.model.TrainedMechanisms;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.SublayerForm;
import io.sparkattention.text.TokenBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an encoder-decoder's {@code config.json} says, in one vocabulary for all families.
 *
 * @param modelType {@code model_type}, such as {@code bart}
 * @param hiddenSize columns of a token's activation
 * @param positions empty where positions are not embedded
 * @param buckets the bias by distance; empty where a family has none
 * @param sparse what the layers of the encoder read; empty where they read the whole text
 * @param embeddingScale what word embeddings are multiplied with
 * @param attentionScale what scores are multiplied with
 * @param logitScale what the decoder's activations are multiplied with before they score tokens
 * @param decoderStart the token that a decoder begins with
 */
public record Seq2SeqConfig(
    String modelType,
    int hiddenSize,
    int vocabSize,
    Stack encoder,
    Stack decoder,
    Optional<Positions> positions,
    Optional<Buckets> buckets,
    Optional<SparseEncoder> sparse,
    double embeddingScale,
    double attentionScale,
    double logitScale,
    int decoderStart,
    Set<Part> parts) {

  /**
   * The layers of one side.
   *
   * @param form what their sublayers look like
   */
  public record Stack(int layers, SublayerForm form) {}

  /**
   * Embedded positions.
   *
   * @param encoder how many the encoder has
   * @param decoder how many the decoder has
   * @param offset rows of the embeddings before the first of them
   */
  public record Positions(int encoder, int decoder, int offset) {

    /** Refuses texts of more tokens than the encoder has positions. */
    void checkTexts(TokenBatch batch) {
      for (int i = 0; i < batch.size(); i++) {
        if (batch.length(i) > encoder) {
          throw new IllegalArgumentException(
              "text %d has %d tokens: the encoder has %d positions"
                  .formatted(i, batch.length(i), encoder));
        }
      }
    }
  }

  /**
   * What an encoder for long texts was trained with.
   *
   * @param mechanisms that of each layer
   * @param sideBlock tokens that are summed to one more key for all queries; 0 for none (LongT5,
   *     arXiv:2112.07916)
   */
  public record SparseEncoder(List<Attention> mechanisms, int sideBlock) {
    public SparseEncoder {
      mechanisms = List.copyOf(mechanisms);
    }
  }

  /**
   * A bias by distance, in logarithmic buckets.
   *
   * @param maxDistance from where on all distances share a bucket
   */
  public record Buckets(int count, int maxDistance) {}

  /** What some families have and others have not. */
  public enum Part {
    /** Activations are too large for fp16, of which transformers keeps some weights in fp32. */
    BEYOND_FP16,
    /** Embeddings are normalized. */
    EMBEDDING_NORM,
    /** What the last layer gives is normalized. */
    FINAL_NORM,
    /** Scores of tokens have a bias; it is zero where a checkpoint does not store it. */
    LOGIT_BIAS,
    /** A matrix that scores tokens must be stored; without this part it may be. */
    OWN_HEAD,
    /** Positions that a checkpoint does not store are sines and cosines. */
    SINUSOIDS
  }

  /**
   * Checks that the numbers fit together.
   *
   * @throws IllegalArgumentException with every reason why they do not
   */
  public Seq2SeqConfig {
    parts = Set.copyOf(parts);
    List<String> problems = new ArrayList<>();
    if (hiddenSize < 1 || vocabSize < 1 || encoder.layers() < 1 || decoder.layers() < 1) {
      problems.add(
          "hidden size %d, vocabulary %d and layers %d and %d must all be positive"
              .formatted(hiddenSize, vocabSize, encoder.layers(), decoder.layers()));
    }
    for (Stack each : List.of(encoder, decoder)) {
      if (each.form().heads() < 1 || each.form().headSize() < 1) {
        problems.add(
            "heads %d and head size %d must be positive"
                .formatted(each.form().heads(), each.form().headSize()));
      }
    }
    if (sparse.isPresent() && sparse.get().mechanisms().size() != encoder.layers()) {
      problems.add(
          "%d windows for %d layers of the encoder: give one each"
              .formatted(sparse.get().mechanisms().size(), encoder.layers()));
    }
    if (decoderStart < 0) {
      problems.add("decoder_start_token_id is missing");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "config.json of a %s model: %s".formatted(modelType, String.join("; ", problems)));
    }
  }

  /** Tokens that the encoder can read: where positions are not embedded there is no end. */
  public int maxTextLength() {
    return positions.map(Positions::encoder).orElse(Integer.MAX_VALUE);
  }

  /** Tokens that the decoder can read: where positions are not embedded there is no end. */
  public int maxLength() {
    return positions.map(Positions::decoder).orElse(Integer.MAX_VALUE);
  }

  /** The mechanism of each layer of the encoder, if another was chosen that one. */
  List<Attention> encoderMechanisms(Attention chosen) {
    return TrainedMechanisms.unless(
        chosen, sparse.map(SparseEncoder::mechanisms).orElse(List.of()), encoder.layers());
  }

  /** Tokens summed to one more key of the encoder; 0 for none. */
  int sideBlock() {
    return sparse.map(SparseEncoder::sideBlock).orElse(0);
  }

  /** Whether it has a part. */
  public boolean has(Part part) {
    return parts.contains(part);
  }

  /** The same with an encoder that reads parts of the text. */
  public Seq2SeqConfig withSparse(SparseEncoder other) {
    return new Seq2SeqConfig(
        modelType,
        hiddenSize,
        vocabSize,
        encoder,
        decoder,
        positions,
        buckets,
        Optional.of(other),
        embeddingScale,
        attentionScale,
        logitScale,
        decoderStart,
        parts);
  }

  /** Every reason why a precision does not serve; empty if it does. */
  List<String> unsupportedReasons(Precision precision) {
    return has(Part.BEYOND_FP16) && precision == Precision.FP16
        ? List.of("activations of " + modelType + " overflow in fp16: use bf16 or fp32")
        : List.of();
  }

  /** What can be said of its attentions before there is any input. */
  public List<AttentionShape> attentionShapes(Precision precision, Device device) {
    return List.of(
        shape(encoder, Site.Kind.SELF, Direction.BIDIRECTIONAL, precision, device),
        shape(decoder, Site.Kind.SELF, Direction.CAUSAL, precision, device),
        shape(decoder, Site.Kind.CROSS, Direction.BIDIRECTIONAL, precision, device));
  }

  private AttentionShape shape(
      Stack stack, Site.Kind kind, Direction direction, Precision precision, Device device) {
    int heads = stack.form().heads();
    boolean bias = buckets.isPresent() && kind == Site.Kind.SELF;
    return new AttentionShape(
        heads, heads, stack.form().headSize(), kind, direction, bias, precision, device);
  }

  /** What the decoder's cache looks like. */
  public CacheShape cacheShape() {
    return new CacheShape(decoder.layers(), decoder.form().heads(), decoder.form().headSize());
  }
}
