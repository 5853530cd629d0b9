import { describe, expect, it } from "vitest";
import { badMailSends, mailSendExample } from "./mail-send-example.ts";
import { isPlainMail } from "./plain-mail.ts";
import { mailSendSchema } from "./sendgrid-schema.ts";

const { reply_to: _rare, ...rest } = mailSendExample;
const plain = {
  ...rest,
  personalizations: [{ to: [{ email: "ada@shop.example", name: "Ada" }] }],
  custom_args: { delivery_id: "d1" },
};

/** What may stand in a mail where something else should, and what is refused only in some places. */
const others = [undefined, null, "", "x", "a@b.example", "Subject", 0, 1, true, [], [[]], {}];
const more = [{ to: "x" }, ["x"], "\0".repeat(2_000), "text/plain", "text/html", { email: "a@b" }];

/** The value with one thing in it, at any depth, replaced by each of the others, and with each name added. */
function* variantsOf(value: unknown): Generator {
  yield* others;
  yield* more;
  if (Array.isArray(value)) {
    yield [...value, ...value];
    for (const [at, item] of value.entries())
      for (const variant of variantsOf(item)) yield value.with(at, variant);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      for (const variant of variantsOf(item)) yield { ...value, [name]: variant };
    }
    for (const name of [...names, "Subject", "x"])
      for (const other of [...others, ...more]) yield { ...value, [name]: other };
  }
}
const names = [
  ...Object.keys(mailSendSchema.shape),
  ...Object.keys(mailSendSchema.shape.personalizations.element.shape),
];

describe("isPlainMail", () => {
  it("knows the mail of a sender of single messages", () => {
    expect(isPlainMail(plain)).toBe(true);
    expect(isPlainMail(mailSendExample)).toBe(false);
  });

  it("is true of no mail the schema refuses or changes", () => {
    const variants = [...badMailSends.map(([, body]) => body), ...variantsOf(plain)];
    const passed = variants.filter(isPlainMail);
    for (const mail of passed) {
      const { success } = mailSendSchema.safeParse(mail);
      expect(success, JSON.stringify(mail)).toBe(true);
    }
    expect(passed.length).toBeGreaterThan(20);
    expect(variants.length - passed.length).toBeGreaterThan(1_000);
  });
});
