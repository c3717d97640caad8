/**
 * What an executor holds on behalf of all its tasks: models, the threads they run on, the device.
 *
 * <p>Only a {@link io.sparkattention.model.ModelSpec} travels. Each executor brings the files of
 * the location to its own disk once, loads the model once per device, and shares it among tasks,
 * which lease it for as long as they run.
 */
package io.sparkattention.udfs.executor;
