import { z } from "zod";

// The fields of POST /v3/mail/send and their limits as the vendor publishes them (twilio/sendgrid-oai,
// tsg_mail_v3.json), with the error texts its API gives. Fields without consequences here pass unread.
export const addressPattern = /^[^\s@<>]+@[^\s@<>]+$/;

const address = z.object(
  {
    email: z
      .string("Does not contain a valid address.")
      .regex(addressPattern, "Does not contain a valid address."),
    name: z.string().optional(),
  },
  "Does not contain a valid address.",
);

export const reservedHeaders = new Set(
  "x-sg-id x-sg-eid received dkim-signature content-type content-transfer-encoding to from subject reply-to cc bcc".split(
    " ",
  ),
);

const headers = z
  .record(z.string(), z.string("The headers field must be an object of strings."))
  .refine((all) => !Object.keys(all).some((name) => reservedHeaders.has(name.toLowerCase())), {
    error: "The headers field holds a reserved header.",
  })
  .optional();

const customArgs = z
  .record(z.string(), z.string("The custom_args values must be strings."))
  .refine(
    (args) => JSON.stringify(args).length <= 10_000,
    "The custom_args must be less than 10,000 bytes.",
  )
  .optional();

const subject = z
  .string()
  .min(1, "The subject must be at least one character in length.")
  .optional();

const personalization = z.object({
  from: address.optional(),
  to: z
    .array(
      address,
      "The to array is required for all personalization objects, and must have at least one email object with a valid email address.",
    )
    .min(
      1,
      "The to array is required for all personalization objects, and must have at least one email object with a valid email address.",
    )
    .max(1_000),
  cc: z.array(address).max(1_000).optional(),
  bcc: z.array(address).max(1_000).optional(),
  subject,
  headers,
  custom_args: customArgs,
  send_at: z.int().optional(),
});

const content = z.object({
  type: z.string().min(1, "The content type must be at least one character in length."),
  value: z.string().min(1, "The content value must be a string at least one character in length."),
});

const attachment = z.object({
  content: z
    .string()
    .min(1, "The attachment content must be a string at least one character in length."),
  filename: z.string(),
  type: z.string().min(1).optional(),
  disposition: z.enum(["inline", "attachment"]).optional(),
  content_id: z.string().optional(),
});

const required =
  "The personalizations field is required and must have at least one personalization.";

export const mailSendSchema = z
  .object({
    personalizations: z.array(personalization, required).min(1, required).max(1_000),
    from: z.object(address.shape, "The from object must be provided for every email send."),
    reply_to: address.optional(),
    reply_to_list: z.array(address).max(1_000).optional(),
    subject,
    content: z.array(content).optional(),
    attachments: z.array(attachment).optional(),
    template_id: z.string().optional(),
    headers,
    categories: z.array(z.string().max(255)).max(10).optional(),
    custom_args: customArgs,
    send_at: z.int().optional(),
  })
  .superRefine((mail, issues) => {
    const report = (field: string, message: string) =>
      issues.addIssue({ code: "custom", path: [field], message });
    const recipients = mail.personalizations.reduce(
      (sum, { to, cc, bcc }) => sum + count(to) + count(cc) + count(bcc),
      0,
    );
    if (recipients > 1_000)
      report("personalizations", "The number of recipients must not exceed 1,000.");
    if (mail.template_id !== undefined) return;
    if (!mail.subject && !mail.personalizations.every((item) => item.subject)) {
      report(
        "subject",
        "The subject is required. You can get around this requirement if every personalization has a subject defined.",
      );
    }
    if (!mail.content?.length)
      report(
        "content",
        "Unless a valid template_id is provided, the content parameter is required.",
      );
    const plain = mail.content?.findIndex((part) => part.type === "text/plain") ?? -1;
    if (plain > 0)
      report(
        "content",
        "If present, text/plain must be first, followed by text/html, followed by any other content.",
      );
  });

export type MailSend = z.output<typeof mailSendSchema>;

function count(list: unknown[] | undefined): number {
  return list?.length ?? 0;
}
