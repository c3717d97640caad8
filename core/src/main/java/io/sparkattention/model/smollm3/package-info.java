/** SmolLM 3: configuration and names of its weights. */
package io.sparkattention.model.smollm3;
