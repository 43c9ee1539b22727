/** Errors and autocorrelation times of Monte Carlo data: the Gamma method. Deterministic to the bit, as schedules depend on it. */
package org.silverblaze.statistics;
