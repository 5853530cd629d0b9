import type { ReceiptProvider } from "../receipt.ts";
import { sendgrid } from "./sendgrid.ts";

/** Every provider whose receipts are taken: one line each. */
export const receiptProviders: readonly ReceiptProvider[] = [sendgrid];
