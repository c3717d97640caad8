package io.sparkattention.evaluate;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.model.TokenVectors;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;

/**
 * BERTScore (Zhang et al., arXiv:1904.09675): each token of the prediction is matched with the
 * token of the reference whose vector is most like its own, for precision, and the other way round
 * for recall; both are means of cosines.
 *
 * <p>As in bert_score, tokens that frame a text have no weight but can be matched with, a text
 * without tokens scores 0, and nothing is rescaled. Other than there, the vectors are those of the
 * model's last layer, a text longer than the model is read in chunks, and if all weights are 0 they
 * count as equal. Numbers can only be compared where the model is the same.
 */
@Described(
    summary = "cosines of tokens, each matched with the most similar one of the other text",
    source = "BERTScore (arXiv:1904.09675)")
public record BertScore(
    @Default(value = "equal", means = "what a token counts: equal, or idf over all references")
        Weights weights)
    implements TextMetric {

  /** What a token counts. */
  public enum Weights {
    /** All the same. */
    EQUAL,
    /** The rarer in the references, the more; needs {@link EvaluateContext#frequencies}. */
    IDF
  }

  /** Texts are embedded together up to so many characters: all their vectors are in memory. */
  private static final int TOGETHER = 100_000;

  @Override
  public List<String> parts() {
    return List.of("f", "precision", "recall");
  }

  @Override
  public Set<ModelRole> needs() {
    return Set.of(ModelRole.TOKEN_EMBEDDER);
  }

  @Override
  public List<Outcome<double[]>> score(List<TextItem> items, EvaluateContext context) {
    IntToDoubleFunction weight = weights == Weights.EQUAL ? id -> 1 : context.frequencies()::idf;
    context.tokenEmbedder(); // refuses here, not item by item
    List<TextItem> complete = items.stream().filter(item -> !item.references().isEmpty()).toList();
    List<Outcome<double[]>> scores = new ArrayList<>();
    for (List<TextItem> group : groups(complete)) {
      scores.addAll(Outcome.ofEach(group, part -> embedded(part, context, weight)));
    }
    Iterator<Outcome<double[]>> next = scores.iterator();
    return items.stream()
        .map(
            item ->
                item.references().isEmpty()
                    ? Outcome.<double[]>failure(TextItem.NO_REFERENCE)
                    : next.next())
        .toList();
  }

  private static List<List<TextItem>> groups(List<TextItem> items) {
    List<List<TextItem>> groups = new ArrayList<>();
    int from = 0;
    int characters = 0;
    for (int to = 0; to < items.size(); to++) {
      characters += texts(items.get(to)).mapToInt(String::length).sum();
      if (characters >= TOGETHER || to == items.size() - 1) {
        groups.add(items.subList(from, to + 1));
        from = to + 1;
        characters = 0;
      }
    }
    return groups;
  }

  private static Stream<String> texts(TextItem item) {
    return Stream.concat(Stream.of(item.predicted()), item.references().stream());
  }

  private static List<double[]> embedded(
      List<TextItem> items, EvaluateContext context, IntToDoubleFunction weight) {
    List<String> texts = items.stream().flatMap(BertScore::texts).distinct().toList();
    List<TokenVectors> embedded = context.tokenEmbedder().embed(texts, Role.SYMMETRIC);
    Map<String, TokenVectors> vectors = new HashMap<>();
    for (int i = 0; i < texts.size(); i++) {
      vectors.put(texts.get(i), embedded.get(i).normalized());
    }
    return items.stream().map(item -> best(item, vectors, weight)).toList();
  }

  /** Against the reference that is most like the prediction. */
  private static double[] best(
      TextItem item, Map<String, TokenVectors> vectors, IntToDoubleFunction weight) {
    TokenVectors prediction = vectors.get(item.predicted());
    return item.references().stream()
        .map(reference -> TokenMatching.of(prediction, vectors.get(reference), weight))
        .max(Comparator.comparingDouble(Overlap::f))
        .map(Overlap::values)
        .orElseThrow();
  }
}
