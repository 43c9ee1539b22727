/** The command line: commands parse, call one thing of the library, and print. */
package org.silverblaze.cli;
