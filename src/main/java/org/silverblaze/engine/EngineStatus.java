package org.silverblaze.engine;

/**
 * Whether an engine can run on this machine, and in words why or why not.
 *
 * @param available true where work can be given to it
 * @param detail one line: lanes and shape, device, or the reason why it is not available and what would cure it
 */
public record EngineStatus(boolean available, String detail) {}
