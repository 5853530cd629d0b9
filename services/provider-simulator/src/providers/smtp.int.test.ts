import { eventually } from "@pulsecourier/testkit";
import { createTransport, type SendMailOptions } from "nodemailer";
import { describe, expect, it, onTestFinished } from "vitest";
import { startSimulator } from "../start-simulator.ts";

async function startSmtp() {
  const simulator = await startSimulator();
  const transport = createTransport(simulator.smtpUrl);
  onTestFinished(() => transport.close());
  const mail: SendMailOptions = {
    from: "The Shop <orders@shop.example>",
    to: "Ada <ada@shop.example>",
    subject: "Bestellung A-17 · unterwegs ✓",
    text: "It is on its way.",
    html: "<p>It is on its way.</p>",
    headers: { "X-Pulse-Delivery": "d1" },
  };
  return {
    ...simulator,
    transport,
    mail,
    send: (more: SendMailOptions = {}) => transport.sendMail({ ...mail, ...more }),
  };
}

describe("smtp", () => {
  it("accepts a mail and shows all of it", async () => {
    const { send, messages, message } = await startSmtp();
    const attachments = [{ filename: "bill.txt", content: "42 €" }];
    const info = await send({ attachments, bcc: "audit@shop.example" });
    expect(info.response).toMatch(/^250 .*OK queued as [\w-]{22}$/);
    const [entry] = await messages("?provider=smtp");
    expect(entry).toMatchObject({
      to: ["ada@shop.example", "audit@shop.example"],
      subject: "Bestellung A-17 · unterwegs ✓",
      deliveryId: "d1",
      status: 250,
      accepted: true,
    });
    const { content } = await message(entry?.id ?? "");
    expect(content).toMatchObject({
      from: "The Shop <orders@shop.example>",
      text: "It is on its way.\n",
      html: expect.stringContaining("<p>It is on its way.</p>"),
      attachments: [{ filename: "bill.txt", type: "text/plain", bytes: 6 }],
    });
    expect(content?.headers).toContainEqual({ name: "X-Pulse-Delivery", value: "d1" });
  });

  it("takes credentials or none", async () => {
    const { smtpUrl, mail, stats } = await startSmtp();
    const url = smtpUrl.replace("smtp://", "smtp://user:pass@");
    const transport = createTransport(url);
    onTestFinished(() => transport.close());
    await transport.sendMail(mail);
    expect((await stats()).accepted).toBe(1);
  });

  it("rejects recipients at RCPT with their code", async () => {
    const { send, behave, stats } = await startSmtp();
    await behave("smtp", { rejectRecipients: [{ match: "gone@*", code: 550 }] });
    await expect(send({ to: "gone@shop.example" })).rejects.toMatchObject({
      responseCode: 550,
      command: "RCPT TO",
    });
    const info = await send({ to: ["ada@shop.example", "gone@shop.example"] });
    expect(info.rejected).toEqual(["gone@shop.example"]);
    expect((await stats()).accepted).toBe(1);
  });

  it("answers DATA with the scripted codes", async () => {
    const { send, behave, stats } = await startSmtp();
    await behave("smtp", { next: [{ status: 451, body: "try later" }, { status: 554 }] });
    await expect(send()).rejects.toMatchObject({
      responseCode: 451,
      response: expect.stringContaining("try later"),
    });
    await expect(send()).rejects.toMatchObject({ responseCode: 554 });
    await send();
    expect((await stats()).providers["smtp"]).toEqual({
      accepted: 1,
      statuses: { 250: 1, 451: 1, 554: 1 },
    });
  });

  it("counts a mail accepted and never answered", async () => {
    const { send, behave, messages, reset } = await startSmtp();
    await behave("smtp", { hangAfterAccept: true });
    const outcome = send().catch((error: { responseCode?: number }) => error.responseCode);
    await eventually(async () =>
      expect(await messages()).toMatchObject([{ accepted: true, status: null }]),
    );
    await reset();
    expect(await outcome).toBe(421);
  });

  it("refuses more than 30 MB", async () => {
    const { send } = await startSmtp();
    await expect(send({ text: "x".repeat(31 * 1024 * 1024) })).rejects.toMatchObject({
      responseCode: 552,
    });
    await send();
  });
});
