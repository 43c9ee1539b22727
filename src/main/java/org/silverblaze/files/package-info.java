/** Files written whole or not at all, and the one place that reads and writes JSON and YAML. */
package org.silverblaze.files;
