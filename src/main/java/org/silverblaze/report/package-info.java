/** Figures, tables and the one-file HTML report; knows nothing of physics, only of series, cells and links. */
package org.silverblaze.report;
