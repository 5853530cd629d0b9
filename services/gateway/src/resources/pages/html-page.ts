import { createHash } from "node:crypto";

const ESCAPES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as HTML shows it literally, in attributes, too. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
}

const STYLE = `
:root { color-scheme: light dark; --text: #1a1a1a; --back: #fff; --line: #c9ced6; --dim: #555c66; --act: #1f4fd8; --on: #fff; --bad: #a3121f; --good: #0b6b3a; }
@media (prefers-color-scheme: dark) { :root { --text: #ececec; --back: #16181c; --line: #454b55; --dim: #a8b0bb; --act: #8fb0ff; --on: #10131a; --bad: #ff9a9a; --good: #7fd9a5; } }
* { box-sizing: border-box; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 0 auto; padding: 2rem 1rem 4rem; color: var(--text); background: var(--back); }
h1 { font-size: 1.6rem; line-height: 1.2; }
h2, legend { font-size: 1.15rem; font-weight: 600; padding: 0; }
fieldset { border: 1px solid var(--line); border-radius: .6rem; margin: 0 0 1rem; padding: .8rem 1rem 1rem; min-width: 0; }
fieldset legend { padding: 0 .4rem; margin-left: -.4rem; }
.choices { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .2rem .8rem; }
.choices label, .switch { display: flex; align-items: center; gap: .6rem; min-height: 2.75rem; }
input[type=checkbox] { width: 1.25rem; height: 1.25rem; accent-color: var(--act); flex: none; }
.times { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .8rem; }
.times label { display: block; }
input[type=time], select { font: inherit; width: 100%; min-height: 2.75rem; padding: .3rem .5rem; color: inherit; background: var(--back); border: 1px solid var(--line); border-radius: .4rem; }
.dim { color: var(--dim); margin: .2rem 0; }
button { font: inherit; min-height: 2.75rem; padding: .5rem 1.4rem; border: 0; border-radius: .4rem; background: var(--act); color: var(--on); cursor: pointer; }
a { color: var(--act); }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
[role=alert], [role=status] { border-left: .3rem solid; padding: .4rem .8rem; }
[role=alert] { color: var(--bad); }
[role=status] { color: var(--good); }
`;

/** Headers of pages: nothing from elsewhere, no script, this style alone, and the token stays out of referrers. */
export const PAGE_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": [
    "default-src 'none'",
    `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** A page of its own; `body` is HTML. */
export function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${body}
</main>
</body>
</html>
`;
}
