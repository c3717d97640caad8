package io.sparkattention.generate;

import ai.djl.ndarray.NDManager;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.model.decoder.Continuation;
import io.sparkattention.model.decoder.GenerativeModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Diverse beam search (arXiv:1610.02424) as the paper tells it, one prompt at a time: every text is
 * read from its first token for each token that is added, and scores are plain Java numbers.
 */
final class NaiveDiverseBeams {

  private final GenerativeModel model;
  private final GenerationConfig config;
  private final Map<List<Integer>, double[]> known = new HashMap<>();

  /** A text with the score that ranks it and the sum of its own log-probabilities. */
  record Text(int[] tokens, double score, double sum) {

    double mean() {
      return sum / tokens.length;
    }
  }

  /** A group: what runs and what ended, best first. */
  private static final class Group {
    List<Text> running = new ArrayList<>();
    final List<Text> ended = new ArrayList<>();
    boolean over;
  }

  NaiveDiverseBeams(GenerativeModel model, GenerationConfig config) {
    this.model = model;
    this.config = config;
  }

  Text best(int[] prompt) {
    known.clear();
    GenerationConfig.Beams beams = config.beams();
    List<Group> groups = new ArrayList<>();
    for (int i = 0; i < beams.groups(); i++) {
      groups.add(new Group());
      groups.get(i).running.add(new Text(new int[0], 0, 0));
    }
    while (groups.stream().anyMatch(group -> !group.over)) {
      Map<Integer, Integer> said = new HashMap<>();
      for (Group group : groups) {
        if (!group.over) {
          step(prompt, group, said);
          group.running.forEach(
              text -> said.merge(text.tokens[text.tokens.length - 1], 1, Integer::sum));
        }
      }
    }
    return groups.stream()
        .map(group -> group.ended.get(0))
        .max(Comparator.comparing(this::normalized))
        .orElseThrow();
  }

  private void step(int[] prompt, Group group, Map<Integer, Integer> said) {
    GenerationConfig.Beams beams = config.beams();
    int size = beams.count() / beams.groups();
    List<Text> all = new ArrayList<>();
    for (Text text : group.running) {
      double[] own = logProbabilities(prompt, text.tokens);
      for (int token = 0; token < own.length; token++) {
        double loss = beams.diversityPenalty() * said.getOrDefault(token, 0);
        int[] more = Arrays.copyOf(text.tokens, text.tokens.length + 1);
        more[text.tokens.length] = token;
        all.add(new Text(more, text.score + own[token] - loss, text.sum + own[token]));
      }
    }
    all.sort(Comparator.comparing(Text::score).reversed());
    int kept = Math.max(2, 1 + config.limits().ends().size()) * size;
    boolean closed =
        group.ended.size() == size && beams.earlyStopping() == GenerationConfig.EarlyStopping.TRUE;
    List<Text> next = new ArrayList<>();
    for (int rank = 0; rank < kept; rank++) {
      Text text = all.get(rank);
      if (!isEnded(text)) {
        if (next.size() < size) {
          next.add(text);
        }
      } else if (rank < size && !closed) {
        group.ended.add(text);
      }
    }
    group.ended.sort(Comparator.comparing(this::normalized).reversed());
    while (group.ended.size() > size) {
      group.ended.remove(size);
    }
    group.running = next;
    group.over = next.isEmpty() || group.ended.size() == size && isEnough(group);
  }

  private boolean isEnough(Group group) {
    Text best = group.running.get(0);
    double worst = normalized(group.ended.get(group.ended.size() - 1));
    double power = config.beams().lengthPenalty();
    return switch (config.beams().earlyStopping()) {
      case TRUE -> true;
      case FALSE -> normalized(best) <= worst;
      case NEVER ->
          (power > 0
                  ? best.score / Math.pow(config.limits().maxNewTokens(), power)
                  : normalized(best))
              <= worst;
    };
  }

  private boolean isEnded(Text text) {
    return text.tokens.length == config.limits().maxNewTokens()
        || config.limits().ends().contains(text.tokens[text.tokens.length - 1]);
  }

  private double normalized(Text text) {
    return text.score / Math.pow(text.tokens.length, config.beams().lengthPenalty());
  }

  /** How likely each token comes after a prompt and what was said after it. */
  private double[] logProbabilities(int[] prompt, int[] said) {
    List<Integer> key = Arrays.stream(said).boxed().toList();
    return known.computeIfAbsent(key, unread -> read(prompt, said));
  }

  private double[] read(int[] prompt, int[] said) {
    int capacity = prompt.length + said.length + 1;
    try (NDManager scope = model.owner().newSubManager();
        Continuation row =
            model.continuation(KvCachePolicies.REGISTRY.parse("full"), 1, capacity, List.of())) {
      float[] logits;
      if (row.decoderPrompt(prompt) == prompt) { // the decoder reads the prompt
        int[] all = Arrays.copyOf(prompt, prompt.length + said.length);
        System.arraycopy(said, 0, all, prompt.length, said.length);
        logits = row.begin(scope, new int[1], List.of(all)).toFloatArray();
      } else {
        logits = row.begin(scope, new int[1], List.of(prompt)).toFloatArray();
        for (int token : said) {
          logits = row.next(scope, new int[] {token}).toFloatArray();
        }
      }
      double sum = 0;
      for (float each : logits) {
        sum += Math.exp(each);
      }
      double[] own = new double[logits.length];
      for (int i = 0; i < own.length; i++) {
        own[i] = logits[i] - Math.log(sum);
      }
      return own;
    }
  }
}
