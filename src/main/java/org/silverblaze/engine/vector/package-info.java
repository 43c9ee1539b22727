/** The JDK Vector API engine: every lattice object has an innermost axis of lanes, each an independent replica. */
package org.silverblaze.engine.vector;
