package io.sparkattention.bench;

import io.sparkattention.weights.ElementType;
import io.sparkattention.weights.TensorInfo;
import io.sparkattention.weights.WeightStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** Random tensors in memory, as a checkpoint stores them. */
record RandomWeights(Map<String, TensorInfo> infos, Map<String, ByteBuffer> data, Random random)
    implements WeightStore {

  private static final double SPREAD = 0.05;

  /** No tensors yet. */
  static RandomWeights of(long seed) {
    return new RandomWeights(new TreeMap<>(), new TreeMap<>(), new Random(seed));
  }

  void random(String name, long... shape) {
    fill(name, 0, SPREAD, shape);
  }

  void linear(String name, int to, int from) {
    fill(name + ".weight", 0, SPREAD, to, from);
    fill(name + ".bias", 0, SPREAD, to);
  }

  void scale(String name, int width) {
    fill(name + ".weight", 1, SPREAD, width);
  }

  void norm(String name, int width) {
    fill(name + ".weight", 1, SPREAD, width);
    fill(name + ".bias", 0, SPREAD, width);
  }

  private void fill(String name, double mean, double spread, long... shape) {
    TensorInfo info = new TensorInfo(name, ElementType.F32, shape);
    ByteBuffer bytes = ByteBuffer.allocateDirect((int) info.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      bytes.putFloat((float) (mean + spread * random.nextGaussian()));
    }
    infos.put(name, info);
    data.put(name, bytes.flip());
  }

  @Override
  public Set<String> names() {
    return infos.keySet();
  }

  @Override
  public TensorInfo info(String name) {
    return infos.get(name);
  }

  @Override
  public ByteBuffer bytes(String name) {
    return data.get(name).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public Map<String, String> metadata() {
    return Map.of("format", "pt");
  }

  @Override
  public void close() {
    infos.clear();
    data.clear();
  }
}
