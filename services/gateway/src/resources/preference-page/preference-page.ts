import type { Channel, Problem, QuietHours } from "@pulsecourier/contracts";
import { escaped, htmlPage } from "../pages/html-page.ts";
import type { ChoiceRow } from "./preference-choices.ts";
import { cellName, FIELDS } from "./read-form.ts";

const CHANNEL_TITLES: Record<Channel, string> = {
  email: "Email",
  inapp: "In the app",
  push: "Push",
  sms: "Text message",
  slack: "Slack",
  telegram: "Telegram",
  webhook: "Webhook",
  whatsapp: "WhatsApp",
};

/** What a page shows. */
export type PageContent = {
  rows: readonly ChoiceRow[];
  quietHours: QuietHours | undefined;
  /** The zone of quiet hours that name none. */
  zone: string;
  saved: boolean;
  problems: readonly Problem[];
};

/** The preference page: one form, which works without scripts, by keyboard, and on a phone. */
export function preferencePage(content: PageContent): string {
  const { rows, problems, saved } = content;
  const told = problems.map(({ pointer, detail }) => escaped(`${labelOf(pointer)} ${detail}.`));
  return htmlPage(
    "What you get, and how",
    `${saved ? `<p role="status">Saved.</p>` : ""}
${told.length === 0 ? "" : `<p role="alert">Nothing was saved.<br>${told.join("<br>")}</p>`}
<p>Choose through which channels each kind of message may reach you.</p>
<form method="post">
${rows.map(rowOf).join("\n")}
${quietFields(content)}
<button>Save</button>
</form>`,
  );
}

const LABELS = { from: "From", until: "Until", timezone: "Time zone" };

function labelOf(pointer: string): string {
  const found = Object.entries(LABELS).find(([field]) => pointer.endsWith(`/${field}`));
  return `“${found?.[1] ?? "Quiet hours"}”`;
}

function rowOf({ category, title, required, choices }: ChoiceRow): string {
  const why = `why-${category}`;
  const boxes = choices.map(({ channel, on }) => {
    const name = escaped(cellName(category, channel));
    const state = `${on ? " checked" : ""}${required ? ` disabled aria-describedby="${escaped(why)}"` : ""}`;
    const shown = required ? "" : `<input type="hidden" name="${FIELDS.shown}" value="${name}">`;
    return `<label><input type="checkbox" name="${FIELDS.on}" value="${name}"${state}>${CHANNEL_TITLES[channel]}</label>${shown}`;
  });
  const reason = required
    ? `<p class="dim" id="${escaped(why)}">You always get these: they are part of your account and cannot be turned off.</p>`
    : "";
  return `<fieldset><legend>${escaped(title)}</legend>${reason}<div class="choices">${boxes.join("")}</div></fieldset>`;
}

function quietFields({ quietHours, zone, problems }: PageContent): string {
  const { from = "22:00", until = "07:00", timezone = "" } = quietHours ?? {};
  const bad = (field: string) =>
    problems.some(({ pointer }) => pointer.startsWith(`/quietHours/${field}`))
      ? ` aria-invalid="true"`
      : "";
  const time = (name: string, label: string, value: string) =>
    `<label>${label}<input type="time" name="${name}" value="${escaped(value)}"${bad(name)}></label>`;
  return `<fieldset><legend>Quiet hours</legend>
<p class="dim" id="about-quiet">What would disturb you then waits until they end. Urgent messages, such as codes to sign in, do not wait.</p>
<label class="switch"><input type="checkbox" name="${FIELDS.quiet}" value="1"${quietHours === undefined ? "" : " checked"} aria-describedby="about-quiet">Keep quiet hours, every day</label>
<div class="times">${time(FIELDS.from, LABELS.from, from)}${time(FIELDS.until, LABELS.until, until)}
<label>${LABELS.timezone}<select name="${FIELDS.timezone}"${bad("timezone")}>${zones(timezone, zone)}</select></label></div>
</fieldset>`;
}

function zones(chosen: string, usual: string): string {
  const names = Intl.supportedValuesOf("timeZone");
  const known = chosen === "" || names.includes(chosen) ? names : [chosen, ...names];
  const options = known.map(
    (name) => `<option${name === chosen ? " selected" : ""}>${escaped(name)}</option>`,
  );
  return `<option value="">As usual (${escaped(usual)})</option>${options.join("")}`;
}
