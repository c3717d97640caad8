/**
 * What attention mechanisms cost and what they lose, measured in the same run and on the same
 * inputs.
 *
 * <p>{@link io.sparkattention.measure.CostMeasure} and {@link io.sparkattention.measure.DecodeCost}
 * time mechanisms beside libtorch's exact kernels; {@link io.sparkattention.measure.RecallMeasure}
 * asks what they find in generated long inputs ({@link io.sparkattention.measure.LongInputs});
 * {@link io.sparkattention.measure.FidelityMeasure} compares them with dense attention on a model's
 * weights. Each gives {@link io.sparkattention.measure.Measurement}s, one a quantity, with the
 * worst case beside the mean. The room knows mechanisms by their specs alone; {@link
 * io.sparkattention.measure.AtBudget} says which option of a mechanism is its budget.
 *
 * <p>To measure something else: add a {@link io.sparkattention.measure.Quantity} and a class that
 * gives measurements of it. A new mechanism is measured without a word here, unless it has a
 * budget.
 */
package io.sparkattention.measure;
