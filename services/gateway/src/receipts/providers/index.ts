import type { ReceiptProvider } from "../receipt.ts";
import { sendgrid } from "./sendgrid.ts";
import { twilio } from "./twilio.ts";

/** Every provider whose receipts are taken: one line each. */
export const receiptProviders: readonly ReceiptProvider[] = [sendgrid, twilio];
