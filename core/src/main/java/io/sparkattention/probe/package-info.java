/**
 * How anything watches what was attended to.
 *
 * <p>A model shows each attention call to the probes that asked for its site. Without a probe
 * nothing is computed for one. A probe that needs state keeps it for one forward pass and is used
 * by one thread.
 */
package io.sparkattention.probe;
