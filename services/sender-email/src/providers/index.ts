import type { Provider } from "@pulsecourier/sender";
import { consoleProvider } from "./console.ts";
import { sendgrid } from "./sendgrid.ts";
import { smtp } from "./smtp.ts";

/** Every email provider, by the name `EMAIL_PROVIDERS` lists it under. */
export const emailProviders: readonly Provider[] = [smtp, sendgrid, consoleProvider];
