import { createGateway, gatewayConfig } from "@pulsecourier/gateway";
import { parseConfig } from "@pulsecourier/runtime";

/** A gateway in a process of its own, as in production. Tells its parent its address. */
const gateway = createGateway(parseConfig(gatewayConfig, process.env));
const { url } = await gateway.start();
process.on("disconnect", () => process.exit());
process.send?.(url);
