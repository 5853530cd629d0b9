import type { ReceiptProvider } from "../receipt.ts";
import { sendgrid } from "./sendgrid.ts";
import { ses } from "./ses.ts";
import { twilio } from "./twilio.ts";
import { vonage } from "./vonage.ts";
import { whatsapp } from "./whatsapp.ts";

/** Every provider whose receipts are taken: one line each. */
export const receiptProviders: readonly ReceiptProvider[] = [
  sendgrid,
  ses,
  twilio,
  vonage,
  whatsapp,
];
