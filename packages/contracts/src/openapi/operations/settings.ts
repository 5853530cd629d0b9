import { SettingsView, TenantSettings } from "../../schemas/tenant-settings.ts";
import type { Operation } from "../operation.ts";

const settings = {
  identity: {
    email: { from: "orders@shop.example", fromName: "The Shop", replyTo: "help@shop.example" },
    sms: { senderId: "TheShop", accounts: { twilio: { senderId: "+15005550006" } } },
  },
  defaultCountry: "DE",
};
const stored = { version: 3, settings, updatedAt: "2026-05-04T09:00:00.000Z" };

export const settingsOperations: Operation[] = [
  {
    id: "putSettings",
    method: "put",
    path: "/v1/settings",
    tag: "Settings",
    summary: "Say what holds for all the tenant sends",
    description:
      "Who it is to recipients, where the sandbox sends what is theirs, and the country of phone numbers written without " +
      "one. It replaces what was set before and counts for what is accepted from now on.",
    scope: "operator",
    body: { schema: TenantSettings, example: settings },
    answers: {
      200: { description: "Equal to what was set", schema: SettingsView, example: stored },
      201: { description: "A new version", schema: SettingsView, example: stored },
    },
  },
  {
    id: "getSettings",
    method: "get",
    path: "/v1/settings",
    tag: "Settings",
    summary: "Read the tenant's settings",
    scope: "operator",
    answers: { 200: { description: "The settings", schema: SettingsView, example: stored } },
  },
];
