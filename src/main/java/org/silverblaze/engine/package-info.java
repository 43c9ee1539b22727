/** The contract between the program and its engines, and nothing else. Imports no engine. */
package org.silverblaze.engine;
