package io.sparkattention.bench.quality;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * What can happen to a document on its way into a corpus; the same seed does the same damage.
 * {@link #SHORTENED} is none: it tells how much of what is seen of others is their length.
 */
enum Damage {
  /** Its words stand in any order. */
  SHUFFLED {
    @Override
    String to(List<String> sentences, Random random) {
      List<String> words = words(sentences);
      Collections.shuffle(words, random);
      return String.join(" ", words);
    }
  },

  /** A passage of some fifty words takes the place of the second half, again and again. */
  REPEATED {
    @Override
    String to(List<String> sentences, Random random) {
      List<String> words = words(sentences);
      int from = random.nextInt(Math.max(1, words.size() / 2 - PASSAGE));
      List<String> passage = words.subList(from, Math.min(words.size(), from + PASSAGE));
      List<String> damaged = new ArrayList<>(words.subList(0, words.size() / 2));
      while (damaged.size() < words.size()) {
        damaged.add(passage.get((damaged.size() - words.size() / 2) % passage.size()));
      }
      return String.join(" ", damaged);
    }
  },

  /** It ends in the middle of a sentence, somewhere between a third and two thirds. */
  TRUNCATED {
    @Override
    String to(List<String> sentences, Random random) {
      int last = last(sentences, random);
      return String.join(" ", sentences.subList(0, last)) + " " + half(sentences.get(last));
    }
  },

  /** Of each sentence the second half is missing. */
  HALVED {
    @Override
    String to(List<String> sentences, Random random) {
      return sentences.stream().map(Damage::half).collect(Collectors.joining(" "));
    }
  },

  /** It ends after a whole sentence where the truncated one ends within the next. */
  SHORTENED {
    @Override
    String to(List<String> sentences, Random random) {
      return String.join(" ", sentences.subList(0, Math.max(1, last(sentences, random))));
    }
  };

  private static final int PASSAGE = 50; // words

  /** The damaged text of the sentences of a document. */
  abstract String to(List<String> sentences, Random random);

  /** As tables show it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static List<String> words(List<String> sentences) {
    return sentences.stream()
        .flatMap(sentence -> Arrays.stream(sentence.split("\\s+")))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private static int last(List<String> sentences, Random random) {
    return (int) (sentences.size() * (1 + random.nextDouble()) / 3);
  }

  private static String half(String sentence) {
    String[] words = sentence.split("\\s+");
    return String.join(" ", Arrays.copyOf(words, (words.length + 1) / 2));
  }
}
