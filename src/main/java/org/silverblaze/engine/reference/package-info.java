/** The engine that defines what is right: plain scalar Java, as close to the formulas as code gets. */
package org.silverblaze.engine.reference;
