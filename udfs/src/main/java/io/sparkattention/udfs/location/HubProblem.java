package io.sparkattention.udfs.location;

import java.io.IOException;
import java.net.URI;

/** Says what an answer of the hub means and what to do about it. */
final class HubProblem {

  private HubProblem() {}

  /** The hub has no time now. */
  static final class BusyException extends IOException {
    private static final long serialVersionUID = 1L;

    private BusyException(String message) {
      super(message);
    }
  }

  /**
   * The exception for a status that is no success.
   *
   * @return an exception for what may pass by itself, to be tried again
   * @throws IllegalArgumentException for what stays as it is
   */
  static BusyException of(HubLocation location, URI endpoint, URI address, int status) {
    String model = "model '" + location + "': " + endpoint + " answers " + status;
    switch (status) {
      case 401 ->
          throw new IllegalArgumentException(
              model
                  + ": there is no such model, or it is private: set HF_TOKEN to a token that may"
                  + " read it, for executors as spark.executorEnv.HF_TOKEN");
      case 403 ->
          throw new IllegalArgumentException(
              model
                  + ": the token may not read it; accept the model's terms at "
                  + endpoint
                  + "/"
                  + location.repository()
                  + ", or use the token of a user who has");
      case 404 ->
          throw new IllegalArgumentException(
              model + " for " + address.getPath() + ": check organization, name and revision");
      default -> {
        if (status == 408 || status == 416 || status == 429 || status >= 500) {
          return new BusyException(address.getPath() + " answers " + status);
        }
        throw new IllegalArgumentException(model + " for " + address.getPath());
      }
    }
  }
}
