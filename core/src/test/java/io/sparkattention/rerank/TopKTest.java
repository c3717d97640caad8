package io.sparkattention.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class TopKTest {

  @RepeatedTest(40)
  void partsInAnyOrderMergeToTheBest(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    Random random = new Random(seed);
    int k = 1 + random.nextInt(30);
    List<TopK> parts = new ArrayList<>();
    for (int part = 0; part < 1 + random.nextInt(5); part++) {
      parts.add(new TopK(k));
    }
    List<ScoredPassage> all = new ArrayList<>();
    for (int i = 0; i < random.nextInt(200); i++) {
      ScoredPassage passage = new ScoredPassage("p" + i, random.nextInt(20) - 10);
      all.add(passage);
      parts.get(random.nextInt(parts.size())).offer(passage.passageId(), passage.score());
    }
    TopK merged = parts.stream().reduce(new TopK(k), TopK::merge);
    assertThat(merged.best())
        .as("seed %d, k %d", seed, k)
        .isEqualTo(all.stream().sorted().limit(k).toList());
  }

  @Test
  void scoresThatAreNoFiniteNumbersNeverWin() {
    TopK best = new TopK(2);
    best.offer("a", Double.NaN);
    best.offer("b", Double.POSITIVE_INFINITY);
    best.offer("c", Double.NEGATIVE_INFINITY);
    best.offer("e", -0.0);
    best.offer("d", 0.0);
    assertThat(best.best()).containsExactly(new ScoredPassage("d", 0), new ScoredPassage("e", 0));
  }

  @Test
  void travelsBetweenTasks() throws Exception {
    TopK best = new TopK(2);
    best.offer("a", 1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(best);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      TopK read = (TopK) in.readObject();
      read.offer("b", 3);
      read.offer("c", 2);
      assertThat(read.best()).extracting(ScoredPassage::passageId).containsExactly("b", "c");
    }
  }

  @Test
  void nothingIsRefused() {
    assertThatThrownBy(() -> new TopK(0)).hasMessage("k must be at least 1, but is 0");
    assertThat(new TopK(3).best()).isEmpty();
  }
}
