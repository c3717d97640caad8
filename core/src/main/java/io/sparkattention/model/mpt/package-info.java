/** MPT (MosaicML 2023): configuration and names of its weights. */
package io.sparkattention.model.mpt;
