/** Training: recipes, the trainer with early stopping and ensembles, run folders. Knows the engine contract, no engine. */
package org.silverblaze.training;
