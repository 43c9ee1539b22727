package org.silverblaze.dispatch;

import org.silverblaze.engine.Engine;

/**
 * An engine and why it was chosen.
 *
 * @param engine gets the work
 * @param reason one line for people: name, shape, why
 */
public record EngineChoice(Engine engine, String reason) {}
