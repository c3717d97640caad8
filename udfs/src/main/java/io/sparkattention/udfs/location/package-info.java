/**
 * Where models lie, and how their files come to the local disk of the process that loads them.
 *
 * <p>{@link io.sparkattention.udfs.location.ModelLocalizer} is the way in: it finds the source of a
 * location and asks it once per process. A copy is made beside its place and moved there when it is
 * whole, so nobody ever reads half a model.
 *
 * <p>To make another kind of location known, write a {@code ModelSource} in a file of its own and
 * name it in {@code ModelSources}.
 */
package io.sparkattention.udfs.location;
