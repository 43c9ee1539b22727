/** Knows all engines and chooses one. */
package org.silverblaze.dispatch;
