package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The steps of some texts. On a GPU, launching the hundreds of operators of a step takes longer
 * than running them: once several steps have read and written the same arrays, one is recorded, and
 * those after it are one launch each. One thread at a time.
 */
public final class StepRecording implements AutoCloseable {

  /** Steps over the same arrays before one is recorded: recording takes as long as some steps. */
  private static final int STEPS_BEFORE = 3;

  private final Function<Device, Optional<StepRecorder>> recorders;
  private List<?> arrays = List.of();
  private int steps;
  private NDManager owner;
  private NDArray now;
  private Optional<StepRecorder.Recorded> recorded = Optional.empty();

  /** Records on GPUs, and nothing elsewhere. */
  public StepRecording() {
    this(GraphRecorder::on);
  }

  StepRecording(Function<Device, Optional<StepRecorder>> recorders) {
    this.recorders = recorders;
  }

  /** Whether steps on a device can be recorded. */
  public boolean serves(Device device) {
    return recorders.apply(device).isPresent();
  }

  /**
   * Runs a step.
   *
   * @param scope owns the result
   * @param kind steps of a kind run the same operators
   * @param read what every step reads and writes beside {@code now} and the weights; others end a
   *     recording
   * @param tokens int64, what tells one step from another
   * @param step runs the step
   * @param anyStep runs a step that reads {@code tokens} from another array of the same shape; it
   *     may not read anything from the host that differs between steps
   * @return the result of the step
   */
  public NDArray next(
      NDManager scope,
      Object kind,
      List<?> read,
      NDArray tokens,
      Function<NDManager, NDArray> step,
      BiFunction<NDManager, NDArray, NDArray> anyStep) {
    Optional<StepRecorder> recorder = recorders.apply(scope.getDevice());
    if (recorder.isEmpty()) {
      return step.apply(scope);
    }
    if (!same(read) || now != null && !now.getShape().equals(tokens.getShape())) {
      close();
      arrays = List.copyOf(read);
    }
    if (++steps == STEPS_BEFORE) {
      owner = TorchEngine.newManager(scope.getDevice());
      now = tokens.duplicate();
      now.attach(owner);
      recorded = recorder.get().record(kind, manager -> anyStep.apply(manager, now));
    }
    if (recorded.isEmpty()) {
      return step.apply(scope);
    }
    return recorded.get().replay(scope, now, tokens);
  }

  private boolean same(List<?> read) {
    boolean same = read.size() == arrays.size();
    for (int i = 0; same && i < read.size(); i++) {
      same = read.get(i) == arrays.get(i);
    }
    return same;
  }

  @Override
  public void close() {
    recorded.ifPresent(StepRecorder.Recorded::close);
    recorded = Optional.empty();
    if (owner != null) {
      owner.close();
    }
    owner = null;
    now = null;
    steps = 0;
    arrays = List.of();
  }
}
