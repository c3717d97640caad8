package io.sparkattention.statistics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Silence;
import io.sparkattention.attention.SilencedHeadsAttention;
import io.sparkattention.model.AttentionReader;
import io.sparkattention.model.WatchedModel;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.Precision;
import io.sparkattention.text.ChatTemplate;
import io.sparkattention.text.SpecialTokens;
import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.Tokenizer;
import io.sparkattention.text.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** The model of a reader as experiments see it. */
final class ExaminedReader implements ExaminedModel {
  private final AttentionReader reader;
  private final RowSample rows;
  private ModelParameters parameters; // null until it is asked for

  ExaminedReader(AttentionReader reader, RowSample rows) {
    this.reader = reader;
    this.rows = rows;
  }

  private WatchedModel model() {
    return reader.model();
  }

  @Override
  public int layers() {
    return model().layers();
  }

  @Override
  public int heads() {
    return model().shape().heads();
  }

  @Override
  public int maxTokens() {
    return reader.maxTokens();
  }

  @Override
  public boolean instructed() {
    try {
      return ChatTemplate.isIn(model().directory());
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  @Override
  public Tokenizer tokenizer() {
    return model().tokenizer();
  }

  @Override
  public int[] words() {
    TokenCategories categories = new TokenCategories(tokenizer());
    return IntStream.range(0, model().vocabSize())
        .filter(id -> categories.of(id) == TokenCategory.CONTENT)
        .toArray();
  }

  @Override
  public Tokens framed(int[] content) {
    return tokenizer().template().frame(tokens(content));
  }

  @Override
  public OptionalInt blank() {
    SpecialTokens special = tokenizer().specialTokens();
    return special.mask().isPresent() ? special.mask() : special.unk();
  }

  @Override
  public List<float[][]> activations(List<int[]> ids, Set<HeadPlace> silenced, Silence by) {
    WatchedModel model = silenced.isEmpty() ? model() : without(silenced, by);
    return reader.run(
        ids.stream().map(ExaminedReader::tokens).toList(),
        (scope, batch, places) -> {
          try (NDArray hidden = model.read(scope, batch, List.of())) { // (N, hidden)
            return sequences(scope, hidden, batch);
          }
        });
  }

  private WatchedModel without(Set<HeadPlace> silenced, Silence by) {
    Map<Integer, Set<Integer>> heads = new TreeMap<>();
    for (HeadPlace place : silenced) {
      heads.computeIfAbsent(place.layer(), layer -> new TreeSet<>()).add(place.head());
    }
    return model().withAttention(new SilencedHeadsAttention(model().mechanism(), heads, by));
  }

  @Override
  public List<float[][]> hiddenStates(int[] ids) {
    return reader
        .run(
            List.of(tokens(ids)),
            (scope, batch, places) -> {
              List<float[][]> layers = new ArrayList<>();
              for (NDArray states : model().hiddenStates(scope, batch)) {
                layers.addAll(sequences(scope, states, batch)); // (N, hidden)
              }
              return List.of(layers);
            })
        .get(0);
  }

  @Override
  public ObservedLayers observe(int[] ids) {
    return reader
        .run(
            List.of(tokens(ids)),
            (scope, batch, places) -> {
              LayerKeeper keeper = new LayerKeeper();
              model().read(scope, batch, List.of(keeper)).close();
              SequenceTokens known =
                  new TokenCategories(tokenizer()).of(tokens(ids), List.of(), null);
              return List.of(
                  new ReplayedLayers(keeper.layers(), model().mechanism(), 0, known, rows));
            })
        .get(0);
  }

  @Override
  public synchronized ModelParameters parameters() {
    if (parameters == null) {
      parameters = new ProjectionsByHead(model().projections());
    }
    return parameters;
  }

  private static List<float[][]> sequences(NDManager scope, NDArray hidden, TokenBatch batch) {
    int width = (int) hidden.getShape().get(1);
    float[] all;
    try (NDArray cast = AttentionArrays.on(scope).cast(scope, hidden, Precision.FP32)) {
      all = cast.toFloatArray();
    }
    List<float[][]> sequences = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      float[][] rows = new float[batch.length(i)][];
      for (int t = 0; t < rows.length; t++) {
        int from = (batch.offsets()[i] + t) * width;
        rows[t] = Arrays.copyOfRange(all, from, from + width);
      }
      sequences.add(rows);
    }
    return sequences;
  }

  private static Tokens tokens(int[] ids) {
    int[] nowhere = new int[ids.length];
    return new Tokens(ids, new int[ids.length], nowhere, nowhere);
  }
}
