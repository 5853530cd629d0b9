const $ = (id) => document.getElementById(id);
const el = (tag, props, ...children) => {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
};
const attribute = (node, name, value) => {
  node.setAttribute(name, value);
  return node;
};
const api = async (path, options) => {
  const answer = await fetch(`/__sim${path}`, options);
  if (!answer.ok) throw new Error((await answer.json()).detail ?? answer.statusText);
  return answer.status === 204 ? null : answer.json();
};
const formatted = new Intl.NumberFormat();
const limit = 200;
let selected = null;
let shown = "";
let openTab = "HTML";

function badge({ status, accepted }) {
  const unanswered = accepted ? "wait" : "bad";
  const kind = status === null ? unanswered : accepted ? "" : "bad";
  const text = status ?? (accepted ? "accepted, no answer" : "no answer");
  return el("span", { className: `code ${kind}`, textContent: text });
}

function row(message) {
  const { id, subject, to, at, provider } = message;
  const title = subject || (to.length > 0 ? "(no subject)" : "Refused call");
  const button = el(
    "button",
    { onclick: () => void show(id) },
    el("span", { className: "subject", textContent: title }),
    el("time", { textContent: new Date(at).toLocaleTimeString(), title: at }),
    el("span", { className: "soft", textContent: `${provider} → ${to.join(", ") || "?"}` }),
    badge(message),
  );
  return el("li", {}, attribute(button, "aria-current", id === selected));
}

function stat(name, value, alarm) {
  const className = alarm ? "stat alarm" : "stat";
  return el("span", { className }, el("b", { textContent: formatted.format(value) }), ` ${name}`);
}

async function refresh() {
  const query = new URLSearchParams({ limit });
  if ($("to").value) query.set("to", $("to").value);
  if ($("provider").value) query.set("provider", $("provider").value);
  try {
    const [{ data }, stats] = await Promise.all([api(`/messages?${query}`), api("/stats")]);
    $("live").classList.remove("off");
    const now = JSON.stringify([data.map(({ id }) => id), selected, stats]);
    if (now === shown) return;
    shown = now;
    $("stats").replaceChildren(
      stat("accepted", stats.accepted),
      stat("refused or hung", stats.messages - stats.accepted),
      stat("duplicates", stats.duplicates, stats.duplicates > 0),
    );
    $("list").replaceChildren(...data.map(row));
    const many = data.length === limit ? `The latest ${limit}` : `${data.length} messages`;
    $("count").textContent = data.length === 0 ? "Nothing has arrived yet." : many;
  } catch {
    $("live").classList.add("off");
  }
}

function facts({ to, provider, bytes, deliveryId, id, content }) {
  const files = content?.attachments.map(
    ({ filename, type, bytes: size }) => `${filename} (${type}, ${formatted.format(size)} bytes)`,
  );
  const all = {
    To: to.join(", "),
    From: content?.from,
    "Reply to": content?.replyTo,
    Provider: `${provider}, ${formatted.format(bytes)} bytes`,
    Delivery: deliveryId,
    Id: id,
    Attachments: files?.join(", "),
  };
  const rows = Object.entries(all).filter(([, value]) => value);
  return rows.flatMap(([name, value]) => [
    el("dt", { textContent: name }),
    el("dd", { textContent: value }),
  ]);
}

function views({ content, args }) {
  const headers = content.headers.map(({ name, value }) => `${name}: ${value}`).join("\n");
  const frame = () =>
    attribute(el("iframe", { title: "HTML mail", srcdoc: content.html }), "sandbox", "");
  return {
    ...(content.html && { HTML: frame }),
    ...(content.text && { Text: () => el("pre", { textContent: content.text }) }),
    Headers: () => el("pre", { textContent: headers || "none" }),
    Arguments: () => el("pre", { textContent: JSON.stringify(args ?? {}, null, 2) }),
  };
}

const emptyDetail = (textContent) => el("p", { className: "empty", textContent });

async function show(id) {
  selected = id;
  void refresh();
  try {
    showMessage(await api(`/messages/${encodeURIComponent(id)}`));
  } catch (error) {
    $("detail").replaceChildren(emptyDetail(error.message));
  }
}

function showMessage(message) {
  const title = el("h2", { textContent: message.subject || "(no subject)" });
  const head = el("div", {}, title, badge(message), el("dl", {}, ...facts(message)));
  if (!message.content) {
    const why = message.to.length > 0 ? "Its content is no longer kept." : "The call was refused.";
    return $("detail").replaceChildren(head, emptyDetail(why));
  }
  const all = views(message);
  const names = Object.keys(all);
  const open = (name) => {
    openTab = name;
    const tabs = names.map((each) => {
      const tab = el("button", { textContent: each, role: "tab", onclick: () => open(each) });
      return attribute(tab, "aria-selected", each === name);
    });
    const list = el("div", { className: "tabs", role: "tablist" }, ...tabs);
    $("detail").replaceChildren(head, list, all[name]());
  };
  open(names.includes(openTab) ? openTab : names[0]);
}

const form = $("behaviour-form");
const fields = form.elements;
const numbers = ["errorRate", "errorStatus", "latencyMs", "jitterMs", "retryAfterSeconds"];
const switches = ["hang", "hangAfterAccept"];

async function fillForm() {
  const behaviour = (await api("/behaviour"))[fields.provider.value] ?? {};
  for (const name of numbers) fields[name].value = behaviour[name] ?? "";
  for (const name of switches) fields[name].checked = behaviour[name] ?? false;
  fields.next.value = (behaviour.next ?? []).map(({ status }) => status ?? "").join(", ");
  $("behaviour-error").hidden = true;
}

function readForm() {
  const filled = numbers.filter((name) => fields[name].value !== "");
  const codes = fields.next.value.split(",").filter((code) => code.trim());
  return {
    ...Object.fromEntries(filled.map((name) => [name, Number(fields[name].value)])),
    ...Object.fromEntries(switches.map((name) => [name, fields[name].checked])),
    ...(codes.length > 0 && { next: codes.map((code) => ({ status: Number(code) })) }),
  };
}

async function apply(behaviour) {
  const headers = { "content-type": "application/json" };
  try {
    const path = `/behaviour/${fields.provider.value}`;
    await api(path, { method: "PUT", headers, body: JSON.stringify(behaviour) });
    $("behaviour").close();
  } catch (error) {
    Object.assign($("behaviour-error"), { hidden: false, textContent: error.message });
  }
}

async function startOver() {
  await api("/reset", { method: "POST" });
  selected = null;
  $("detail").replaceChildren(emptyDetail("Choose a message to see it."));
  await refresh();
}

const on = (node, event, listener) => node.addEventListener(event, listener);
on($("open-behaviour"), "click", () => void fillForm().then(() => $("behaviour").showModal()));
on($("cancel"), "click", () => $("behaviour").close());
on($("good-day"), "click", () => void apply({}));
on($("reset"), "click", () => void startOver());
on($("to"), "input", () => void refresh());
on($("provider"), "change", () => void refresh());
on(fields.provider, "change", () => void fillForm());
on(form, "submit", (event) => {
  event.preventDefault();
  void apply(readForm());
});

for (const name of Object.keys(await api("/behaviour"))) {
  for (const select of [$("provider"), fields.provider]) select.append(new Option(name, name));
}
setInterval(() => {
  if (!document.hidden) void refresh();
}, 1000);
await refresh();
