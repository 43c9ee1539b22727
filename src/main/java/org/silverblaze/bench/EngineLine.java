package org.silverblaze.bench;

import java.util.Optional;
import org.silverblaze.dispatch.Host;
import org.silverblaze.engine.Device;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.EngineStatus;

/**
 * An engine of a report.
 *
 * @param name of the engine
 * @param available whether it works here
 * @param reason its own line on that
 * @param device what it computes on; null where it does not work
 * @param driver of the device; null for the host's processors, or where nothing says so
 */
public record EngineLine(String name, boolean available, String reason, String device, String driver) {
    public static EngineLine of(Engine engine) {
        EngineStatus status = engine.status();
        if (!status.available()) {
            return new EngineLine(engine.name(), false, status.detail(), null, null);
        }
        Optional<Device> device = engine.device();
        return new EngineLine(
                engine.name(),
                true,
                status.detail(),
                device.map(Device::name).orElseGet(Host::processor),
                device.map(Device::driver).orElse(null));
    }
}
