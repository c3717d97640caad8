package io.sparkattention.model;

/**
 * A device has failed in a way that spoils everything that runs on it later in this process, as
 * CUDA's errors do: the process must end. It is no error of the rows that were read, hence no
 * exception that would be kept for one of them.
 */
public final class DeviceFailedError extends Error {

  private static final long serialVersionUID = 1L;

  /**
   * @param message which device failed, and what it was asked to do
   * @param cause what the engine said
   */
  public DeviceFailedError(String message, Throwable cause) {
    super(message, cause);
  }
}
