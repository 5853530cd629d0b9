/** The request our email sender makes, as examples for tests. */
export const mailSendExample = {
  personalizations: [
    {
      to: [{ email: "ada@shop.example", name: "Ada" }],
      custom_args: { delivery_id: "01980000-0000-7000-8000-000000000001", tenant: "shop" },
    },
  ],
  from: { email: "orders@shop.example", name: "The Shop" },
  reply_to: { email: "help@shop.example" },
  subject: "Order A-17 shipped",
  content: [
    { type: "text/plain", value: "It is on its way." },
    { type: "text/html", value: "<p>It is on its way.</p>" },
  ],
  headers: { "List-Unsubscribe": "<https://shop.example/u/1>" },
};

/** Requests the vendor refuses, by what is wrong with them, and the field its answer names. */
export const badMailSends: [what: string, body: unknown, field: string][] = [
  ["no personalizations", { ...mailSendExample, personalizations: [] }, "personalizations"],
  ["no recipient", { ...mailSendExample, personalizations: [{ to: [] }] }, "personalizations.0.to"],
  [
    "an invalid recipient",
    { ...mailSendExample, personalizations: [{ to: [{ email: "ada" }] }] },
    "personalizations.0.to.0.email",
  ],
  ["no sender", { ...mailSendExample, from: undefined }, "from"],
  ["no subject", { ...mailSendExample, subject: undefined }, "subject"],
  ["no content", { ...mailSendExample, content: undefined }, "content"],
  [
    "HTML before text",
    { ...mailSendExample, content: mailSendExample.content.toReversed() },
    "content",
  ],
  ["a reserved header", { ...mailSendExample, headers: { Subject: "other" } }, "headers"],
  [
    "an empty content",
    { ...mailSendExample, content: [{ type: "text/plain", value: "" }] },
    "content.0.value",
  ],
  [
    "1,001 recipients",
    {
      ...mailSendExample,
      personalizations: [0, 1].map((half) => ({
        to: Array.from({ length: 500 + half }, (_, n) => ({ email: `u${half}-${n}@shop.example` })),
      })),
    },
    "personalizations",
  ],
];
