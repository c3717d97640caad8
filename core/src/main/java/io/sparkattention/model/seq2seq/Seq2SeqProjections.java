package io.sparkattention.model.seq2seq;

import io.sparkattention.model.AttentionProjections;
import io.sparkattention.model.WatchedSite;
import io.sparkattention.weights.WeightReader;
import java.util.ArrayList;
import java.util.List;

/** Reads the projections of one site and the word embeddings from a checkpoint. */
final class Seq2SeqProjections {

  private Seq2SeqProjections() {}

  static AttentionProjections read(
      Seq2SeqConfig config, Seq2SeqWeightNames names, WatchedSite site, WeightReader reader) {
    boolean encoder = site == WatchedSite.SELF;
    Seq2SeqWeightNames.Stack stack = encoder ? names.encoder() : names.decoder();
    Seq2SeqConfig.Stack shape = encoder ? config.encoder() : config.decoder();
    Seq2SeqWeightNames.Attention inLayer = site == WatchedSite.CROSS ? stack.cross() : stack.self();
    List<AttentionProjections.Layer> layers = new ArrayList<>();
    for (int i = 0; i < shape.layers(); i++) {
      String at = stack.layers() + i + ".";
      layers.add(
          new AttentionProjections.Layer(
              AttentionProjections.matrix(reader, at + inLayer.query()),
              AttentionProjections.matrix(reader, at + inLayer.key()),
              AttentionProjections.matrix(reader, at + inLayer.value()),
              AttentionProjections.matrix(reader, at + inLayer.output())));
    }
    float[][] words = AttentionProjections.matrix(reader, names.words());
    boolean own = reader.names().contains(names.head() + ".weight");
    return new AttentionProjections(
        shape.form().heads(),
        List.copyOf(layers),
        words,
        own ? AttentionProjections.matrix(reader, names.head()) : words);
  }
}
