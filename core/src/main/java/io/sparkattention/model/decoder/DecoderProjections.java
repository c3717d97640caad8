package io.sparkattention.model.decoder;

import io.sparkattention.model.AttentionProjections;
import io.sparkattention.weights.WeightReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads a decoder's attention projections and word embeddings from its checkpoint. */
final class DecoderProjections {

  private final DecoderConfig config;
  private final DecoderWeightNames names;
  private final WeightReader reader;

  DecoderProjections(DecoderConfig config, DecoderWeightNames names, WeightReader reader) {
    this.config = config;
    this.names = names;
    this.reader = reader;
  }

  AttentionProjections read() {
    List<AttentionProjections.Layer> layers = new ArrayList<>();
    for (int i = 0; i < config.layers().size(); i++) {
      layers.add(layer(names.layers() + i + "."));
    }
    float[][] words = AttentionProjections.matrix(reader, names.words());
    boolean own = reader.names().contains(names.head() + ".weight");
    return new AttentionProjections(
        config.form().heads(),
        List.copyOf(layers),
        words,
        own ? AttentionProjections.matrix(reader, names.head()) : words);
  }

  private AttentionProjections.Layer layer(String at) {
    List<float[]> rows = new ArrayList<>();
    for (String projection : names.layer().projections()) {
      rows.addAll(Arrays.asList(matrix(at + projection)));
    }
    int query = config.form().heads() * config.form().headSize();
    int key = query + config.form().keyValueHeads() * config.form().headSize();
    return new AttentionProjections.Layer(
        rows.subList(0, query).toArray(float[][]::new),
        rows.subList(query, key).toArray(float[][]::new),
        rows.subList(key, rows.size()).toArray(float[][]::new),
        matrix(at + names.layer().output()));
  }

  /** (out, in), however it is stored. */
  private float[][] matrix(String name) {
    float[][] stored = AttentionProjections.matrix(reader, name);
    if (names.order() == DecoderWeightNames.Order.OUT_IN) {
      return stored;
    }
    float[][] turned = new float[stored[0].length][stored.length];
    for (int i = 0; i < stored.length; i++) {
      for (int o = 0; o < turned.length; o++) {
        turned[o][i] = stored[i][o];
      }
    }
    return turned;
  }
}
