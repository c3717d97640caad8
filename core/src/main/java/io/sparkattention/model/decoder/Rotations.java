package io.sparkattention.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Rotation;
import io.sparkattention.tensor.Angles;
import io.sparkattention.tensor.DecoderOperators;
import io.sparkattention.tensor.Uploads;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;

/** The angles of one forward pass, computed once for each rotary embedding of the model. */
final class Rotations {

  private final NDManager scope;
  private final DecoderOperators operators;
  private final DecoderInput input;
  private final NDArray positions; // (N) int64
  private final NDArray like;
  private final Map<Rotary, Angles> ofTokens = new HashMap<>();
  private final Map<Rotary, Angles> ofPlaces = new HashMap<>();

  /**
   * @param scope owns the angles
   * @param positions (N) int64, of the tokens that are read
   * @param like of the precision to give angles in
   */
  Rotations(
      NDManager scope,
      DecoderOperators operators,
      DecoderInput input,
      NDArray positions,
      NDArray like) {
    this.scope = scope;
    this.operators = operators;
    this.input = input;
    this.positions = positions;
    this.like = like;
  }

  /** The angles of the tokens that are read. */
  Angles ofTokens(Rotary rotary) {
    return ofTokens.computeIfAbsent(
        rotary,
        each ->
            operators.angles(
                scope,
                positions,
                each.dependsOnLength()
                    ? byLength(scope, input, each)
                    : Uploads.of(scope, each.frequencies(0)),
                each.factor(),
                like));
  }

  /** The angles of the first places of a cache that numbers keys by their places. */
  Angles ofPlaces(Rotary rotary, int places) {
    return ofPlaces.computeIfAbsent(rotary, each -> places(each, places));
  }

  /** Rotates heads by their angles. */
  CachedAttention.HeadRotation rotation(Rotary rotary) {
    return new CachedAttention.HeadRotation() {
      @Override
      public NDArray ofTokens(NDManager local, NDArray heads) {
        return operators.rotate(local, heads, Rotations.this.ofTokens(rotary));
      }

      @Override
      public NDArray ofPlaces(NDManager local, NDArray keys) {
        int places = (int) keys.getShape().get(2);
        return operators.rotate(local, keys, Rotations.this.ofPlaces(rotary, places));
      }
    };
  }

  /** How heads of the sequences turn; null where turns do not add up. */
  Rotation turn(Rotary rotary) {
    return rotary.addsUp() ? new RotaryTurn(rotary, input.keyLengths()) : null;
  }

  private Angles places(Rotary rotary, int places) {
    NDArray numbers = Uploads.of(scope, LongStream.range(0, places).toArray()); // (S)
    NDArray frequencies = Uploads.of(scope, rotary.frequencies(places)); // (R / 2)
    Angles angles = operators.angles(scope, numbers, frequencies, rotary.factor(), like);
    int columns = rotary.columns();
    return new Angles(
        angles.cosine().reshape(1, 1, places, columns),
        angles.sine().reshape(1, 1, places, columns));
  }

  /** The frequencies of each token by the length of its text, (N, R / 2). */
  static NDArray byLength(NDManager scope, DecoderInput input, Rotary rotary) {
    int pairs = rotary.columns() / 2;
    float[] frequencies = new float[input.batch().tokens() * pairs];
    for (int i = 0; i < input.rows().length; i++) {
      int length = input.cache().nextPosition(input.rows()[i]) + input.batch().length(i);
      float[] own = rotary.frequencies(length);
      for (int t = input.batch().offsets()[i]; t < input.batch().offsets()[i + 1]; t++) {
        System.arraycopy(own, 0, frequencies, t * pairs, pairs);
      }
    }
    return Uploads.of(scope, frequencies).reshape(input.batch().tokens(), pairs);
  }
}
