/** GPT-2 (Radford et al. 2019): configuration and names of its weights. */
package io.sparkattention.model.gpt2;
