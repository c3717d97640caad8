package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Optional;
import java.util.function.Function;

/**
 * Records on any device by keeping the call: as a GPU would, it runs the call twice before, and a
 * replay reads the tokens from the one array of the recording.
 */
public final class ReplayingRecorder implements StepRecorder {

  private int recordings;
  private int replays;
  private int open;

  /** Records steps here. */
  public StepRecording recording() {
    return new StepRecording(device -> Optional.of(this));
  }

  /** How many calls were recorded. */
  public int recordings() {
    return recordings;
  }

  /** How often one was run again. */
  public int replays() {
    return replays;
  }

  /** How many are not closed. */
  public int open() {
    return open;
  }

  @Override
  public Optional<Recorded> record(Object kind, Function<NDManager, NDArray> call) {
    recordings++;
    open++;
    run(call).close();
    run(call).close();
    return Optional.of(new Kept(call));
  }

  private static NDManager run(Function<NDManager, NDArray> call) {
    NDManager scope = TorchEngine.newManager(Device.cpu());
    call.apply(scope);
    return scope;
  }

  private final class Kept implements Recorded {

    private final Function<NDManager, NDArray> call;

    Kept(Function<NDManager, NDArray> call) {
      this.call = call;
    }

    @Override
    public NDArray replay(NDManager scope, NDArray read, NDArray now) {
      replays++;
      Uploads.into(read, now);
      return call.apply(scope);
    }

    @Override
    public void close() {
      open--;
    }
  }
}
