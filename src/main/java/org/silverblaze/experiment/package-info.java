/** Whole experiments: data, training, evaluation and report in one go. */
package org.silverblaze.experiment;
